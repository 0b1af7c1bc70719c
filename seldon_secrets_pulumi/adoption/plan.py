"""What an adoption does with each Secret: adopt it, with or without a new entry, skip it, or leave it unchanged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.adoption.entry import Entry, entry_for, rule_within_entry
from seldon_secrets_pulumi.adoption.planned_entry import PlannedEntry, merge_entries
from seldon_secrets_pulumi.adoption.skip_reasons import skip_reasons
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, declared_secrets


@dataclass(frozen=True)
class StackContents:
    """What a stack has before the adoption. By default it is empty."""

    format_label: FormatLabel = field(default_factory=FormatLabel)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The decrypted settings under `seldon-secrets:`, but for those of the format label."""
    folder: Path = Path()
    """The folder that references to files in the settings are relative to."""
    in_state: frozenset[str] = frozenset()
    """The Secrets in the stack's state that the component `SeldonSecrets` declares."""
    declared_elsewhere: frozenset[str] = frozenset()
    """The Secrets in the stack's state that other resources of the program declare."""
    missing_settings: Mapping[str, str] = field(default_factory=dict)
    """The plain settings of the provider that an adoption adds."""

    def declared(self, new_entries: Iterable[PlannedEntry] = ()) -> dict[str, DeclaredSecret]:
        """The Secrets that the settings declare, by `namespace/name`. Raises `InvalidArguments`."""
        settings = dict(self.settings)
        for entry in new_entries:
            settings[entry.kind] = [*settings.get(entry.kind, []), entry.settings]
        secrets = declared_secrets(settings, self.folder, self.format_label)
        return {str(secret): secret for secret in secrets}


@dataclass(frozen=True)
class Adoption:
    """A Secret to adopt, and what the stack declares for it."""

    secret: LiveSecret
    declared: DeclaredSecret

    @property
    def name(self) -> str:
        """`namespace/name`."""
        return str(self.secret)

    @property
    def labels(self) -> list[str]:
        """The labels that the next update sets."""
        return _different_keys(self.declared.labels, self.secret.labels)

    @property
    def annotations(self) -> list[str]:
        """The annotations that the next update sets."""
        return _different_keys(self.declared.annotations, self.secret.annotations)


@dataclass(frozen=True)
class Plan:
    """What an adoption does."""

    entries: Sequence[PlannedEntry]
    adoptions: Sequence[Adoption]
    present: Sequence[str]
    """Secrets that the stack already manages."""
    skipped: Mapping[str, str]
    """Secrets that the stack must not adopt, each with the reason."""
    settings: Mapping[str, str]
    """Plain settings to add."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.entries or self.adoptions)


def plan(secrets: Iterable[LiveSecret], stack: StackContents) -> Plan:
    """The plan for the Secrets of a cluster. Raises `InvalidArguments` if the stack's own settings are invalid."""
    declared = stack.declared()
    targets = stack.settings.get("targets") or ()
    entries: list[tuple[LiveSecret, Entry]] = []
    adopted: list[LiveSecret] = []
    present: list[str] = []
    skipped: dict[str, str] = {}
    for secret in secrets:
        if secret.kind is None:
            continue
        name = str(secret)
        if name in stack.in_state and name in declared:
            present.append(name)
        elif reason := _skip_reason(secret, declared.get(name), stack):
            skipped[name] = reason
        elif name in declared:
            adopted.append(secret)
        else:
            try:
                entries.append((secret, entry_for(secret, stack.format_label, targets)))
            except InvalidArguments as invalid:
                rules = "; ".join(map(rule_within_entry, invalid.problems))
                skipped[name] = f"neither Kubernetes nor Seldon could use it: {rules}"
    new_entries = list(merge_entries(entries))
    adopted += (secret for secret, _ in entries if str(secret) not in stack.in_state)
    adoptions = list(_adoptions(adopted, stack.declared(new_entries)))
    settings = stack.missing_settings if new_entries or adoptions else {}
    return Plan(new_entries, adoptions, present, skipped, settings)


def _skip_reason(secret: LiveSecret, declared: DeclaredSecret | None, stack: StackContents) -> str | None:
    name = str(secret)
    if name in stack.in_state:
        return None
    if name in stack.declared_elsewhere:
        return "another resource of the stack already manages it"
    if reasons := list(skip_reasons(secret, is_declared=declared is not None)):
        return "; ".join(reasons)
    if declared and declared.data != secret.text:
        return (
            f"{declared.entry} of the stack declares it with different data; change the entry, or delete the Secret"
            " so that `pulumi up` creates it"
        )
    return None


def _adoptions(secrets: Iterable[LiveSecret], declared: Mapping[str, DeclaredSecret]) -> Iterator[Adoption]:
    for secret in secrets:
        adoption = Adoption(secret, declared[str(secret)])
        if adoption.declared.data != secret.text:
            raise AssertionError(f"the entry for {secret} would change it")
        yield adoption


def _different_keys(declared: Mapping[str, str], live: Mapping[str, str]) -> list[str]:
    return sorted(key for key, value in declared.items() if live.get(key) != value)
