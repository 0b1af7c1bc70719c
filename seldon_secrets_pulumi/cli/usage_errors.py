"""What is wrong with a command line, in one line on standard error."""

import re
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup

from seldon_secrets_pulumi.problem import did_you_mean

# Older releases of Typer raise click's own usage errors, newer ones a copy of them; BadParameter is one in both.
_UsageError: Any = typer.BadParameter.__base__

_UNKNOWN_VALUE = re.compile(r"(?:Value error, )?'(?P<value>.*)' is not one of (?P<valid>.*)", re.DOTALL)


class OneLineErrors(TyperGroup):
    """A group of commands whose usage errors are one line rather than a box."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs a command and exits with its code, as the group itself does unless it is told otherwise."""
        if not (sys.argv[1:] if args is None else args):
            args = ["--help"]
        run = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return run()
        try:
            code = run()
        except _UsageError as error:
            typer.echo(f"seldon-secrets: {_sentence(error)} (see {_command(error)} --help)", err=True)
            sys.exit(2)
        except typer.Abort:
            typer.echo("seldon-secrets: aborted", err=True)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def _sentence(error: Any) -> str:
    if (name := getattr(error, "option_name", None)) and hasattr(error, "possibilities"):
        near = " or ".join(sorted(error.possibilities or ()))
        return f"no such option: {name}{f'; did you mean {near}?' if near else ''}"
    text = error.format_message()
    if unknown := _UNKNOWN_VALUE.fullmatch(error.message):
        hint = did_you_mean(unknown["value"], re.findall(r"'([^']*)'", unknown["valid"]))
        text = text.replace(error.message, f"{unknown['value']!r} is none of its values; {hint}")
    text = " ".join(text.split()).replace(". Did you mean", "; did you mean")
    return text[:1].lower() + text[1:].rstrip(".")


def _command(error: Any) -> str:
    return error.ctx.command_path if error.ctx else "seldon-secrets"
