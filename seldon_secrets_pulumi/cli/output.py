"""Results on standard output; errors and progress on standard error."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any

import typer

from seldon_secrets_pulumi.errors import ExitCode, SeldonSecretsError
from seldon_secrets_pulumi.untrusted_text import printable

PROGRAM = "seldon-secrets"


def print_error(text: str) -> None:
    """Print an error. Every line starts with the name of the program."""
    for line in text.split("\n"):
        typer.echo(f"{PROGRAM}: {printable(line)}", err=True)


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print an error of this package and end the command with the error's exit code."""
    try:
        yield
    except SeldonSecretsError as error:
        print_error(str(error))
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        print_error("interrupted")
        raise typer.Exit(ExitCode.FAILED) from None


def print_unexpected(error: BaseException, *, debug: bool) -> None:
    """Print that the program itself failed; with `debug`, also where.

    Messages of foreign exceptions may contain credentials, so neither the line nor the traceback contains one.
    """
    if debug:
        import traceback

        for cause in _chain(error):
            frames = "".join(traceback.format_tb(cause.__traceback__))
            typer.echo(f"Traceback (most recent call last):\n{frames}{_type_name(cause)}\n", err=True)
    hint = "report this traceback" if debug else f"run `{PROGRAM} --debug …` and report the traceback"
    print_error(f"unexpected {_type_name(error)}; please {hint}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that led to it, the first one first."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _chain(earlier)
    yield error


def _type_name(error: BaseException) -> str:
    name, module = type(error).__qualname__, type(error).__module__
    return name if module == "builtins" else f"{module}.{name}"


def print_json(value: object) -> None:
    """Print a JSON document."""
    typer.echo(json.dumps(json_value(value), indent=2))


def json_value(value: object) -> Any:
    """The value for JSON. Fields of dataclasses are in camelCase, as in Kubernetes' own objects."""
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
    """Show the progress of a command on standard error, only if that is a terminal."""
    if not shown:
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield lambda number: status.update(f"{text}: {number}")


def is_interactive() -> bool:
    """Whether a person at a terminal can answer a question."""
    return sys.stdin.isatty() and sys.stdout.isatty()
