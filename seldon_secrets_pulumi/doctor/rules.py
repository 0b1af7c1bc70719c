"""Every rule of `doctor`, those among them that are no checks of a Secret alone."""

from collections.abc import Sequence

from seldon_secrets_pulumi.doctor.check import Rule, Severity
from seldon_secrets_pulumi.doctor.checks import CHECKS
from seldon_secrets_pulumi.doctor.probe import PROBES

PERMISSIONS = Rule(
    "permissions",
    Severity.warning,
    "Programs need to get, list, create, patch and delete Secrets to look after them.",
    "Ask for a Role with these verbs on secrets, or use another context.",
)

RULES: Sequence[Rule] = (*CHECKS, PERMISSIONS, *PROBES)
