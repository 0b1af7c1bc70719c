"""Whether the platform lists the Secrets of a stack, in the formats of their data."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from seldon_secrets_pulumi.inventory.content import read_content
from seldon_secrets_pulumi.inventory.platform_answer import PlatformAnswer
from seldon_secrets_pulumi.model.seldon_labels import SECRET_TYPE_LABEL
from seldon_secrets_pulumi.rollout.verification import ExpectedSecret


def of_platform(secrets: Sequence[ExpectedSecret]) -> list[ExpectedSecret]:
    """The Secrets that are labelled for the platform."""
    return [secret for secret in secrets if SECRET_TYPE_LABEL in secret.labels]


def not_offered(secrets: Sequence[ExpectedSecret], answer: PlatformAnswer) -> Iterator[str]:
    """A sentence for each Secret that the platform does not list, or lists in another format."""
    for secret in secrets:
        offered = answer.of(secret.namespace, secret.name)
        if offered is None:
            continue  # `PlatformAnswer.check_complete` reports the namespace
        actual = _format(secret)
        formats = [entry.format for entry in offered]
        if not offered:
            yield f"{secret.id}: the platform does not list it"
        elif actual and actual not in formats:
            listed = " and ".join(each for each in formats if each)
            yield f"{secret.id}: the platform lists it as {listed or 'a registry secret'}, but its format is {actual}"


def _format(secret: ExpectedSecret) -> str | None:
    with suppress(UnicodeDecodeError):
        text = {key: value.decode() for key, value in secret.data.items()}
        return read_content(text.keys(), text).format
    return None
