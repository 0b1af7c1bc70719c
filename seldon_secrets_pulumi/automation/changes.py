"""What an update does to a stack, as the engine's events tell it. Values of credentials are never looked at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.automation import EngineEvent, OpType, StepEventMetadata

from seldon_secrets_pulumi.resource_types import SECRET

OPERATIONS = ("create", "update", "replace", "delete", "same")
# The engine announces a replacement as itself and as its two halves; imports and adoptions are creations.
_COUNTED = {it: it for it in OPERATIONS} | {"import": "create", "read": "same"}


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that does not stay as it is."""

    operation: str
    name: str
    secret: bool
    urn: str


@dataclass
class Changes:
    """Filled by the events of a preview."""

    counts: Counter[str] = field(default_factory=Counter)
    listed: list[Change] = field(default_factory=list)

    def hear(self, event: EngineEvent) -> None:
        """Take in what one event tells."""
        if event.resource_pre_event is None:
            return
        metadata = event.resource_pre_event.metadata
        operation = _COUNTED.get(operation_of(metadata))
        # The stack itself and providers are the engine's own bookkeeping.
        if operation is None or metadata.type.startswith("pulumi:"):
            return
        self.counts[operation] += 1
        if operation != "same":
            self.listed.append(Change(operation, name_of(metadata), metadata.type == SECRET, metadata.urn))

    @property
    def secrets(self) -> list[Change]:
        """The changes of Secrets."""
        return [it for it in self.shown if it.secret]

    @property
    def shown(self) -> list[Change]:
        """What is told by name: Secrets, and whatever goes away. The engine's order is another one each time."""
        return sorted(
            (it for it in self.listed if it.secret or it.operation == "delete"), key=lambda it: it.name
        )

    @property
    def removed_secrets(self) -> set[str]:
        """The URNs of Secrets that go away, for a moment or for good."""
        return {it.urn for it in self.secrets if it.operation in {"replace", "delete"}}

    @property
    def replacements(self) -> list[str]:
        """Secrets that are deleted and made anew: for a moment they are not there."""
        return [it.name for it in self.secrets if it.operation == "replace"]

    @property
    def deletions(self) -> list[str]:
        """Everything that goes away for good."""
        return [it.name for it in self.shown if it.operation == "delete"]

    def summary(self) -> dict[str, int]:
        """How many resources each operation concerns."""
        return {operation: self.counts[operation] for operation in OPERATIONS}


def operation_of(metadata: StepEventMetadata) -> str:
    """The step's operation as the engine spells it."""
    return metadata.op.value if isinstance(metadata.op, OpType) else str(metadata.op)


def name_of(metadata: StepEventMetadata) -> str:
    """`namespace/name` of a Kubernetes object where it is known, else the name in the program."""
    for state in (metadata.new, metadata.old):
        inputs: Mapping[str, Any] = (state and state.inputs) or {}
        of_object = inputs.get("metadata")
        if isinstance(of_object, Mapping) and isinstance(of_object.get("name"), str):
            namespace = of_object.get("namespace")
            return f"{namespace}/{of_object['name']}" if isinstance(namespace, str) else of_object["name"]
    return metadata.urn.rpartition("::")[2]
