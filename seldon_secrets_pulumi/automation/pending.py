"""Creations that an earlier update began and did not finish, because pulumi was killed.

Pulumi can't know whether they succeeded. Each stays in the state as a pending operation, with a warning in every update,
until `pulumi refresh --clear-pending-creates` (pulumi `pkg/backend/snapshot.go`). Pulumi itself forgets all other pending
operations with the next update.
"""

from collections.abc import Mapping, Sequence
from typing import Any

# pulumi `sdk/go/common/apitype/core.go`, OperationTypeCreating
_CREATING = "creating"


def pending_creations(deployment: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The resources of the unfinished creations, without an ID."""
    operations = deployment.get("pending_operations") or ()
    return [operation["resource"] for operation in operations if operation["type"] == _CREATING]


def unresolved_creations(deployment: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The pending creations of resources that no later update created. They may exist outside the stack."""
    created = {resource["urn"] for resource in deployment.get("resources") or ()}
    return [resource for resource in pending_creations(deployment) if resource["urn"] not in created]


def clearing_command(stack: str) -> str:
    """The command that clears pending creations."""
    return f"pulumi refresh --clear-pending-creates --stack {stack}"
