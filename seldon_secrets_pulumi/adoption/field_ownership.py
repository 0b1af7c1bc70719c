"""What must change about a live object, apart from its data, before a stack can adopt it.

The API server records which client set each field, and rejects a server-side apply that changes another client's field
(kubernetes.io, "Server-Side Apply", Conflicts). Without a change of owner, the first rotation would fail. kubectl also
keeps a copy of the object, including credentials, in an annotation that Pulumi's state would hold in plain text.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from seldon_secrets_pulumi.adoption.plan import Adoption
from seldon_secrets_pulumi.adoption.skip_reasons import LAST_APPLIED

# The provider treats fields of this manager as those of a former release of its own: it forces them in previews and
# renames the manager in updates (pulumi-kubernetes `pkg/await/await.go`, fixCSAFieldManagers and patchForce).
_MANAGER, _OPERATION = "pulumi-kubernetes", "Update"

Fields = dict[str, Any]
"""The API's FieldsV1."""


def ownership_patch(adoption: Adoption) -> list[dict[str, Any]]:
    """The JSON patch that makes Pulumi the owner of the declared fields; empty if it already is."""
    secret = adoption.secret
    operations: list[dict[str, Any]] = []
    if LAST_APPLIED in secret.annotations:
        path = f"/metadata/annotations/{LAST_APPLIED.replace('/', '~1')}"
        operations.append({"op": "remove", "path": path})
    managed_fields = list(_managed_fields(adoption))
    if managed_fields != list(secret.managed_fields):
        operations.append({"op": "replace", "path": "/metadata/managedFields", "value": managed_fields})
    if operations:
        unchanged = {"op": "test", "path": "/metadata/resourceVersion", "value": secret.resource_version}
        operations.insert(0, unchanged)
    return operations


def _managed_fields(adoption: Adoption) -> Iterator[dict[str, Any]]:
    """The object's `managedFields` after the change of owner."""
    moved: Fields = {}
    pulumi: Mapping[str, Any] | None = None
    for manager in adoption.secret.managed_fields:
        if (manager.get("manager"), manager.get("operation")) == (_MANAGER, _OPERATION):
            pulumi = manager
            continue
        remaining = copy.deepcopy(manager.get("fieldsV1") or {})
        _merge(moved, _remove_declared(remaining, adoption))
        if remaining:
            yield {**manager, "fieldsV1": remaining}
    if pulumi is None and not moved:
        return
    fields = copy.deepcopy((pulumi or {}).get("fieldsV1") or {})
    _merge(fields, moved)
    identity = {"manager": _MANAGER, "operation": _OPERATION, "apiVersion": "v1", "fieldsType": "FieldsV1"}
    yield {**identity, **(pulumi or {}), "fieldsV1": fields}


def _remove_declared(fields: Fields, adoption: Adoption) -> Fields:
    """Remove the fields that the stack declares from a manager's fields, and return them."""
    removed: Fields = {name: fields.pop(name) for name in ("f:data", "f:type") if name in fields}
    # No stored object has `stringData`, so no client owns it.
    fields.pop("f:stringData", None)
    metadata = fields.get("f:metadata", {})
    declared = {"f:labels": adoption.declared.labels, "f:annotations": adoption.declared.annotations}
    for name, keys in declared.items():
        if removed_keys := _remove_keys(metadata.get(name, {}), keys):
            removed.setdefault("f:metadata", {})[name] = removed_keys
        if not metadata.get(name, {}).keys() - {"."}:
            metadata.pop(name, None)
    if not metadata:
        fields.pop("f:metadata", None)
    return removed


def _remove_keys(fields: Fields, keys: Mapping[str, str]) -> Fields:
    return {name: fields.pop(name) for key in keys if (name := f"f:{key}") in fields}


def _merge(target: Fields, fields: Fields) -> None:
    for name, nested in fields.items():
        _merge(target.setdefault(name, {}), nested)
