"""What an import would do: new entries, Secrets to adopt, and Secrets that stay as they are, each with its reason."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.adoption.entry import Entry, entry_for
from seldon_secrets_pulumi.adoption.exclusions import exclusions
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, declared_secrets


@dataclass(frozen=True)
class NewEntry:
    """An entry to be added to the settings `kind`, and the Secrets that it stands for."""

    kind: str
    settings: Mapping[str, Any] = field(repr=False)
    secrets: Sequence[str]
    reason: str | None

    @property
    def name(self) -> str:
        """The remote, or the Secret's own name."""
        return str(self.settings.get("remote") or self.settings["name"])

    @property
    def type(self) -> str:
        """The remote's type, or the kind of Secret."""
        return str(self.settings.get("type") or self.settings.get("kind") or "registry")


@dataclass(frozen=True)
class Adoption:
    """A Secret that the stack takes over, and what the stack declares for it."""

    live: LiveSecret
    declared: DeclaredSecret

    @property
    def labels(self) -> list[str]:
        """The labels that the next update adds or changes."""
        return _changed(self.declared.labels, self.live.labels)

    @property
    def annotations(self) -> list[str]:
        """The annotations that the next update adds or changes."""
        return _changed(self.declared.annotations, self.live.annotations)


@dataclass(frozen=True)
class Plan:
    """`present` are Secrets that the stack has already; `left_out` those that it must not have."""

    entries: Sequence[NewEntry]
    adoptions: Sequence[Adoption]
    present: Sequence[str]
    left_out: Mapping[str, str]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.entries or self.adoptions)


@dataclass(frozen=True)
class StackBefore:
    """What the stack has already: its settings, decrypted, and the Secrets in its state."""

    settings: Mapping[str, Any] = field(repr=False)
    folder: Path
    format_label: FormatLabel
    state: frozenset[str]
    elsewhere: frozenset[str]
    """Those that other resources of the stack's program stand for."""


def plan(secrets: Iterable[LiveSecret], stack: StackBefore) -> Plan:
    """The plan for Secrets as the API has them. Raises `InvalidArguments` where the stack's own settings are wrong."""
    declared = {str(it): it for it in declared_secrets(stack.settings, stack.folder, stack.format_label)}
    entries: list[tuple[LiveSecret, Entry]] = []
    adopted: list[LiveSecret] = []
    present: list[str] = []
    left_out: dict[str, str] = {}
    for live in secrets:
        if live.kind is None:
            continue
        name = str(live)
        if name in stack.state and name in declared:
            present.append(name)
        elif reason := _reason(live, declared.get(name), stack):
            left_out[name] = reason
        elif name in declared:
            adopted.append(live)
        else:
            try:
                entries.append((live, entry_for(live, stack.format_label)))
            except InvalidArguments as invalid:
                left_out[name] = f"neither Kubernetes nor Seldon could use it: {_rules(invalid)}"
    new = list(joined(entries))
    adopted += (live for live, _ in entries if str(live) not in stack.state)
    return Plan(new, list(_adoptions(adopted, new, stack)), present, left_out)


def _reason(live: LiveSecret, declared: DeclaredSecret | None, stack: StackBefore) -> str | None:
    """Why the stack must not have the Secret."""
    name = str(live)
    if name in stack.state:
        return None
    if name in stack.elsewhere:
        return "another resource of this stack has it already"
    if reasons := list(exclusions(live, declared=declared is not None)):
        return "; ".join(reasons)
    if declared and declared.data != live.text:
        return (
            f"{declared.entry} of the stack declares it with another content; `pulumi up` would overwrite it"
        )
    return None


def _rules(invalid: InvalidArguments) -> str:
    """The problems in words that name no entry, which there is none of yet."""
    return "; ".join(
        f"{path} {it.rule}" if (path := it.argument.partition(".")[2]) else it.rule for it in invalid.problems
    )


def joined(entries: Iterable[tuple[LiveSecret, Entry]]) -> Iterator[NewEntry]:
    """One entry for both formats of a remote, and one for the same in several namespaces.

    What is joined has the same credentials, labels and annotations.
    """
    formats: dict[tuple[str, str], tuple[list[LiveSecret], Entry]] = {}
    for live, entry in entries:
        key = live.namespace, _text(entry, without="formats")
        lives, other = formats.get(key, ([], entry))
        formats[key] = [*lives, live], _both_formats(other, entry)
    namespaces: dict[str, tuple[list[str], list[LiveSecret], Entry]] = {}
    for (namespace, _), (lives, entry) in formats.items():
        names, others, _ = namespaces.setdefault(_text(entry), ([], [], entry))
        names.append(namespace)
        others.extend(lives)
    for names, lives, entry in namespaces.values():
        (what, name), *rest = entry.settings.items()
        settings = {what: name, "namespaces": names, **dict(rest)}
        yield NewEntry(entry.kind, settings, [str(it) for it in lives], entry.reason)


def _text(entry: Entry, without: str = "") -> str:
    """By which equal entries are found."""
    settings = {name: it for name, it in entry.settings.items() if name != without}
    return json.dumps([entry.kind, settings], sort_keys=True)


def _both_formats(first: Entry, second: Entry) -> Entry:
    if first is second:
        return first
    formats = sorted({*first.settings["formats"], *second.settings["formats"]}, reverse=True)
    return Entry(first.kind, {**first.settings, "formats": formats})


def _adoptions(
    adopted: Iterable[LiveSecret], entries: Sequence[NewEntry], stack: StackBefore
) -> Iterator[Adoption]:
    """What the next update changes, from what it will declare."""
    declared = {
        str(it): it
        for it in declared_secrets(with_entries(stack.settings, entries), stack.folder, stack.format_label)
    }
    for live in adopted:
        written = declared[str(live)]
        if written.data != live.text:
            raise AssertionError(f"the entry for {live} would change it")
        yield Adoption(live, written)


def _changed(declared: Mapping[str, str], live: Mapping[str, str]) -> list[str]:
    return sorted(key for key, it in declared.items() if live.get(key) != it)


def with_entries(settings: Mapping[str, Any], entries: Iterable[NewEntry]) -> dict[str, Any]:
    """The settings with the entries added to them."""
    kinds = {kind: list(settings.get(kind, [])) for kind in ("buckets", "registries", "secrets")}
    for entry in entries:
        kinds[entry.kind].append(entry.settings)
    return {**settings, **{kind: given for kind, given in kinds.items() if given}}
