"""Rules for Secrets, and the checks that find what breaks them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from seldon_secrets_pulumi.doctor.documentation import page_of
from seldon_secrets_pulumi.doctor.subject import Subject

Find = Callable[[Subject], Iterator[str]]
"""Yields what breaks a rule: names of keys, labels and rules, never a value."""


class Severity(str, Enum):
    """An error breaks a reader of the Secret. A warning may break one, or makes the Secret hard to use."""

    error = "error"
    warning = "warning"


@dataclass(frozen=True)
class Example:
    """The same line, broken and fixed."""

    wrong: str
    right: str


@dataclass(frozen=True)
class Rule:
    """A rule. `cause` and `cure` are one sentence each."""

    id: str
    severity: Severity
    cause: str
    cure: str
    example: Example | None = None

    @property
    def page(self) -> str | None:
        """The URL of the rule's documentation; None while the project has no public address."""
        return page_of(self.id)

    @property
    def explanation(self) -> str:
        """The URL of the rule's documentation, or the command that prints it."""
        return self.page or f"seldon-secrets doctor --explain {self.id}"


@dataclass(frozen=True, kw_only=True)
class Check(Rule):
    """A rule about one Secret or its namespace, and the function that finds what breaks it."""

    find: Find
    of_namespace: bool = False
    """Whether the rule is about the namespace, so that all Secrets there break it together."""


def error(check_id: str, cause: str, cure: str, example: Example | None = None) -> Callable[[Find], Check]:
    """Make a function a check with severity `error`."""
    return lambda find: Check(check_id, Severity.error, cause, cure, example, find=find)


def warning(
    check_id: str, cause: str, cure: str, example: Example | None = None, *, of_namespace: bool = False
) -> Callable[[Find], Check]:
    """Make a function a check with severity `warning`."""
    return lambda find: Check(
        check_id, Severity.warning, cause, cure, example, find=find, of_namespace=of_namespace
    )
