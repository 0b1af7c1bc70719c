"""What a rollout tells while it goes on: on a terminal, as plain lines, or as one JSON object per line."""

import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from typing_extensions import Self

from seldon_secrets_pulumi.automation.changes import OPERATIONS, Changes

_STYLES = {"replace": "bold red", "delete": "bold red", "update": "yellow", "create": "green"}


@dataclass
class Outcome:
    """How far a stack came."""

    stack: str
    result: str = "not started"
    changes: Mapping[str, int] = field(default_factory=dict)
    verified: int | None = None


class Lines:
    """Plain lines, for CI and for files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""

    def say(self, stack: str, text: str) -> None:
        """One sentence about a stack."""
        self._write(f"{stack}: {text}")

    def phase(self, stack: str, phase: str, total: int) -> None:
        """A stack's next step, with so many resources before it."""
        self._write(f"{stack}: {phase}" + (f" of {_number(total, 'Secret')}" if phase == "verify" else ""))

    def resource(self, stack: str, phase: str, name: str) -> None:
        """A resource is done."""
        if phase != "verify":
            self._write(f"{stack}: {phase} {name}")

    def changes(self, stack: str, changes: Changes) -> None:
        """What an update would do."""
        self._write(
            f"{stack}: "
            + ", ".join(f"{changes.counts[it]} to {it}" for it in OPERATIONS[:-1])
            + f", {changes.counts['same']} same"
        )
        for it in changes.shown:
            loud = "  <-- attention" if it.operation in {"replace", "delete"} else ""
            self._write(f"{stack}:   {it.operation} {it.name}{loud}")

    def problem(self, stack: str, kind: str, text: str) -> None:
        """Why a stack went no further; `kind` is `failed` or `refused`."""
        self._write(f"{stack}: {kind}: {text}")

    def end(self, outcomes: Sequence[Outcome], command: str | None) -> None:
        """What was done, what was not, and how to go on."""
        for it in outcomes:
            checked = "" if it.verified is None else f", {_number(it.verified, 'Secret')} verified"
            self._write(f"{it.stack}: {it.result}{checked}")
        if command:
            self._write(f"go on with: {command}")

    def _write(self, text: str) -> None:
        with self._lock:
            typer.echo(text)


class Json(Lines):
    """Every event as a JSON object on a line of its own."""

    def say(self, stack: str, text: str) -> None:
        self._event("message", stack=stack, text=text)

    def phase(self, stack: str, phase: str, total: int) -> None:
        self._event("phase", stack=stack, phase=phase, total=total)

    def resource(self, stack: str, phase: str, name: str) -> None:
        self._event("resource", stack=stack, operation=phase, name=name)

    def changes(self, stack: str, changes: Changes) -> None:
        named = [{"operation": it.operation, "name": it.name} for it in changes.secrets]
        self._event("preview", stack=stack, **changes.summary(), secrets=named, deletions=changes.deletions)

    def problem(self, stack: str, kind: str, text: str) -> None:
        self._event(kind, stack=stack, reason=text)

    def end(self, outcomes: Sequence[Outcome], command: str | None) -> None:
        self._event("end", stacks=[asdict(it) for it in outcomes], command=command)

    def _event(self, event: str, **fields: Any) -> None:
        self._write(json.dumps({"event": event, **fields}))


class Terminal(Lines):
    """Tables and a bar per stack that names the Secret it is at."""

    def __init__(self) -> None:
        super().__init__()
        self._console = Console(highlight=False)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""
        self._stop()

    def phase(self, stack: str, phase: str, total: int) -> None:
        with self._lock:
            if self._progress is None:
                self._progress = Progress(
                    TextColumn("{task.fields[stack]}", style="bold"),
                    TextColumn("{task.description}"),
                    BarColumn(),
                    MofNCompleteColumn(),
                    TimeElapsedColumn(),
                    console=self._console,
                    transient=True,  # a bar that has ended tells nothing
                )
                self._progress.start()
            if stack in self._tasks:
                self._progress.remove_task(self._tasks[stack])
            self._tasks[stack] = self._progress.add_task(phase, total=total or None, stack=stack)

    def resource(self, stack: str, phase: str, name: str) -> None:
        with self._lock:
            if self._progress and stack in self._tasks:
                self._progress.update(self._tasks[stack], advance=1, description=f"{phase} {name}")

    def changes(self, stack: str, changes: Changes) -> None:
        self._stop()
        table = Table(title=stack, title_justify="left", title_style="bold")
        for operation in OPERATIONS:
            table.add_column(operation, justify="right")
        table.add_row(*(str(changes.counts[it]) for it in OPERATIONS))
        self._console.print(table)
        for it in changes.shown:
            self._console.print(f"  {it.operation} {it.name}", style=_STYLES[it.operation], markup=False)

    def end(self, outcomes: Sequence[Outcome], command: str | None) -> None:
        self._stop()
        super().end(outcomes, command)

    def _write(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def _stop(self) -> None:
        with self._lock:
            if self._progress:
                self._progress.stop()
            self._progress = None
            self._tasks.clear()


def write_summary(outcomes: Sequence[Outcome], command: str | None) -> None:
    """A table in Markdown where GitHub Actions shows a job's summary."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    lines = [
        "| stack | result | " + " | ".join(OPERATIONS) + " | Secrets verified |",
        "|---" * (len(OPERATIONS) + 3) + "|",
    ]
    for it in outcomes:
        counts = [_count(it, operation) for operation in OPERATIONS]
        cells = [it.stack, it.result, *counts, "" if it.verified is None else str(it.verified)]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", f"Go on with `{command}`"] if command else []
    with Path(file).open("a", encoding="utf-8") as summary:
        summary.write("\n".join(lines) + "\n\n")


def _count(outcome: Outcome, operation: str) -> str:
    number = str(outcome.changes.get(operation, ""))
    # What takes something away stands out.
    return f"**{number}**" if operation in {"replace", "delete"} and number not in {"", "0"} else number


def _number(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
