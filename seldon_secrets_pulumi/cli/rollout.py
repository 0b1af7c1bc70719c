"""`seldon-secrets rollout`."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional, Protocol

import typer

from seldon_secrets_pulumi.automation.project import project_file
from seldon_secrets_pulumi.problem import InvalidArguments, did_you_mean
from seldon_secrets_pulumi.rollout.batches import Batch, batches, command

if TYPE_CHECKING:
    from seldon_secrets_pulumi.automation.changes import Changes
    from seldon_secrets_pulumi.automation.stack import Engine, Stack
    from seldon_secrets_pulumi.cli.views.rollout import Lines, Outcome

_EXAMPLES = """
Examples:

* `seldon-secrets rollout dev staging prod`
* `seldon-secrets rollout dev,qa staging prod-eu,prod-us --parallel`
* `seldon-secrets rollout dev staging prod --preview` (on a pull request)
* `seldon-secrets rollout dev staging --yes --json` (in CI)

Exit codes: 0 done, 1 failed or stopped, 2 wrong usage, 3 refused by a gate.
"""
DONE, FAILED, USAGE, REFUSED = range(4)


@dataclass(frozen=True)
class Options:
    """What was asked for. `ask` is whether somebody can be asked."""

    preview: bool
    refresh: bool
    allow_replace: bool
    allow_delete: bool
    ask: bool


def rollout(  # noqa: PLR0913 - the command's options
    *,
    stacks: Annotated[
        list[str], typer.Argument(help="The stacks in their order; a comma makes a group: dev,qa.")
    ],
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would change, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before an update.")] = False,
    until: Annotated[Optional[str], typer.Option(metavar="STACK", help="Stop after this stack.")] = None,  # noqa: UP045
    parallel: Annotated[bool, typer.Option("--parallel", help="A group's members side by side.")] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Compare with the cluster first, not only with the state.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Events, one JSON object a line.")] = False,
    cwd: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The folder of the project's Pulumi.yaml.")
    ] = Path(),
    allow_replace: Annotated[
        bool, typer.Option("--allow-replace", help="Replace Secrets without asking.")
    ] = False,
    allow_delete: Annotated[bool, typer.Option("--allow-delete", help="Delete without asking.")] = False,
) -> None:
    from seldon_secrets_pulumi.cli.views.rollout import Json, Lines, Terminal

    terminal = (
        sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("CI", "").lower() not in {"true", "1"}
    )
    ask = terminal and not (yes or json_)
    try:
        planned = batches(stacks, until, parallel=parallel)
    except InvalidArguments as invalid:
        raise usage(str(invalid)) from None
    if not (yes or preview or ask):
        raise usage("nobody can be asked here: add --yes, or --preview to change nothing")
    # A relative KUBECONFIG means the same file to pulumi, which runs there, and to the verification.
    os.chdir(cwd)
    engine = engine_in(Path.cwd())
    report = Json() if json_ else Terminal() if terminal else Lines()
    given = Options(preview, refresh, allow_replace, allow_delete, ask)
    flags = {
        "--preview": preview,
        "--yes": yes,
        "--parallel": parallel,
        "--refresh": refresh,
        "--json": json_,
        "--allow-replace": allow_replace,
        "--allow-delete": allow_delete,
    }
    again = [flag for flag, is_given in flags.items() if is_given]
    again += ["--cwd", str(cwd)] if cwd != Path() else []
    run = Rollout(engine, report, given)
    with report, stoppable(run):
        code = run.over(planned, again)
    raise typer.Exit(code)


rollout.__doc__ = (
    "Updates one stack after another: preview, confirm, up, then every Secret is read back from the cluster."
    f" Stops at the first failure; run again, it goes on from there.\n{_EXAMPLES}"
)


class Stoppable(Protocol):
    """What runs the engine, and now and then asks a question."""

    engine: "Engine"
    asking: bool


class Rollout:
    """One run of the command. `asking` is true while a question waits for its answer."""

    def __init__(self, engine: "Engine", report: "Lines", options: Options) -> None:
        self.engine = engine
        self.asking = False
        self._report = report
        self._options = options

    def over(self, planned: Sequence[Batch], flags: Sequence[str]) -> int:
        """Go over the batches until one fails; the exit code."""
        from seldon_secrets_pulumi.cli.views.rollout import Outcome, write_summary

        outcomes = {name: Outcome(name) for batch in planned for name in batch}
        code = self._each_batch(planned, outcomes)
        left = [tuple(name for name in batch if outcomes[name].result != self._goal) for batch in planned]
        go_on = command(filter(None, left), flags) if code != DONE else None
        self._report.end(list(outcomes.values()), go_on)
        write_summary(list(outcomes.values()), go_on)
        return code

    def _each_batch(self, planned: Sequence[Batch], outcomes: Mapping[str, "Outcome"]) -> int:
        from seldon_secrets_pulumi.automation.stack import Stopped

        try:
            # All of them are found before the first is touched.
            found = {name: self._stack(outcome) for name, outcome in outcomes.items()}
        except Stopped:
            return FAILED
        stacks = {name: stack for name, stack in found.items() if stack}
        if len(stacks) < len(found):
            return FAILED
        for batch in planned:
            if code := self._batch([stacks[name] for name in batch], [outcomes[name] for name in batch]):
                return code
        return DONE

    @property
    def _goal(self) -> str:
        return "previewed" if self._options.preview else "done"

    def _stack(self, outcome: "Outcome") -> "Stack | None":
        from pulumi.automation import StackNotFoundError

        from seldon_secrets_pulumi.automation.stack import StackFailed

        name = outcome.stack
        try:
            return self.engine.stack(name)
        except StackNotFoundError:
            raise usage(
                f"there is no stack {name}; {did_you_mean(name, self.engine.names()) or 'see pulumi stack ls'}"
            ) from None
        except StackFailed as failed:
            self._failed(outcome, str(failed))
            return None

    def _batch(self, stacks: Sequence["Stack"], outcomes: Sequence["Outcome"]) -> int:
        from seldon_secrets_pulumi.automation.changes import Changes

        changes = [Changes() for _ in stacks]
        steps = list(zip(stacks, outcomes, changes, strict=True))
        if code := self._each(self._preview, steps):
            return code
        for stack, _, change in steps:
            self._report.changes(stack.name, change)
        if self._options.preview:
            return DONE
        return self._each(self._permit, steps) or self._gate(steps) or self._each(self._update, steps)

    def _each(self, step: Callable[..., None], steps: Sequence[tuple["Stack", "Outcome", "Changes"]]) -> int:
        """The step for every member of a batch, side by side; the worst of their exit codes."""
        if len(steps) == 1:
            return self._reported(step, *steps[0])
        with ThreadPoolExecutor(len(steps)) as pool:
            return max(pool.map(lambda it: self._reported(step, *it), steps))

    def _reported(
        self, step: Callable[..., None], stack: "Stack", outcome: "Outcome", changes: "Changes"
    ) -> int:
        from seldon_secrets_pulumi.automation.stack import StackFailed, Stopped

        try:
            step(stack, outcome, changes)
        except StackFailed as failed:
            return self._failed(outcome, str(failed))
        except Stopped:
            outcome.result = "stopped"
            self._report.problem(stack.name, "failed", "stopped as asked")
            return FAILED
        return DONE

    def _failed(self, outcome: "Outcome", why: str) -> int:
        outcome.result = "failed"
        self._report.problem(outcome.stack, "failed", why)
        return FAILED

    def _preview(self, stack: "Stack", outcome: "Outcome", changes: "Changes") -> None:
        self._report.phase(stack.name, "preview", 0)
        stack.preview(changes.hear, refresh=self._options.refresh)
        outcome.changes = changes.summary()
        outcome.result = "previewed"

    def _permit(self, stack: "Stack", _: "Outcome", changes: "Changes") -> None:
        """Whether the API server will let Secrets go: without one of the verbs, a deletion hangs."""
        if not changes.removed_secrets:
            return
        from seldon_secrets_pulumi.automation.stack import StackFailed
        from seldon_secrets_pulumi.inventory.cluster import ClusterError
        from seldon_secrets_pulumi.rollout.permissions import denied_deletions
        from seldon_secrets_pulumi.rollout.verification import expected

        going = [it for it in expected(stack.state()) if it.urn in changes.removed_secrets]
        try:
            denied = denied_deletions(going)
        except ClusterError as problem:
            raise StackFailed(str(problem)) from None
        if denied:
            raise StackFailed("\n".join(denied))

    def _gate(self, steps: Sequence[tuple["Stack", "Outcome", "Changes"]]) -> int:
        """Whether the batch may be updated: somebody says so, or nothing is in the way."""
        if self._options.ask:
            return self._asked(steps)
        code = DONE
        for stack, outcome, changes in steps:
            barred = {
                "--allow-replace": [] if self._options.allow_replace else changes.replacements,
                "--allow-delete": [] if self._options.allow_delete else changes.deletions,
            }
            for flag, names in barred.items():
                if names:
                    outcome.result = "refused"
                    text = f"{', '.join(names)} would be {flag.removeprefix('--allow-')}d; {flag} allows it"
                    self._report.problem(stack.name, "refused", text)
                    code = REFUSED
        return code

    def _asked(self, steps: Sequence[tuple["Stack", "Outcome", "Changes"]]) -> int:
        if not any(changes.listed for _, _, changes in steps):
            return DONE
        self.asking = True
        try:
            if typer.confirm(f"Update {', '.join(stack.name for stack, _, _ in steps)}?"):
                return DONE
            result, code = "refused", REFUSED
        except typer.Abort:
            typer.echo()  # the answer's line has no end yet
            result, code = "stopped", FAILED
        finally:
            self.asking = False
        for _, outcome, _ in steps:
            outcome.result = result
        return code

    def _update(self, stack: "Stack", outcome: "Outcome", changes: "Changes") -> None:
        from seldon_secrets_pulumi.automation.changes import Changes as Done
        from seldon_secrets_pulumi.automation.changes import name_of, operation_of

        outcome.result = "failed"
        done = Done()

        def hear(event: Any) -> None:
            done.hear(event)
            if event.res_outputs_event and not event.res_outputs_event.metadata.type.startswith("pulumi:"):
                metadata = event.res_outputs_event.metadata
                if operation_of(metadata) in {"create", "update", "replace", "delete"}:
                    self._report.resource(stack.name, operation_of(metadata), name_of(metadata))

        self._report.phase(stack.name, "up", len(changes.listed))
        stack.up(hear, lambda text: self._report.say(stack.name, text), refresh=self._options.refresh)
        outcome.changes = done.summary()
        self._verify(stack, outcome)
        self._report.say(stack.name, "up to date and read back")
        outcome.result = "done"

    def _verify(self, stack: "Stack", outcome: "Outcome") -> None:
        from seldon_secrets_pulumi.automation.stack import StackFailed, Stopped
        from seldon_secrets_pulumi.inventory.cluster import ClusterError
        from seldon_secrets_pulumi.rollout.verification import expected, verified

        secrets = expected(stack.state())
        self._report.phase(stack.name, "verify", len(secrets))
        wrong: list[str] = []
        unread: list[str] = []
        outcome.verified = 0
        for name, found in verified(secrets):
            if self.engine.command.stopping.is_set():
                raise Stopped
            if isinstance(found, ClusterError):
                unread.append(str(found))
            else:
                wrong += [f"{name}: {problem}" for problem in found]
                outcome.verified += not found
            self._report.resource(stack.name, "verify", name)
        if unread:
            raise StackFailed("written, but not read back: " + "; ".join(dict.fromkeys(unread)))
        if wrong:
            raise StackFailed(
                "the cluster does not hold what was written (--refresh makes anew what is gone, see docs/rollout.md):\n"
                + "\n".join(wrong)
            )


@contextmanager
def stoppable(run: Stoppable) -> Iterator[None]:
    """Ctrl-C, and CI's SIGTERM, end what runs cleanly; a second one does not wait for what is under way."""

    def stop(*_: object) -> None:
        run.engine.command.stop()
        if run.asking:
            raise KeyboardInterrupt

    before = {it: signal.signal(it, stop) for it in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def engine_in(folder: Path) -> "Engine":
    """The engine of the project in the folder; ends the command where there is none."""
    from pulumi.automation import InvalidVersionError

    from seldon_secrets_pulumi.automation.stack import Engine

    if shutil.which("pulumi") is None:
        raise usage("pulumi is not on PATH")
    if project_file(folder) is None:
        raise usage(f"there is no Pulumi.yaml in {folder.resolve()}; --cwd names the project's folder")
    try:
        return Engine(folder)
    except InvalidVersionError as error:
        raise usage(str(error)) from None


def usage(text: str) -> typer.Exit:
    """The end of a command that can't start, said in one line."""
    typer.echo(f"seldon-secrets: {text}", err=True)
    return typer.Exit(USAGE)
