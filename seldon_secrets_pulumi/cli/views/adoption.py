"""The plan, the progress and the result of an adoption. Never a value."""

from collections.abc import Iterable
from types import TracebackType

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from typing_extensions import Self

from seldon_secrets_pulumi.adoption.outcome import Outcome
from seldon_secrets_pulumi.adoption.plan import Adoption, Plan
from seldon_secrets_pulumi.adoption.reporter import Reporter
from seldon_secrets_pulumi.adoption.skip_reasons import LAST_APPLIED
from seldon_secrets_pulumi.cli.output import print_error, print_json
from seldon_secrets_pulumi.untrusted_text import printable


class Steps(Reporter):
    """The current step, on a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn()
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Leave the terminal as it was before."""
        self._progress.stop()

    def start_step(self, description: str, total: int | None = None) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(description, total=total)
        # Not earlier: a question would be hidden.
        self._progress.start()

    def advance(self, count: int = 1) -> None:
        if self._task is not None:
            self._progress.advance(self._task, count)

    def message(self, text: str) -> None:
        print_error(text)


def show_plan(plan: Plan) -> None:
    """The plan as lines."""
    adoptions = {adoption.name: adoption for adoption in plan.adoptions}
    for entry in plan.entries:
        _title(f"{entry.kind}: {entry.name} ({entry.type})")
        if entry.raw_reason:
            _line(f"raw: {entry.raw_reason}")
        for name in entry.secrets:
            _line(f"{name}{_changes(adoptions.pop(name, None))}")
    _list("already declared:", (f"{name}{_changes(adoption)}" for name, adoption in adoptions.items()))
    _list("skipped:", (f"{name}: {reason}" for name, reason in plan.skipped.items()))
    _list("additional settings:", (f"{key}: {text}" for key, text in plan.settings.items()))
    if plan.present:
        typer.echo(f"{_secrets(len(plan.present))} already in the stack")
    _warn_of_copies(sum(LAST_APPLIED in adoption.secret.annotations for adoption in plan.adoptions))
    if plan.is_empty:
        typer.echo("nothing to import")


def show_outcome(plan: Plan, outcome: Outcome) -> None:
    """What was done, and what the next update changes."""
    typer.echo(
        f"{_secrets(len(outcome.adopted))} adopted; the next `pulumi up` leaves {len(outcome.unchanged)} unchanged"
    )
    names_by_keys: dict[str, list[str]] = {}
    for adoption in plan.adoptions:
        if adoption.name in outcome.metadata_changes:
            keys = ", ".join([*adoption.labels, *adoption.annotations])
            names_by_keys.setdefault(keys, []).append(adoption.name)
    for keys, names in names_by_keys.items():
        change = f"sets {keys} on" if keys else "removes labels or annotations from"
        _line(f"it {change} {_secrets(len(names))}")
    if outcome.pending:
        _line(f"other pending changes of the stack: {', '.join(outcome.pending)}")
    for name, (operation, *properties) in outcome.other_changes.items():
        print_error(f"the next update would {operation} {name} ({', '.join(properties) or 'all of it'})")


def show_json(plan: Plan, outcome: Outcome | None) -> None:
    """The plan and the result for scripts."""
    print_json(
        {
            "entries": [
                {
                    "kind": entry.kind,
                    "name": entry.name,
                    "type": entry.type,
                    "secrets": entry.secrets,
                    "rawReason": entry.raw_reason,
                }
                for entry in plan.entries
            ],
            "adopt": [
                {"secret": adoption.name, "labels": adoption.labels, "annotations": adoption.annotations}
                for adoption in plan.adoptions
            ],
            "present": plan.present,
            "skipped": [{"secret": name, "reason": reason} for name, reason in plan.skipped.items()],
            "settings": plan.settings,
            "result": outcome,
        }
    )


def _title(text: str) -> None:
    typer.secho(printable(text), bold=True)


def _line(text: str) -> None:
    typer.echo(f"  {printable(text)}")


def _list(title: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if number == 0:
            _title(title)
        _line(line)


def _changes(adoption: Adoption | None) -> str:
    if adoption is None:
        return " (already in the stack's state)"
    keys = [*adoption.labels, *adoption.annotations]
    return f": the next update sets {', '.join(keys)}" if keys else ": no changes"


def _warn_of_copies(count: int) -> None:
    if count:
        typer.secho(
            f"{_secrets(count)} with a copy of the credentials in kubectl's annotation {LAST_APPLIED}: the import"
            " removes it, because Pulumi's state keeps annotations in plain text",
            fg=typer.colors.YELLOW,
        )


def _secrets(count: int) -> str:
    return f"{count} Secret{'' if count == 1 else 's'}"
