"""Rules about what the platform itself answers (`--platform`)."""

from collections.abc import Iterator, Sequence

from seldon_secrets_pulumi.doctor.check import Rule, Severity
from seldon_secrets_pulumi.inventory.platform_answer import PlatformAnswer
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.inventory.visibility import is_offered

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
PLATFORM_RULES: Sequence[Rule] = (NOT_OFFERED, OTHER_KIND, OTHER_FORMAT)


def compare(secret: LiveSecret, answer: PlatformAnswer) -> Iterator[tuple[Rule, str]]:
    """The rules that the platform's answer about a Secret breaks."""
    offered = answer.of(secret.namespace, secret.name)
    if offered is None:
        return
    if not offered:
        if is_offered(secret) is not False:  # otherwise the checks of labels report the reason
            yield NOT_OFFERED, "the platform does not list it"
        return
    actual_kind = "bucket" if secret.content.format else secret.kind
    for entry in offered:
        if entry.kind != actual_kind:
            yield (
                OTHER_KIND,
                f"the platform lists it as a {entry.kind} secret, but its data is for a {actual_kind}",
            )
        elif entry.format and secret.content.format and entry.format != secret.content.format:
            yield (
                OTHER_FORMAT,
                f"the platform lists it as {entry.format}, but the data is in the format {secret.content.format}",
            )
