"""Live Secrets become resources of the stack, and a preview tells what the next update will do to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.adoption.field_ownership import handover
from seldon_secrets_pulumi.adoption.plan import Adoption
from seldon_secrets_pulumi.adoption.target_stack import StackOfProject
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.resource_types import SECRET, SELDON_SECRETS

if TYPE_CHECKING:
    from seldon_secrets_pulumi.automation.changes import Change
    from seldon_secrets_pulumi.automation.stack import Stack

# What an update may change about an adopted Secret. The engine names the whole of a part that was not there.
_METADATA = ("metadata.labels", "metadata.annotations")


def adopt(
    stack: "Stack",
    of: StackOfProject,
    cluster: Cluster,
    adoptions: Sequence[Adoption],
    say: Callable[[str], None],
) -> None:
    """Hand the Secrets over to the stack. Raises `ClusterError`, `StackError` or `StoppedError`."""
    for it in adoptions:
        if operations := handover(it):
            cluster.patch(it.live.namespace, it.live.name, operations)
    file = import_file(of, [str(it.live) for it in adoptions])
    stack.adopt(file["resources"], file.get("nameTable", {}), say)


def import_file(of: StackOfProject, names: Sequence[str]) -> dict[str, Any]:
    """What `pulumi import` reads: names, and no values."""
    from pulumi_kubernetes import _utilities

    # The provider that the program asks for: another version would be another provider to the engine.
    version = _utilities.get_version()  # type: ignore[no-untyped-call]
    component = {"type": SELDON_SECRETS, "name": of.component, "component": True}
    secrets = [
        {"type": SECRET, "name": it, "id": it, "parent": of.component, "version": version} for it in names
    ]
    if of.component_urn:
        return {"nameTable": {of.component: of.component_urn}, "resources": secrets}
    return {"resources": [component, *secrets]}


@dataclass
class Outcome:
    """What the next update will do: to the Secrets of the import, and else."""

    adopted: Sequence[str]
    labelled: dict[str, list[str]] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)

    def add(self, change: "Change") -> None:
        """Sort in one change of the preview."""
        name = change.resource_name
        if change.operation == "same":
            return
        if change.type != SECRET or name not in self.adopted:
            self.pending.append(f"{change.operation} {name}")
        elif change.operation == "update" and all(it.startswith(_METADATA) for it in change.properties):
            self.labelled[name] = list(change.properties)
        else:
            self.wrong[name] = [change.operation, *change.properties]

    def as_json(self) -> Mapping[str, Any]:
        """For programs."""
        return {
            "adopted": list(self.adopted),
            "unchanged": [it for it in self.adopted if it not in self.labelled and it not in self.wrong],
            "labelled": self.labelled,
            "otherwise": self.wrong,
            "pending": self.pending,
        }
