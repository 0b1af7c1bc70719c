"""Whether the platform itself lists the Secrets of a stack in the right format."""

import time
from collections.abc import Iterator, Sequence

from seldon_secrets_pulumi.automation.failures import StackError
from seldon_secrets_pulumi.inventory.platform_answer import PlatformAnswer, disagreements
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.seldon_labels import SECRET_TYPE_LABEL, SELDON_LABEL
from seldon_secrets_pulumi.platform_api.platform import Platform
from seldon_secrets_pulumi.platform_api.settings import PlatformSettings
from seldon_secrets_pulumi.rollout.verification import ExpectedSecret

# The platform may read the cluster from a cache.
_TRIES, _WAIT_SECONDS = 3, 2


def verify_with_platform(secrets: Sequence[ExpectedSecret], settings: PlatformSettings) -> int:
    """Ask the platform for all Secrets that are meant for it, and return their number.

    Raises `StackError` with every disagreement, `PlatformError` if the platform does not answer, `NoAnswerError` if it
    does not answer for a namespace.
    """
    meant = [_declared(secret) for secret in secrets if _is_meant_for_platform(secret)]
    if not meant:
        return 0
    with Platform(settings) as platform:
        for attempt in range(1, _TRIES + 1):
            answer = PlatformAnswer(platform, sorted({secret.namespace for secret in meant}))
            answer.check_complete()
            problems = list(_problems(meant, answer))
            if not problems:
                return len(meant)
            if attempt < _TRIES:
                time.sleep(_WAIT_SECONDS)
    raise StackError("\n".join([f"updated, but {platform} disagrees (see docs/platform.md):", *problems]))


def _is_meant_for_platform(secret: ExpectedSecret) -> bool:
    return SECRET_TYPE_LABEL in secret.labels and secret.labels.get(SELDON_LABEL) == "true"


def _declared(secret: ExpectedSecret) -> LiveSecret:
    """The Secret as it was verified in the cluster."""
    return LiveSecret(
        secret.namespace, secret.name, str(secret.inputs.get("type")), secret.data, secret.labels
    )


def _problems(secrets: Sequence[LiveSecret], answer: PlatformAnswer) -> Iterator[str]:
    for secret in secrets:
        for _, detail in disagreements(secret, answer):
            yield f"{secret}: {detail}"
