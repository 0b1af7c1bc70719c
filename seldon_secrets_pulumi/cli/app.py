"""All commands under one roof."""

import typer

from seldon_secrets_pulumi.cli.calibrate import calibrate
from seldon_secrets_pulumi.cli.completion import completion_options
from seldon_secrets_pulumi.cli.doctor import doctor
from seldon_secrets_pulumi.cli.import_ import import_
from seldon_secrets_pulumi.cli.list import list_secrets
from seldon_secrets_pulumi.cli.render import render
from seldon_secrets_pulumi.cli.rollout import rollout
from seldon_secrets_pulumi.cli.usage_errors import OneLineErrors

app = typer.Typer(
    name="seldon-secrets",
    help="The storage and registry credentials of Seldon, seen from a terminal. Values are never shown;"
    " only `render` writes them.",
    cls=OneLineErrors,
    add_completion=False,
    suggest_commands=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # its tracebacks show local variables, and those may be credentials
)
app.callback()(completion_options)
app.command("list")(list_secrets)
app.command()(doctor)
app.command("import")(import_)
app.command()(calibrate)
app.command()(render)
app.command()(rollout)
