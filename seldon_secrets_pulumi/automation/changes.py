"""The changes of resources in pulumi's events. Of the properties' values, only parts of `metadata` are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.automation import EngineEvent, OpType, StepEventMetadata
from pulumi.automation.events import StepEventStateMetadata

from seldon_secrets_pulumi.automation.secret_marks import has_secret

# Pulumi reports a replacement as itself and as its two halves, and the removal of a replaced resource on its own.
_HALVES = {
    "create-replacement",
    "delete-replaced",
    "read-replacement",
    "import-replacement",
    "discard-replaced",
}
_STACK = "pulumi:pulumi:Stack"
KUBERNETES_PROVIDER = "pulumi:providers:kubernetes"
_SAME_AS = {"import": "create", "read": "same"}


@dataclass(frozen=True, slots=True)
class Change:
    """An operation on one resource: `create`, `update`, `replace`, `delete`, `same`, or another word of pulumi's."""

    operation: str
    type: str
    urn: str
    object_name: str
    """`namespace/name` of a Kubernetes object if the event has it, or else the resource's name."""
    properties: tuple[str, ...]
    """The paths of the changed properties, sorted. Pulumi names a whole mapping if all of it is new."""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The annotations of a Kubernetes object after the operation, as far as they are known."""
    provider: str = ""
    """The URN of the resource's provider, without the provider's ID."""
    has_provider: bool = True
    """Whether a provider manages the resource. None does for a component."""

    @property
    def resource_name(self) -> str:
        """The name that the program gives the resource."""
        return _resource_name(self.urn)


def changes_state(event: EngineEvent) -> bool:
    """Whether an operation changes anything in the stack's state, as far as a preview can tell.

    Pulumi calls a step `same` that only sets `protect`, moves or renames a resource, or changes outputs.
    """
    if not event.res_outputs_event:
        return False
    metadata = event.res_outputs_event.metadata
    if metadata.op is not OpType.SAME:
        return True
    old, new = metadata.old, metadata.new
    if old is None or new is None or vars(old) != vars(new):
        return True
    # Events hide the values of secret outputs of the program.
    return metadata.type == _STACK and has_secret(new.outputs)


def planned_change(event: EngineEvent) -> Change | None:
    """What an event says that an operation is about to do."""
    return _change(event.resource_pre_event.metadata) if event.resource_pre_event else None


def finished_change(event: EngineEvent) -> Change | None:
    """What an event says that an operation has done."""
    return _change(event.res_outputs_event.metadata) if event.res_outputs_event else None


def _change(metadata: StepEventMetadata) -> Change | None:
    operation = metadata.op.value if isinstance(metadata.op, OpType) else str(metadata.op)
    # The stack and its providers are resources to pulumi, but not to the user.
    if operation in _HALVES or metadata.type.startswith("pulumi:"):
        return None
    return Change(
        operation=_SAME_AS.get(operation, operation),
        type=metadata.type,
        urn=metadata.urn,
        object_name=_object_name(metadata),
        properties=tuple(sorted(metadata.detailed_diff or metadata.diffs or ())),
        labels=_strings(metadata.new or metadata.old, "labels"),
        annotations=_strings(metadata.new or metadata.old, "annotations"),
        provider=provider_urn(metadata.provider or ""),
        has_provider=any(state.custom for state in (metadata.new, metadata.old) if state),
    )


def _object_name(metadata: StepEventMetadata) -> str:
    for state in (metadata.new, metadata.old):
        object_metadata = _object_metadata(state)
        if isinstance(object_metadata.get("name"), str):
            name, namespace = object_metadata["name"], object_metadata.get("namespace")
            return f"{namespace}/{name}" if isinstance(namespace, str) else name
    return _resource_name(metadata.urn)


def provider_urn(reference: str) -> str:
    """The URN in a reference to a provider, which ends in the provider's ID."""
    return reference.rpartition("::")[0]


def planned_provider(event: EngineEvent) -> tuple[str, Mapping[str, Any]] | None:
    """The URN and the inputs of a Kubernetes provider. Events hide secret inputs."""
    metadata = event.resource_pre_event.metadata if event.resource_pre_event else None
    if metadata is None or metadata.type != KUBERNETES_PROVIDER or metadata.new is None:
        return None
    return metadata.urn, metadata.new.inputs or {}


def _strings(state: StepEventStateMetadata | None, name: str) -> Mapping[str, str]:
    entries = _object_metadata(state).get(name)
    items = entries.items() if isinstance(entries, Mapping) else ()
    return {key: value for key, value in items if isinstance(value, str)}


def _object_metadata(state: StepEventStateMetadata | None) -> Mapping[str, Any]:
    inputs: Mapping[str, Any] = (state and state.inputs) or {}
    metadata = inputs.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def _resource_name(urn: str) -> str:
    return urn.rpartition("::")[2]
