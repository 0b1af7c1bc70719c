"""`seldon-secrets import`."""

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from seldon_secrets_pulumi.cli.options import (
    DEFAULT_FORMAT_LABEL,
    AllNamespaces,
    FormatLabelOption,
    KubeContext,
    Namespaces,
    source_of,
)
from seldon_secrets_pulumi.cli.output import reports_errors
from seldon_secrets_pulumi.cli.rollout import engine_in, stoppable, usage

_EXAMPLES = """
Examples:

* `seldon-secrets import --namespace team-a --dry-run`
* `seldon-secrets import -n team-a -n team-b --stack prod` (in the folder of the ready-made stack)
* `seldon-secrets import -A --yes --output json` (in CI)
* `seldon-secrets import --namespace team-a --to python > __main__.py`

Exit codes: 0 done, 1 something was not imported or would be changed, 2 wrong usage or no answer.
"""


class Target(str, Enum):
    """What the Secrets become."""

    stack = "stack"
    python = "python"


class Output(str, Enum):
    """How the answer is written."""

    table = "table"
    json = "json"


@reports_errors
def import_(  # noqa: PLR0913 - each is an option of the command
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    context: KubeContext = None,
    stack: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="STACK", help="The stack that gets them.", show_default="the selected one"),
    ] = None,
    cwd: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The folder of the project's Pulumi.yaml.")
    ] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before writing.")] = False,
    to: Annotated[
        Target, typer.Option(help="Entries of the ready-made stack, or a program to be printed.")
    ] = Target.stack,
    format_label: FormatLabelOption = DEFAULT_FORMAT_LABEL,
    output: Annotated[
        Output, typer.Option("--output", "-o", help="Lines, or JSON for scripts.")
    ] = Output.table,
) -> None:
    if to is Target.python:
        from seldon_secrets_pulumi.adoption.python_program import print_program

        source = source_of(None, namespaces, all_namespaces=all_namespaces, context=context)
        raise typer.Exit(print_program(source, format_label))
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    # JSON shows the plan at the end, when it is too late to ask about it.
    if not (yes or dry_run or (terminal and output is Output.table)):
        raise usage("nobody can be asked here: add --yes, or --dry-run to write nothing")
    engine = engine_in(cwd)
    from seldon_secrets_pulumi.adoption.run import Import, Options

    options = Options(
        namespaces,
        all_namespaces,
        context,
        stack,
        format_label,
        dry_run,
        ask=not yes,
        json=output is Output.json,
    )
    run = Import(engine, cwd, options)
    with stoppable(run):
        code = run.run()
    raise typer.Exit(code)


import_.__doc__ = (
    "Makes Secrets that are there already part of a stack: entries with encrypted credentials in its configuration,"
    f" and the live objects adopted, with their content as it is.\n{_EXAMPLES}"
)
