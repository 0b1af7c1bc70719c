"""How far a rollout came with each stack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from seldon_secrets_pulumi.errors import ExitCode


class Result(Enum):
    """The last thing that happened to a stack."""

    NOT_STARTED = "not started"
    PREVIEWED = "previewed"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    REFUSED = "refused"


@dataclass
class Outcome:
    """The result for one stack, and what its preview or its update counted."""

    stack: str
    result: Result = Result.NOT_STARTED
    changes: Mapping[str, int] = field(default_factory=dict)
    """The number of resources for each operation."""
    verified: int | None = None
    """How many Secrets in the cluster match the state; None if they were not compared."""


def exit_code(outcomes: Iterable[Outcome], goal: Result) -> ExitCode:
    """The exit code of a rollout that ought to bring every stack to the goal."""
    results = {outcome.result for outcome in outcomes}
    if results <= {goal}:
        return ExitCode.DONE
    return ExitCode.REFUSED if Result.REFUSED in results else ExitCode.FAILED
