"""The annotation with which a Secret ignores checks: `secret-name: legacy name; foreign-key: read by our own image`."""

from collections.abc import Collection, Iterator, Mapping

from seldon_secrets_pulumi.doctor.check import Example, Rule, Severity
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.problem import did_you_mean
from seldon_secrets_pulumi.untrusted_text import quoted

ANNOTATION = "seldon-secrets.pulumi/ignore-checks"

WITHOUT_REASON = Rule(
    "ignore-without-reason",
    Severity.warning,
    f"The annotation {ANNOTATION} ignores a check without a reason, so the check still applies.",
    "Add the reason after a colon, and separate several checks by semicolons.",
    Example(wrong=f"{ANNOTATION}: secret-name", right=f'{ANNOTATION}: "secret-name: legacy name"'),
)
UNKNOWN_CHECK = Rule(
    "ignore-unknown-check",
    Severity.warning,
    f"The annotation {ANNOTATION} names a check that a Secret can't ignore.",
    "Use the id of a check of a Secret, as its findings show it.",
)
IGNORES = (WITHOUT_REASON, UNKNOWN_CHECK)


def ignored_checks(secret: LiveSecret) -> Mapping[str, str]:
    """The ids in the Secret's annotation, each with its reason. A reason may be empty."""
    entries = (entry.partition(":") for entry in secret.annotations.get(ANNOTATION, "").split(";"))
    return {check.strip(): reason.strip() for check, _, reason in entries if check.strip()}


def broken_ignores(ignored: Mapping[str, str], checks: Collection[str]) -> Iterator[tuple[Rule, str]]:
    """The rules that the entries of the annotation break; `checks` are the ids that a Secret can ignore."""
    for check, reason in ignored.items():
        if check not in checks:
            yield UNKNOWN_CHECK, "; ".join(filter(None, (quoted(check), did_you_mean(check, checks))))
        elif not reason:
            yield WITHOUT_REASON, check
