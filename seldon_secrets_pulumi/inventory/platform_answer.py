"""What the platform itself says about Secrets, beside what their labels say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from seldon_secrets_pulumi.errors import NoAnswerError
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.inventory.summary import SecretSummary
from seldon_secrets_pulumi.inventory.visibility import is_offered
from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.remote import uri_prefix
from seldon_secrets_pulumi.platform_api.errors import PlatformError
from seldon_secrets_pulumi.platform_api.offered_secret import OfferedSecret

if TYPE_CHECKING:
    from seldon_secrets_pulumi.platform_api.platform import Platform


class PlatformAnswer:
    """The Secrets that the platform offers in some namespaces."""

    def __init__(self, platform: "Platform", namespaces: Iterable[str]) -> None:
        """Ask for every namespace. `check_complete` reports those without an answer."""
        self._offered: dict[str, dict[str, list[OfferedSecret]]] = {}
        self._unanswered: dict[str, str] = {}
        for namespace in dict.fromkeys(namespaces):
            try:
                self._add(namespace, platform.secrets(namespace))
            except PlatformError as error:  # noqa: PERF203 - the others are asked all the same
                self._unanswered[namespace] = str(error)

    def _add(self, namespace: str, secrets: Iterable[OfferedSecret]) -> None:
        by_name = self._offered.setdefault(namespace, {})
        for secret in secrets:
            by_name.setdefault(secret.name, []).append(secret)

    def of(self, namespace: str, name: str) -> Sequence[OfferedSecret] | None:
        """The entries for one Secret: none if the platform does not offer it, two if it offers both formats.

        None if the platform gave no answer for the namespace.
        """
        offered = self._offered.get(namespace)
        return None if offered is None else offered.get(name, [])

    def __iter__(self) -> Iterator[OfferedSecret]:
        for by_name in self._offered.values():
            for secrets in by_name.values():
                yield from secrets

    def check_complete(self) -> None:
        """Raise `NoAnswerError` with the reason for each namespace without an answer."""
        if reasons := list(dict.fromkeys(self._unanswered.values())):
            raise NoAnswerError("\n".join(f"the answer is partial: {reason}" for reason in reasons))


class Disagreement(Enum):
    """How the platform's answer about a Secret differs from what its labels and its data mean."""

    NOT_OFFERED = "not offered"
    OTHER_KIND = "another kind"
    OTHER_FORMAT = "another format"


def disagreements(secret: LiveSecret, answer: PlatformAnswer) -> Iterator[tuple[Disagreement, str]]:
    """The disagreements about one Secret, each with a sentence without values. None if the platform gave no answer."""
    offered = answer.of(secret.namespace, secret.name)
    if offered is None:
        return
    if not offered:
        if is_offered(secret) is not False:  # otherwise its labels are the reason
            yield Disagreement.NOT_OFFERED, "the platform does not list it"
        return
    actual_kind = "bucket" if secret.content.format else secret.kind
    for entry in offered:
        if entry.kind != actual_kind:
            yield (
                Disagreement.OTHER_KIND,
                f"the platform lists it as a {entry.kind} secret, but its data is for a {actual_kind}",
            )
        elif entry.format and secret.content.format and entry.format != secret.content.format:
            yield (
                Disagreement.OTHER_FORMAT,
                f"the platform lists it as {entry.format}, but the data is in the format {secret.content.format}",
            )


def with_platform_answer(summary: SecretSummary, answer: PlatformAnswer) -> SecretSummary:
    """The summary with the platform's own word on whether it offers the Secret, and in which format."""
    offered = answer.of(summary.namespace, summary.secret)
    if offered is None:
        return replace(summary, seen=None)
    if not offered:
        unseen = summary.unseen or ("the platform does not offer it, although its labels are right",)
        return replace(summary, seen=False, unseen=unseen)
    formats = _formats(offered)
    surprises = [f"although {reason}" for reason in summary.unseen]
    if formats and summary.format not in formats:
        surprises.append(f"as {' and '.join(formats)}, although its labels say {summary.format}")
    return replace(
        summary,
        seen=True,
        unseen=(),
        surprises=tuple(surprises),
        format=formats[0] if formats else summary.format,
        assumed=False,
    )


def _formats(offered: Iterable[OfferedSecret]) -> list[str]:
    named = {secret.format for secret in offered}
    return [name for name in FORMATS if name in named]


def summaries_of(answer: PlatformAnswer, read: Iterable[SecretSummary]) -> Iterator[SecretSummary]:
    """The Secrets that only the platform knows, as the caller may not read them."""
    known = {(summary.namespace, summary.secret) for summary in read}
    grouped: Mapping[tuple[str, str], OfferedSecret] = {
        (secret.namespace, secret.name): secret
        for secret in answer
        if (secret.namespace, secret.name) not in known
    }
    for secret in grouped.values():
        yield SecretSummary(
            secret=secret.name,
            namespace=secret.namespace,
            kind=secret.kind,
            remote=secret.remote,
            type=None,
            format=secret.format,
            assumed=False,
            actual_format=None,
            seen=True,
            unseen=(),
            keys=(),
            uri_prefix=uri_prefix(secret.remote) if secret.remote else None,
            created=None,
        )
