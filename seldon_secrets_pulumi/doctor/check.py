"""Rules that a Secret can break, and the checks that look for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from seldon_secrets_pulumi.doctor.subject import Subject

EXPLAIN = "seldon-secrets doctor --explain {}"
"""The command that explains a check."""


class Severity(str, Enum):
    """An error breaks a consumer of the Secret. A warning may, or makes the Secret hard to use."""

    error = "error"
    warning = "warning"


@dataclass(frozen=True)
class Rule:
    """A rule; `cause` and `cure` are one sentence each."""

    id: str
    severity: Severity
    cause: str
    cure: str

    @property
    def explanation(self) -> str:
        """The command that explains the rule."""
        return EXPLAIN.format(self.id)


@dataclass(frozen=True)
class Check(Rule):
    """A rule, and the function that yields what breaks it: names of keys, labels and rules, but never a value."""

    find: Callable[[Subject], Iterator[str]]
    of_namespace: bool = False
    """Whether the rule is about the Secret's namespace, and so the same for all Secrets there."""


def error(id_: str, cause: str, cure: str) -> Callable[[Callable[[Subject], Iterator[str]]], Check]:
    """Make a check with severity `error` of a function."""
    return lambda find: Check(id_, Severity.error, cause, cure, find)


def warning(
    id_: str, cause: str, cure: str, *, of_namespace: bool = False
) -> Callable[[Callable[[Subject], Iterator[str]]], Check]:
    """Make a check with severity `warning` of a function."""
    return lambda find: Check(id_, Severity.warning, cause, cure, find, of_namespace)
