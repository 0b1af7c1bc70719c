"""The entries that an adoption adds to a stack: one for all Secrets that an entry can declare together."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seldon_secrets_pulumi.adoption.entry import Entry
from seldon_secrets_pulumi.inventory.secret import LiveSecret


@dataclass(frozen=True)
class PlannedEntry:
    """An entry to add to one list of the stack's settings, and the Secrets that it declares."""

    kind: str
    """The list: `buckets`, `registries` or `secrets`."""
    settings: Mapping[str, Any] = field(repr=False)
    secrets: Sequence[str]
    raw_reason: str | None = None
    """Why the entry is raw; None if it is typed."""

    @property
    def name(self) -> str:
        """The remote's name, or the Secret's."""
        return str(self.settings.get("remote") or self.settings["name"])

    @property
    def type(self) -> str:
        """The remote's type, or the kind of Secret."""
        return str(self.settings.get("type") or self.settings.get("kind") or "registry")

    @property
    def namespaces(self) -> Sequence[str]:
        """The namespaces of the Secrets."""
        return list(self.settings["namespaces"])


@dataclass
class _Group:
    """Secrets that one entry can declare."""

    entry: Entry
    secrets: list[LiveSecret]


def merge_entries(entries: Iterable[tuple[LiveSecret, Entry]]) -> Iterator[PlannedEntry]:
    """One entry for both formats of a remote, and for equal Secrets in several namespaces.

    Merged Secrets have the same credentials, labels and annotations.
    """
    for group in _by_namespaces(_by_formats(entries)):
        namespaces = list(dict.fromkeys(secret.namespace for secret in group.secrets))
        (first, name), *others = group.entry.settings.items()
        settings = {first: name, "namespaces": namespaces, **dict(others)}
        yield PlannedEntry(
            group.entry.kind, settings, [str(secret) for secret in group.secrets], group.entry.raw_reason
        )


def _by_formats(entries: Iterable[tuple[LiveSecret, Entry]]) -> Iterable[_Group]:
    groups: dict[tuple[str, str], _Group] = {}
    for secret, entry in entries:
        group = groups.setdefault((secret.namespace, _fingerprint(entry, "formats")), _Group(entry, []))
        group.entry = _with_formats_of(group.entry, entry)
        group.secrets.append(secret)
    return groups.values()


def _by_namespaces(groups: Iterable[_Group]) -> Iterable[_Group]:
    merged: dict[str, _Group] = {}
    for group in groups:
        merged.setdefault(_fingerprint(group.entry), _Group(group.entry, [])).secrets.extend(group.secrets)
    return merged.values()


def _fingerprint(entry: Entry, without: str = "") -> str:
    """A string that is the same for equal entries."""
    settings = {name: value for name, value in entry.settings.items() if name != without}
    return json.dumps([entry.kind, settings], sort_keys=True)


def _with_formats_of(entry: Entry, other: Entry) -> Entry:
    if entry is other:
        return entry
    formats = sorted({*entry.settings["formats"], *other.settings["formats"]}, reverse=True)
    return Entry(entry.kind, {**entry.settings, "formats": formats})
