"""Live Secrets become resources of the stack, and a preview tells what the next update will do to them."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.adoption.field_ownership import handover
from seldon_secrets_pulumi.adoption.plan import Adoption
from seldon_secrets_pulumi.adoption.target_stack import StackOfProject
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.resource_types import SECRET, SELDON_SECRETS

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent

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
    """Hand the Secrets over to the stack. Raises `ClusterError`, `StackFailed` or `Stopped`."""
    for it in adoptions:
        if operations := handover(it):
            cluster.patch(it.live.namespace, it.live.name, operations)
    with tempfile.TemporaryDirectory(prefix="seldon-secrets-") as folder:
        file = Path(folder, "import.json")
        file.write_text(json.dumps(import_file(of, [str(it.live) for it in adoptions])), encoding="utf-8")
        stack.adopt(file, say)


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

    def hear(self, event: "EngineEvent") -> None:
        """Take in what one event of a preview tells."""
        from seldon_secrets_pulumi.automation.changes import operation_of

        if event.resource_pre_event is None:
            return
        metadata = event.resource_pre_event.metadata
        operation, name = operation_of(metadata), metadata.urn.rpartition("::")[2]
        if operation in {"same", "read"} or metadata.type.startswith("pulumi:"):
            return
        if metadata.type != SECRET or name not in self.adopted:
            self.pending.append(f"{operation} {name}")
            return
        changes = sorted(metadata.detailed_diff or {}) or sorted(metadata.diffs or [])
        if operation == "update" and all(it.startswith(_METADATA) for it in changes):
            self.labelled[name] = changes
        else:
            self.wrong[name] = [operation, *changes]

    def as_json(self) -> Mapping[str, Any]:
        """For programs."""
        return {
            "adopted": list(self.adopted),
            "unchanged": [it for it in self.adopted if it not in self.labelled and it not in self.wrong],
            "labelled": self.labelled,
            "otherwise": self.wrong,
            "pending": self.pending,
        }
