"""Every rule of `doctor`, including those that no check of a single Secret applies."""

from collections.abc import Collection, Sequence

from seldon_secrets_pulumi.doctor.check import Rule, Severity
from seldon_secrets_pulumi.doctor.checks import CHECKS
from seldon_secrets_pulumi.doctor.checks.targets import MISSING_IN_TARGET
from seldon_secrets_pulumi.doctor.ignores import IGNORES
from seldon_secrets_pulumi.doctor.platform import PLATFORM_RULES
from seldon_secrets_pulumi.doctor.probe import PROBES
from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.problem import did_you_mean

PERMISSIONS = Rule(
    "permissions",
    Severity.warning,
    "Managing Secrets requires permission to get, list, create, patch and delete them.",
    "Ask for a Role with these verbs on secrets, or use another context.",
)
NOT_EXAMINED = Rule(
    "not-examined",
    Severity.warning,
    "The manifest's values are encrypted, placeholders or elsewhere, so its content was not checked.",
    "Check the Secret in the cluster, or decrypt or render the manifests in the CI step before the check.",
)

RULES_OF_SECRETS: Sequence[Rule] = (
    *CHECKS,
    MISSING_IN_TARGET,
    *IGNORES,
    *PROBES,
    *PLATFORM_RULES,
    NOT_EXAMINED,
)
RULES: Sequence[Rule] = (*RULES_OF_SECRETS, PERMISSIONS)


def find_rule(rule_id: str) -> Rule:
    """The rule with this id. Raises `UsageError` with the nearest ids."""
    rules = {rule.id: rule for rule in RULES}
    if rule_id not in rules:
        hint = did_you_mean(rule_id, rules) or "findings show the ids"
        raise UsageError(f"there is no check {rule_id!a}; {hint}")
    return rules[rule_id]


def selected_rules(select: Collection[str] = (), ignore: Collection[str] = ()) -> frozenset[str]:
    """The ids to apply: those in `select`, by default all, except those in `ignore`. Raises `UsageError`."""
    ids = {find_rule(rule_id).id for rule_id in select} or {rule.id for rule in RULES}
    return frozenset(ids - {find_rule(rule_id).id for rule_id in ignore})
