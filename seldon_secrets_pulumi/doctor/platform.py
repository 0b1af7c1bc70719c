"""Rules about what the platform itself answers (`--platform`)."""

from collections.abc import Iterator, Sequence

from seldon_secrets_pulumi.doctor.check import Rule, Severity
from seldon_secrets_pulumi.inventory.platform_answer import Disagreement, PlatformAnswer, disagreements
from seldon_secrets_pulumi.inventory.secret import LiveSecret

NOT_OFFERED = Rule(
    "platform-not-offered",
    Severity.error,
    "The platform does not offer this Secret, although its labels are right.",
    "Run `seldon-secrets calibrate --platform URL`: the platform may use another format label.",
)
OTHER_KIND = Rule(
    "platform-kind",
    Severity.error,
    "The platform offers this Secret in the wrong places: it takes it for another kind of Secret.",
    "Set secret-type to match the data.",
)
OTHER_FORMAT = Rule(
    "platform-format",
    Severity.error,
    "The platform offers this Secret in the wrong places: it takes its data for another format.",
    "Run `seldon-secrets calibrate --platform URL`, and set the format label that the platform uses.",
)
_RULES = {
    Disagreement.NOT_OFFERED: NOT_OFFERED,
    Disagreement.OTHER_KIND: OTHER_KIND,
    Disagreement.OTHER_FORMAT: OTHER_FORMAT,
}
PLATFORM_RULES: Sequence[Rule] = tuple(_RULES.values())


def compare(secret: LiveSecret, answer: PlatformAnswer) -> Iterator[tuple[Rule, str]]:
    """The rules that the platform's answer about a Secret breaks."""
    for disagreement, detail in disagreements(secret, answer):
        yield _RULES[disagreement], detail
