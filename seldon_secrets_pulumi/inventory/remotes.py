"""Both formats of a remote as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from seldon_secrets_pulumi.inventory.found import Found


@dataclass(frozen=True, slots=True)
class FoundRemote:
    """A remote of one namespace and its bucket secrets."""

    remote: str
    namespace: str
    types: tuple[str, ...]
    formats: tuple[str, ...]
    secrets: tuple[str, ...]
    uri_prefix: str | None
    unseen: tuple[str, ...]


def by_remote(secrets: Iterable[Found]) -> list[FoundRemote]:
    """The remotes of bucket secrets that are sorted by namespace and remote."""
    buckets = [it for it in secrets if it.remote]
    return [_remote(list(group)) for _, group in groupby(buckets, key=lambda it: (it.namespace, it.remote))]


def _remote(group: list[Found]) -> FoundRemote:
    return FoundRemote(
        remote=group[0].remote or "",
        namespace=group[0].namespace,
        types=tuple(dict.fromkeys(it.type for it in group if it.type)),
        formats=tuple(sorted({it.format for it in group if it.format}, reverse=True)),
        secrets=tuple(it.secret for it in group),
        uri_prefix=group[0].uri_prefix,
        unseen=tuple(dict.fromkeys(f"{it.secret}: {reason}" for it in group for reason in it.unseen)),
    )
