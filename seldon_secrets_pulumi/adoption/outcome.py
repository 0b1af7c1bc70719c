"""What the stack's next update changes after an adoption."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seldon_secrets_pulumi.resource_types import SECRET

if TYPE_CHECKING:
    from seldon_secrets_pulumi.automation.changes import Change

# Pulumi names a whole mapping if all of it is new.
_METADATA = ("metadata.labels", "metadata.annotations")


@dataclass(frozen=True)
class Outcome:
    """The adopted Secrets, and the changes that a preview shows."""

    adopted: Sequence[str]
    unchanged: Sequence[str]
    metadata_changes: Mapping[str, Sequence[str]]
    """The Secrets whose labels or annotations change, each with the changed properties."""
    other_changes: Mapping[str, Sequence[str]]
    """The Secrets that change in any other way, each with the operation and the changed properties."""
    pending: Sequence[str]
    """The changes of all other resources of the stack."""


def outcome_of(adopted: Sequence[str], previewed: "Iterable[Change]") -> Outcome:
    """The outcome after these Secrets were adopted, from a preview of the next update."""
    metadata_changes: dict[str, Sequence[str]] = {}
    other_changes: dict[str, Sequence[str]] = {}
    pending: list[str] = []
    for change in previewed:
        name = change.resource_name
        if change.operation == "same":
            continue
        if change.type != SECRET or name not in adopted:
            pending.append(f"{change.operation} {name}")
        elif change.operation == "update" and all(path.startswith(_METADATA) for path in change.properties):
            metadata_changes[name] = change.properties
        else:
            other_changes[name] = [change.operation, *change.properties]
    changed = metadata_changes.keys() | other_changes.keys()
    unchanged = [name for name in adopted if name not in changed]
    return Outcome(adopted, unchanged, metadata_changes, other_changes, pending)
