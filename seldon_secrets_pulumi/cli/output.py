"""How every command writes its answer and its errors."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from functools import wraps
from typing import Any, ParamSpec

import typer

from seldon_secrets_pulumi.errors import SeldonSecretsError

_P = ParamSpec("_P")


def print_error(text: str) -> None:
    """Print an error, each of its lines with the name of the program."""
    for line in text.splitlines():
        typer.echo(f"seldon-secrets: {line}", err=True)


def reports_errors(command: Callable[_P, None]) -> Callable[_P, None]:
    """Make a command print an error of this package and end with its exit code."""

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        with exit_on_error():
            command(*args, **kwargs)

    return run


@contextmanager
def exit_on_error() -> Iterator[None]:
    """An error of this package is printed and ends the command with its exit code."""
    try:
        yield
    except SeldonSecretsError as error:
        print_error(str(error))
        raise typer.Exit(error.exit_code) from None


def print_json(value: object) -> None:
    """Print a JSON document."""
    typer.echo(json.dumps(json_value(value), indent=2))


def json_value(value: object) -> Any:
    """The value as JSON has it, with fields in camelCase as in Kubernetes' own objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel_case(name): json_value(entry) for name, entry in asdict(value).items()}
    if isinstance(value, Mapping):
        return {key: json_value(entry) for key, entry in value.items()}
    return [json_value(entry) for entry in value] if isinstance(value, list | tuple) else value


def _camel_case(name: str) -> str:
    first, *words = name.split("_")
    return first + "".join(word.title() for word in words)


@contextmanager
def progress(text: str, *, shown: bool = True) -> Iterator[Callable[[int], None]]:
    """Show how far a command is; only on a terminal, and never among the answer."""
    if not shown:
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield lambda number: status.update(f"{text}: {number}")


def is_interactive() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
