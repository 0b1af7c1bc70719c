"""`seldon-secrets rollout`."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.cli.continuing import continuing_command
from seldon_secrets_pulumi.cli.options import Output, output_option
from seldon_secrets_pulumi.cli.platform import asks_platform
from seldon_secrets_pulumi.errors import StoppedError, UsageError

if TYPE_CHECKING:
    from seldon_secrets_pulumi.platform_api.settings import PlatformSettings


@asks_platform
def rollout(  # noqa: PLR0913 - the command's options
    context: typer.Context,
    *,
    stacks: Annotated[
        list[str],
        typer.Argument(help="The stacks in order; commas make a group: dev,qa.", show_default=False),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "--preview", help="Show what would change, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    until: Annotated[Optional[str], typer.Option(metavar="STACK", help="Stop after this stack.")] = None,  # noqa: UP045
    parallel: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--parallel/--no-parallel",
            help="Update the stacks of a group in parallel. By default, if their clusters differ.",
            show_default=False,
        ),
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Compare with the cluster first, not only with the state.")
    ] = False,
    output: Annotated[
        Any,
        output_option(Output.text, Output.json, help="Text, or one JSON object per line for scripts."),
    ] = Output.text.value,
    json: Annotated[bool, typer.Option("--json", help="Short for --output json.")] = False,
    cwd: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The project's folder, with its Pulumi.yaml.")
    ] = Path(),
    allow_replace: Annotated[
        bool, typer.Option("--allow-replace", help="Allow Secrets to be replaced without confirmation.")
    ] = False,
    allow_delete: Annotated[
        bool, typer.Option("--allow-delete", help="Allow resources to be deleted without confirmation.")
    ] = False,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="Overwrite Secrets that exist already and come from somebody else."),
    ] = False,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Find everything that an interrupted update left in the cluster."),
    ] = False,
    fast: Annotated[
        bool,
        typer.Option("--fast/--no-fast", help="Save the state once per update where that is safe."),
    ] = True,
    platform_settings: "Callable[[str | None], PlatformSettings | None]",
) -> None:
    """Update stacks one after another: preview, confirm, update, and verify every Secret in the cluster.

    Stops at the first failure. To continue, run the same command again.

    For example:

    * `seldon-secrets rollout dev staging prod`
    * `seldon-secrets rollout dev,qa staging prod-eu,prod-us --parallel`
    * `seldon-secrets rollout dev staging prod --dry-run` (on a pull request)
    * `seldon-secrets rollout dev staging --yes -o json` (in CI)
    * `seldon-secrets rollout dev --platform https://seldon.example.com`
    """
    from seldon_secrets_pulumi.automation.project import Project
    from seldon_secrets_pulumi.automation.stopping import stoppable
    from seldon_secrets_pulumi.cli.views.rollout import Json, Lines, Terminal, write_summary
    from seldon_secrets_pulumi.rollout.batches import plan_batches, remaining
    from seldon_secrets_pulumi.rollout.outcome import exit_code
    from seldon_secrets_pulumi.rollout.run import run
    from seldon_secrets_pulumi.rollout.side_by_side import by_clusters
    from seldon_secrets_pulumi.rollout.stack_rollout import Options

    json = json or output is Output.json
    can_ask = _is_interactive() and not (yes or json)
    options = Options(dry_run, refresh, allow_replace, allow_delete, adopt, repair, fast, platform_settings)
    batches = plan_batches(stacks, until, parallel=parallel is not False)
    if not (yes or dry_run or can_ask):
        raise UsageError("no terminal to ask for confirmation; add --yes, or --dry-run to change nothing")
    # Pulumi runs in this folder, so that a relative KUBECONFIG must name the same file to the verification.
    os.chdir(cwd)
    project = Project(Path.cwd())
    screen = Json() if json else Terminal() if _is_interactive() else Lines()
    with screen, stoppable(project.command):
        if parallel is None:
            batches = by_clusters(project, batches)
        outcomes = run(project, batches, options, screen, _confirm if can_ask else None)
        code = exit_code(outcomes, options.goal)
        done = [outcome.stack for outcome in outcomes if outcome.result is options.goal]
        # The stacks that remain end where --until says.
        groups = [",".join(batch) for batch in remaining(batches, done)]
        next_command = continuing_command(context, groups, without={"until"}) if code else None
        screen.end(outcomes, next_command)
    write_summary(outcomes, next_command)
    raise typer.Exit(code)


def _is_interactive() -> bool:
    in_ci = os.environ.get("CI", "").lower() in {"true", "1"}
    return sys.stdin.isatty() and sys.stdout.isatty() and not in_ci


def _confirm(stacks: Sequence[str]) -> bool:
    from seldon_secrets_pulumi.automation.stopping import interruptible

    try:
        with interruptible():
            return typer.confirm(f"Update {', '.join(stacks)}?")
    except typer.Abort:
        typer.echo()  # ends the line of the question
        raise StoppedError from None
