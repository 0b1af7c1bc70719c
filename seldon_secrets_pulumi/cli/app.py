"""The command line with all its commands."""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from seldon_secrets_pulumi.cli.calibrate import calibrate
from seldon_secrets_pulumi.cli.completion import InstallCompletion, ShowCompletion
from seldon_secrets_pulumi.cli.doctor import doctor
from seldon_secrets_pulumi.cli.example import example
from seldon_secrets_pulumi.cli.import_ import import_
from seldon_secrets_pulumi.cli.list import list_secrets
from seldon_secrets_pulumi.cli.output import PROGRAM
from seldon_secrets_pulumi.cli.render import render
from seldon_secrets_pulumi.cli.rollout import rollout
from seldon_secrets_pulumi.cli.usage_errors import OneLineErrors
from seldon_secrets_pulumi.errors import ExitCode

EXIT_CODES = f"Exit codes: {'; '.join(f'{code.value} {code.meaning}' for code in ExitCode)}."
"""The same sentence in every command's help."""

app = typer.Typer(
    name=PROGRAM,
    help="Manage the storage and registry credentials of Seldon. No command prints secret values, except `render`,"
    " whose output is the manifests.",
    cls=OneLineErrors,
    add_completion=False,
    suggest_commands=False,  # OneLineErrors suggests them, on the same line
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # its tracebacks show local variables, which may be credentials
    epilog=EXIT_CODES,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from seldon_secrets_pulumi.cli.version import version_lines

        typer.echo("\n".join(version_lines()))
        raise typer.Exit


@app.callback()
def global_options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the versions of the package, of Pulumi and of the rclone catalog.",
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Print a traceback, without values, if the program itself fails.")
    ] = False,
    install_completion: InstallCompletion = None,
    show_completion: ShowCompletion = None,
) -> None:
    """The options that stand before a command."""


_COMMANDS: Mapping[str, Callable[..., None]] = {
    "list": list_secrets,
    "doctor": doctor,
    "import": import_,
    "calibrate": calibrate,
    "render": render,
    "rollout": rollout,
    "example": example,
}
for name, command in _COMMANDS.items():
    app.command(name, epilog=EXIT_CODES)(command)
