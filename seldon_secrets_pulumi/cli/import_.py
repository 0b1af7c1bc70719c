"""`seldon-secrets import`."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.cli.options import (
    DEFAULT_FORMAT_LABEL,
    AllNamespaces,
    FormatLabelOption,
    KubeContext,
    Namespaces,
    Output,
    output_option,
    source_of,
)
from seldon_secrets_pulumi.cli.output import is_interactive, print_error, progress
from seldon_secrets_pulumi.errors import ExitCode, StoppedError, UsageError
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments

if TYPE_CHECKING:
    from seldon_secrets_pulumi.adoption.plan import Plan, StackContents
    from seldon_secrets_pulumi.adoption.target_stack import TargetStack
    from seldon_secrets_pulumi.inventory.source import Source


class Target(str, Enum):
    """Where the Secrets are declared."""

    stack = "stack"
    python = "python"


def import_(  # noqa: PLR0913 - each is an option of the command
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    context: KubeContext = None,
    stack: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="STACK", help="The stack that adopts the Secrets.", show_default="the selected one"
        ),
    ] = None,
    cwd: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The project's folder, with its Pulumi.yaml.")
    ] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    to: Annotated[
        Target, typer.Option(help="Adopt the Secrets into a stack, or print a program that declares them.")
    ] = Target.stack,
    format_label: FormatLabelOption = DEFAULT_FORMAT_LABEL,
    output: Annotated[
        Any, output_option(Output.table, Output.json, help="Text, or JSON for scripts.")
    ] = Output.table.value,
) -> None:
    """Adopt existing Secrets into a Pulumi stack.

    Adds entries with encrypted credentials to the stack's configuration, and imports the live objects into its state
    without changing their data. Exits with 1 if it skips a Secret, or if the next update would change one.

    For example:

    * `seldon-secrets import --namespace team-a --dry-run`
    * `seldon-secrets import -n team-a -n team-b --stack prod` (in the folder of the ready-made stack)
    * `seldon-secrets import -A --yes --output json` (in CI)
    * `seldon-secrets import --namespace team-a --to python > __main__.py`
    """
    if to is Target.python:
        source = source_of(None, namespaces, all_namespaces=all_namespaces, context=context)
        raise typer.Exit(_print_program(source, format_label))
    # With JSON, the plan is printed at the end, too late to ask about it.
    if not (yes or dry_run or (is_interactive() and output is Output.table)):
        raise UsageError("no terminal to ask for confirmation; add --yes, or --dry-run to write nothing")
    from seldon_secrets_pulumi.adoption.adopt import adopt
    from seldon_secrets_pulumi.adoption.target_stack import read_stack
    from seldon_secrets_pulumi.automation.project import Project
    from seldon_secrets_pulumi.automation.stopping import stoppable
    from seldon_secrets_pulumi.cli.views.adoption import Steps, show_json, show_outcome, show_plan
    from seldon_secrets_pulumi.inventory.source import ClusterSource

    project = Project(cwd)
    with stoppable(project.command), _explain_errors():
        with progress("Reading the stack"):
            target = read_stack(project, cwd, stack, context)
        _check_format_label(target, format_label)
        source = ClusterSource(target.cluster, namespaces, all_namespaces=all_namespaces)
        plan = _plan(source, target.contents)
        if output is Output.table:
            show_plan(plan)
        source.check_complete()
        outcome = None
        if not (dry_run or plan.is_empty):
            with Steps() as steps:
                outcome = adopt(plan, target, steps, None if yes else partial(_confirm, target))
    if output is Output.json:
        show_json(plan, outcome)
    elif outcome:
        show_outcome(plan, outcome)
    raise typer.Exit(
        ExitCode.FAILED if plan.skipped or (outcome and outcome.other_changes) else ExitCode.DONE
    )


def _print_program(source: "Source", format_label: FormatLabel) -> ExitCode:
    from seldon_secrets_pulumi.adoption.plan import StackContents
    from seldon_secrets_pulumi.adoption.python_program import python_program

    plan = _plan(source, StackContents(format_label))
    if plan.entries:
        typer.echo(python_program(plan, format_label), nl=False)
    else:
        print_error("nothing to import")
    for name, reason in plan.skipped.items():
        print_error(f"skipped {name}: {reason}")
    source.check_complete()
    return ExitCode.FAILED if plan.skipped else ExitCode.DONE


def _plan(source: "Source", contents: "StackContents") -> "Plan":
    from seldon_secrets_pulumi.adoption.plan import plan

    with progress("Reading Secrets") as show_progress:
        return plan(source.secrets(show_progress), contents)


def _check_format_label(stack: "TargetStack", format_label: FormatLabel) -> None:
    own = stack.contents.format_label
    if format_label not in {FormatLabel(), own}:
        raise UsageError(
            f"the stack {stack.name} uses the format label {own.key}={own.env_var},{own.config_param}, not that of"
            " --format-label; its settings seldon-secrets:formatLabel… change it (`seldon-secrets calibrate --set`)"
        )


def _confirm(stack: "TargetStack") -> bool:
    from seldon_secrets_pulumi.automation.stopping import interruptible

    question = f"Write {stack.file.path.name} and adopt the Secrets into the stack {stack.name}?"
    try:
        with interruptible():
            return typer.confirm(question, err=True)
    except typer.Abort:
        typer.echo(err=True)  # ends the line of the question
        raise StoppedError("stopped before anything was written") from None


@contextmanager
def _explain_errors() -> Iterator[None]:
    """Errors say where they come from, or what to do next."""
    from seldon_secrets_pulumi.automation.failures import StackError

    try:
        yield
    except InvalidArguments as invalid:
        lines = [f"the stack's configuration: {problem}" for problem in invalid.problems]
        raise UsageError("\n".join(lines)) from None
    except StackError as error:
        raise StackError(f"pulumi failed: {str(error).removeprefix('error: ')}") from None
    except StoppedError as error:
        raise StoppedError(f"{error}; run the command again to continue") from None
