"""The progress of a rollout: on a terminal, as plain lines, or as one JSON object per line."""

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from typing_extensions import Self

from seldon_secrets_pulumi.cli.output import print_error
from seldon_secrets_pulumi.rollout.changes import OPERATIONS, REMOVALS, Changes
from seldon_secrets_pulumi.rollout.outcome import Outcome, Result
from seldon_secrets_pulumi.rollout.reporter import Reporter

_STYLES = {"replace": "bold red", "delete": "bold red", "update": "yellow", "create": "green"}


class Lines(Reporter):
    """Plain lines, for CI and for files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Leave the terminal as it was before."""

    def message(self, stack: str, text: str) -> None:
        self._write(f"{stack}: {text}")

    def start_phase(self, stack: str, phase: str, total: int) -> None:
        self._write(f"{stack}: {phase}" + (f" {_secrets(total)}" if phase == "verify" else ""))

    def finish_resource(self, stack: str, operation: str, name: str) -> None:
        if operation != "verify":
            self._write(f"{stack}: {operation} {name}")

    def show_changes(self, stack: str, changes: Changes) -> None:
        counts = [f"{count} to {operation}" for operation, count in changes.counts.items()]
        counts[-1] = f"{changes.counts['same']} same"
        self._write(f"{stack}: {', '.join(counts)}")
        for change in changes.shown:
            mark = "  <-- attention" if change.operation in REMOVALS else ""
            self._write(f"{stack}:   {change.operation} {change.object_name}{mark}")

    def problem(self, stack: str, result: Result, reason: str) -> None:
        self._write(f"{stack}: {result.value}: {reason}")

    def end(self, outcomes: Sequence[Outcome], next_command: str | None) -> None:
        """The result for every stack, and the command that continues."""
        for outcome in outcomes:
            verified = "" if outcome.verified is None else f", {_secrets(outcome.verified)} verified"
            self._write(f"{outcome.stack}: {outcome.result.value}{verified}")
        if next_command:
            self._write(f"continue with: {next_command}")

    def _write(self, text: str) -> None:
        with self._lock:
            typer.echo(text)


class Json(Lines):
    """Every event as a JSON object on its own line."""

    def message(self, stack: str, text: str) -> None:
        self._event("message", stack=stack, text=text)

    def start_phase(self, stack: str, phase: str, total: int) -> None:
        self._event("phase", stack=stack, phase=phase, total=total)

    def finish_resource(self, stack: str, operation: str, name: str) -> None:
        self._event("resource", stack=stack, operation=operation, name=name)

    def show_changes(self, stack: str, changes: Changes) -> None:
        secrets = [{"operation": change.operation, "name": change.object_name} for change in changes.secrets]
        self._event("preview", stack=stack, **changes.counts, secrets=secrets, deletions=changes.deletions)

    def problem(self, stack: str, result: Result, reason: str) -> None:
        self._event(result.value, stack=stack, reason=reason)

    def end(self, outcomes: Sequence[Outcome], next_command: str | None) -> None:
        stacks = [
            {
                "stack": outcome.stack,
                "result": outcome.result.value,
                "changes": outcome.changes,
                "verified": outcome.verified,
            }
            for outcome in outcomes
        ]
        self._event("end", stacks=stacks, command=next_command)

    def _event(self, event: str, **fields: Any) -> None:
        self._write(json.dumps({"event": event, **fields}))


class Terminal(Lines):
    """Tables, and a bar for each stack that names the current Secret."""

    def __init__(self) -> None:
        super().__init__()
        self._console = Console(highlight=False)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __exit__(self, *_: object) -> None:
        """Stop the bars, which hide the cursor."""
        self._stop()

    def start_phase(self, stack: str, phase: str, total: int) -> None:
        with self._lock:
            if self._progress is None:
                self._progress = _progress(self._console)
                self._progress.start()
            if stack in self._tasks:
                self._progress.remove_task(self._tasks[stack])
            self._tasks[stack] = self._progress.add_task(phase, total=total or None, stack=stack)

    def finish_resource(self, stack: str, operation: str, name: str) -> None:
        with self._lock:
            if self._progress and stack in self._tasks:
                self._progress.update(self._tasks[stack], advance=1, description=f"{operation} {name}")

    def show_changes(self, stack: str, changes: Changes) -> None:
        self._stop()
        table = Table(title=stack, title_justify="left", title_style="bold")
        for operation in OPERATIONS:
            table.add_column(operation, justify="right")
        table.add_row(*map(str, changes.counts.values()))
        self._console.print(table)
        for change in changes.shown:
            line = f"  {change.operation} {change.object_name}"
            self._console.print(line, style=_STYLES[change.operation], markup=False)

    def end(self, outcomes: Sequence[Outcome], next_command: str | None) -> None:
        self._stop()
        super().end(outcomes, next_command)

    def _write(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def _stop(self) -> None:
        with self._lock:
            if self._progress:
                self._progress.stop()
            self._progress = None
            self._tasks.clear()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.fields[stack]}", style="bold"),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,  # a full bar says nothing
    )


def write_summary(outcomes: Sequence[Outcome], next_command: str | None) -> None:
    """Add a Markdown table to the job summary of GitHub Actions, if there is one.

    A summary that can't be written is reported, and does not make the rollout fail.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    lines = [
        "| stack | result | " + " | ".join(OPERATIONS) + " | Secrets verified |",
        "|---" * (len(OPERATIONS) + 3) + "|",
    ]
    for outcome in outcomes:
        counts = [_count(outcome, operation) for operation in OPERATIONS]
        verified = "" if outcome.verified is None else str(outcome.verified)
        lines.append("| " + " | ".join([outcome.stack, outcome.result.value, *counts, verified]) + " |")
    lines += ["", f"Continue with `{next_command}`"] if next_command else []
    try:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write("\n".join(lines) + "\n\n")
    except OSError as error:
        print_error(f"the job summary can't be written: {file} (GITHUB_STEP_SUMMARY): {error.strerror}")


def _count(outcome: Outcome, operation: str) -> str:
    count = str(outcome.changes.get(operation, ""))
    return f"**{count}**" if operation in REMOVALS and count not in {"", "0"} else count


def _secrets(number: int) -> str:
    return f"{number} Secret{'' if number == 1 else 's'}"
