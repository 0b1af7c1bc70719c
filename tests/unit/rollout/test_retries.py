"""How often, and after which waits, a rollout tries again what only reads."""

from collections.abc import Callable

import pytest

from seldon_secrets_pulumi.automation.failures import StackError, TransientError
from seldon_secrets_pulumi.errors import StoppedError
from seldon_secrets_pulumi.inventory.cluster_errors import ClusterError
from seldon_secrets_pulumi.rollout.retries import with_retries


class Attempts:
    """An operation that fails as often as it has failures, and records what happens around it."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.events: list[str] = []

    def __call__(self) -> str:
        self.events.append("try")
        if self.failures:
            raise self.failures.pop(0)
        return "result"

    def wait(self, seconds: float) -> None:
        self.events.append(f"wait {seconds}")

    def run(self, wait: Callable[[float], None] | None = None) -> str:
        return with_retries(self, wait or self.wait, self.events.append)


def test_success_is_not_repeated() -> None:
    attempts = Attempts()
    assert attempts.run() == "result"
    assert attempts.events == ["try"]


def test_each_further_try_is_announced_and_waits_longer() -> None:
    attempts = Attempts(TransientError("team/one: EOF"), TransientError("team/one: Conflict"))
    assert attempts.run() == "result"
    assert attempts.events == [
        "try",
        "team/one: EOF; trying again in 2 s (2 of 3)",
        "wait 2",
        "try",
        "team/one: Conflict; trying again in 4 s (3 of 3)",
        "wait 4",
        "try",
    ]


def test_the_last_failure_ends_it() -> None:
    attempts = Attempts(*[TransientError(f"failure {number}") for number in range(1, 5)])
    with pytest.raises(TransientError, match="failure 3"):
        attempts.run()
    assert attempts.events.count("try") == 3


def test_other_failures_end_it_at_once() -> None:
    attempts = Attempts(StackError("not permitted"))
    with pytest.raises(StackError, match="not permitted"):
        attempts.run()
    assert attempts.events == ["try"]


def test_a_cluster_that_fails_for_a_moment_is_asked_again() -> None:
    passing, staying = ClusterError("503"), ClusterError("no certificate")
    passing.is_transient = True
    attempts = Attempts(passing, staying)
    with pytest.raises(ClusterError, match="no certificate"):
        attempts.run()
    assert attempts.events.count("try") == 2


def test_a_stop_ends_the_wait() -> None:
    def stopped(_: float) -> None:
        raise StoppedError("stopped")

    attempts = Attempts(TransientError("EOF"))
    with pytest.raises(StoppedError):
        attempts.run(stopped)
    assert attempts.events.count("try") == 1
