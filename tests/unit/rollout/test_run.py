"""A rollout as a library: which stacks it touches, and how each of them ends."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.automation.failures import StackError, TransientError
from seldon_secrets_pulumi.automation.stack import Preview
from seldon_secrets_pulumi.errors import ExitCode, StoppedError, UsageError
from seldon_secrets_pulumi.resource_types import SECRET
from seldon_secrets_pulumi.rollout.outcome import Outcome, Result, exit_code
from seldon_secrets_pulumi.rollout.reporter import Reporter
from seldon_secrets_pulumi.rollout.run import Confirm, run
from seldon_secrets_pulumi.rollout.stack_rollout import Options

BATCHES = [("dev",), ("eu", "us"), ("prod",)]


class FakeStack:
    """A stack with one resource, on which an operation can fail."""

    def __init__(self, name: str, operation: str, failure: Exception | None) -> None:
        self.name = name
        self.updated = False
        self._change = Change(operation, "other:index:Type", f"urn::{name}", f"one-in-{name}", ())
        self._failure = failure

    def preview(self, **_: bool) -> Preview:
        return Preview([self._change])

    def up(self, *_: Any, **__: bool) -> list[Change]:
        if self._failure:
            raise self._failure
        self.updated = True
        return [self._change]

    def state(self) -> dict[str, Any]:
        return {}


class FakeBackend:
    """A server, which keeps a journal."""

    rewrites_state = False

    def folder(self) -> None:
        return None


class FakeProject:
    """Stacks that need no pulumi. It stands for its own command."""

    backend = FakeBackend()
    folder = Path("/nonexistent")

    def __init__(self, operation: str = "create", **failures: Exception) -> None:
        self.command = self
        self.waits: list[float] = []
        names = [name for batch in BATCHES for name in batch]
        self.stacks = {name: FakeStack(name, operation, failures.get(name)) for name in names}

    def stack(self, name: str) -> FakeStack:
        if name not in self.stacks:
            raise UsageError(f"there is no stack {name}")
        return self.stacks[name]

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    @property
    def updated(self) -> list[str]:
        return [name for name, stack in self.stacks.items() if stack.updated]


class Messages(Reporter):
    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def message(self, stack: str, text: str) -> None:
        self.messages.append((stack, text))


class Problems(Reporter):
    def __init__(self) -> None:
        self.problems: list[tuple[str, Result, str]] = []

    def problem(self, stack: str, result: Result, reason: str) -> None:
        self.problems.append((stack, result, reason))


def roll_out(
    project: Any, options: Options, confirm: Confirm | None = None, reporter: Reporter | None = None
) -> tuple[list[str], ExitCode]:
    outcomes: list[Outcome] = run(project, BATCHES, options, reporter or Reporter(), confirm)
    assert [outcome.stack for outcome in outcomes] == ["dev", "eu", "us", "prod"]
    return [outcome.result.value for outcome in outcomes], exit_code(outcomes, options.goal)


def test_every_stack_is_updated() -> None:
    project = FakeProject()
    assert roll_out(project, Options()) == (["done"] * 4, ExitCode.DONE)
    assert project.updated == ["dev", "eu", "us", "prod"]


def fail_previews(project: FakeProject, stack: str, *failures: Exception) -> None:
    """Let the first previews of a stack fail."""
    remaining, preview = list(failures), project.stacks[stack].preview

    def failing(**options: bool) -> Preview:
        if remaining:
            raise remaining.pop(0)
        return preview(**options)

    project.stacks[stack].preview = failing  # type: ignore[method-assign]


def test_a_preview_is_tried_again_after_a_failure_of_the_api_server() -> None:
    project, reporter = FakeProject(), Messages()
    fail_previews(project, "dev", TransientError("EOF"), TransientError("Conflict"))
    assert roll_out(project, Options(), reporter=reporter) == (["done"] * 4, ExitCode.DONE)
    assert project.waits == [2, 4]
    assert [text for stack, text in reporter.messages if stack == "dev"][:2] == [
        "EOF; trying again in 2 s (2 of 3)",
        "Conflict; trying again in 4 s (3 of 3)",
    ]


def test_a_preview_that_keeps_failing_ends_the_rollout() -> None:
    project, reporter = FakeProject(), Problems()
    fail_previews(project, "dev", *[TransientError("EOF")] * 3)
    results = roll_out(project, Options(), reporter=reporter)
    assert results == (["failed", "not started", "not started", "not started"], ExitCode.FAILED)
    assert reporter.problems == [("dev", Result.FAILED, "EOF")]


def test_an_update_is_not_tried_again() -> None:
    """The next run knows from a preview what is left to do."""
    project = FakeProject(dev=TransientError("EOF"))
    assert roll_out(project, Options())[0] == ["failed", "not started", "not started", "not started"]
    assert project.waits == []


def test_a_preview_updates_nothing() -> None:
    project = FakeProject()
    assert roll_out(project, Options(preview_only=True)) == (["previewed"] * 4, ExitCode.DONE)
    assert project.updated == []


@pytest.mark.parametrize(
    ("failure", "result"), [(StackError("no disk"), "failed"), (StoppedError("stopped"), "stopped")]
)
def test_the_batch_of_a_failed_stack_is_the_last(failure: Exception, result: str) -> None:
    project, reporter = FakeProject(us=failure), Problems()
    results = roll_out(project, Options(), reporter=reporter)
    assert results == (["done", "done", result, "not started"], ExitCode.FAILED)
    assert reporter.problems == [("us", Result.FAILED, str(failure))]


def test_a_deletion_is_refused_unless_it_is_allowed() -> None:
    project, reporter = FakeProject("delete"), Problems()
    results = roll_out(project, Options(), reporter=reporter)
    assert results == (["refused", "not started", "not started", "not started"], ExitCode.REFUSED)
    assert project.updated == []
    reason = "one-in-dev would be deleted; pass --allow-delete to allow it"
    assert reporter.problems == [("dev", Result.REFUSED, reason)]
    assert roll_out(project, Options(allow_delete=True)) == (["done"] * 4, ExitCode.DONE)


def test_somebody_is_asked_about_each_batch() -> None:
    asked: list[Sequence[str]] = []

    def confirm(stacks: Sequence[str]) -> bool:
        asked.append(stacks)
        return "eu" not in stacks

    results = roll_out(FakeProject("delete"), Options(), confirm)
    assert results == (["done", "refused", "refused", "not started"], ExitCode.REFUSED)
    assert asked == [["dev"], ["eu", "us"]]


def test_nobody_is_asked_when_nothing_changes() -> None:
    def confirm(_: Sequence[str]) -> bool:
        raise AssertionError

    assert roll_out(FakeProject("same"), Options(), confirm) == (["done"] * 4, ExitCode.DONE)


def test_an_interrupted_question_stops_the_rollout() -> None:
    def confirm(_: Sequence[str]) -> bool:
        raise StoppedError

    project = FakeProject()
    results = roll_out(project, Options(), confirm)
    assert results == (["stopped", "not started", "not started", "not started"], ExitCode.FAILED)
    assert project.updated == []


def test_an_unknown_stack_is_refused_before_anything_is_touched() -> None:
    project = FakeProject()
    del project.stacks["prod"]
    with pytest.raises(UsageError, match="there is no stack prod"):
        roll_out(project, Options())
    assert project.updated == []


def test_changes_of_secrets_are_counted_with_the_others() -> None:
    project = FakeProject()
    change = Change("update", SECRET, "urn::secret", "team/one", ())
    project.stacks["dev"].preview = lambda **_: Preview([change])  # type: ignore[method-assign]
    outcomes = run(project, [("dev",)], Options(preview_only=True), Reporter())  # type: ignore[arg-type]
    assert outcomes[0].changes == {"create": 0, "update": 1, "replace": 0, "delete": 0, "same": 0}
