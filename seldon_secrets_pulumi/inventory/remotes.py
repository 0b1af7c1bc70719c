"""Both formats of a remote in one summary."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from seldon_secrets_pulumi.inventory.summary import SecretSummary


@dataclass(frozen=True, slots=True)
class RemoteSummary:
    """A remote of one namespace and its bucket secrets."""

    remote: str
    namespace: str
    types: tuple[str, ...]
    formats: tuple[str, ...]
    secrets: tuple[str, ...]
    uri_prefix: str | None
    unseen: tuple[str, ...]


def by_remote(secrets: Iterable[SecretSummary]) -> list[RemoteSummary]:
    """The remotes of bucket secrets. The Secrets must be sorted by namespace and remote."""
    buckets = [secret for secret in secrets if secret.remote]
    groups = groupby(buckets, key=lambda secret: (secret.namespace, secret.remote))
    return [_remote(list(group)) for _, group in groups]


def _remote(group: list[SecretSummary]) -> RemoteSummary:
    first = group[0]
    return RemoteSummary(
        remote=first.remote or "",
        namespace=first.namespace,
        types=tuple(dict.fromkeys(secret.type for secret in group if secret.type)),
        formats=tuple(sorted({secret.format for secret in group if secret.format}, reverse=True)),
        secrets=tuple(secret.secret for secret in group),
        uri_prefix=first.uri_prefix,
        unseen=tuple(
            dict.fromkeys(f"{secret.secret}: {reason}" for secret in group for reason in secret.unseen)
        ),
    )
