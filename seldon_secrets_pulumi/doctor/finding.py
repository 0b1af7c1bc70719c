"""The findings of `doctor`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seldon_secrets_pulumi.doctor.check import Rule, Severity
from seldon_secrets_pulumi.inventory.secret import Place

ALL_SECRETS = "(all Secrets)"
"""Stands for a Secret's name in a finding about its namespace."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a Secret breaks, and where."""

    rule: Rule
    namespace: str
    secret: str
    detail: str
    place: Place | None = None

    @property
    def check(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> str:
        return self.rule.severity.value

    @property
    def is_error(self) -> bool:
        return self.rule.severity is Severity.error

    def as_json(self) -> Mapping[str, Any]:
        """The finding as a JSON object."""
        return {
            "check": self.check,
            "severity": self.severity,
            "namespace": self.namespace,
            "secret": self.secret,
            "detail": self.detail,
            "cause": self.rule.cause,
            "cure": self.rule.cure,
            "explain": self.rule.explanation,
            "file": str(self.place.file) if self.place else None,
            "line": self.place.line if self.place else None,
        }
