"""Completion for a shell that is named: Typer's own options guess it, and guess wrong in scripts and containers."""

from enum import Enum
from typing import Annotated, Optional

import typer
from typer.completion import (  # type: ignore[attr-defined] # imported there, not defined
    completion_init,
    get_completion_script,
    install,
)

_PROGRAM = "seldon-secrets"
_VARIABLE = "_SELDON_SECRETS_COMPLETE"

completion_init()


class Shell(str, Enum):
    """The shells that Typer writes a script for."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"


_SHELLS = ", ".join(it.value for it in Shell)


def _show(shell: Shell | None) -> None:
    if shell:
        typer.echo(get_completion_script(prog_name=_PROGRAM, complete_var=_VARIABLE, shell=shell.value))
        raise typer.Exit


def _install(shell: Shell | None) -> None:
    if shell:
        _, path = install(shell=shell.value, prog_name=_PROGRAM, complete_var=_VARIABLE)
        typer.echo(f"Completion is in {path}; it takes effect in a new terminal.")
        raise typer.Exit


def completion_options(
    *,
    install_completion: Annotated[
        Optional[Shell],  # noqa: UP045 - what Typer reads on every Python
        typer.Option(
            callback=_install, is_eager=True, metavar="SHELL", help=f"Install completion for {_SHELLS}."
        ),
    ] = None,
    show_completion: Annotated[
        Optional[Shell],  # noqa: UP045
        typer.Option(
            callback=_show, is_eager=True, metavar="SHELL", help="Show the script that does it instead."
        ),
    ] = None,
) -> None:
    """Both end the command before anything else happens."""
