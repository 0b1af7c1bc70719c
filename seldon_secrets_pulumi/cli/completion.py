"""Completion scripts for a named shell. Typer's own options guess the shell, wrongly in scripts and containers."""

from enum import Enum
from typing import Annotated, Any, Optional

import typer
from typer.completion import (  # type: ignore[attr-defined] # imported there, not defined
    completion_init,
    get_completion_script,
    install,
)

from seldon_secrets_pulumi.cli.choice import choice
from seldon_secrets_pulumi.cli.output import PROGRAM

_VARIABLE = "_SELDON_SECRETS_COMPLETE"

completion_init()


class Shell(str, Enum):
    """The shells that Typer has a script for."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"


def _show(shell: Shell | None) -> None:
    if shell:
        typer.echo(get_completion_script(prog_name=PROGRAM, complete_var=_VARIABLE, shell=shell.value))
        raise typer.Exit


def _install(shell: Shell | None) -> None:
    if shell:
        _, path = install(shell=shell.value, prog_name=PROGRAM, complete_var=_VARIABLE)
        typer.echo(f"Completion is in {path}; open a new terminal to use it.")
        raise typer.Exit


InstallCompletion = Annotated[
    Optional[Any],  # noqa: UP045 - Typer reads this form on every Python
    typer.Option(
        "--install-completion",
        callback=_install,
        is_eager=True,
        help=f"Install completion for a shell: {', '.join(Shell.__members__)}.",
        **choice(*Shell, metavar="SHELL"),
    ),
]
ShowCompletion = Annotated[
    Optional[Any],  # noqa: UP045
    typer.Option(
        "--show-completion",
        callback=_show,
        is_eager=True,
        help="Print the completion script instead of installing it.",
        **choice(*Shell, metavar="SHELL"),
    ),
]
