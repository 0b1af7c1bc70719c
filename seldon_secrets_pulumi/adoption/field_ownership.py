"""What must change about a live object before a stack can adopt it, and none of it is its content.

The API server remembers who set each field, and refuses a server-side apply that changes another's
(kubernetes.io, "Server-Side Apply", Conflicts): the first rotation would fail. And kubectl keeps a copy of the
object, credentials included, in an annotation, which Pulumi's state would hold in plain text.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from seldon_secrets_pulumi.adoption.exclusions import LAST_APPLIED
from seldon_secrets_pulumi.adoption.plan import Adoption

# The provider takes these fields for those of a former release of its own: it forces them in previews and renames the
# manager in updates (pulumi-kubernetes `pkg/await/await.go`, fixCSAFieldManagers and patchForce).
_MANAGER, _OPERATION = "pulumi-kubernetes", "Update"

Fields = dict[str, Any]
"""The API's FieldsV1."""


def handover(adoption: Adoption) -> list[dict[str, Any]]:
    """The JSON patch that hands the declared fields over to Pulumi; empty when there is nothing to hand over."""
    live = adoption.live
    operations: list[dict[str, Any]] = []
    if LAST_APPLIED in live.annotations:
        path = f"/metadata/annotations/{LAST_APPLIED.replace('/', '~1')}"
        operations.append({"op": "remove", "path": path})
    managed = list(_managed(adoption))
    if managed != list(live.managed_fields):
        operations.append({"op": "replace", "path": "/metadata/managedFields", "value": managed})
    if operations:
        unchanged = {"op": "test", "path": "/metadata/resourceVersion", "value": live.resource_version}
        operations.insert(0, unchanged)
    return operations


def _managed(adoption: Adoption) -> Iterator[dict[str, Any]]:
    taken: Fields = {}
    ours: Mapping[str, Any] | None = None
    for manager in adoption.live.managed_fields:
        if (manager.get("manager"), manager.get("operation")) == (_MANAGER, _OPERATION):
            ours = manager
            continue
        left = copy.deepcopy(manager.get("fieldsV1") or {})
        _merge(taken, _take(left, adoption))
        if left:
            yield {**manager, "fieldsV1": left}
    if ours is None and not taken:
        return
    fields = copy.deepcopy((ours or {}).get("fieldsV1") or {})
    _merge(fields, taken)
    entry = {"manager": _MANAGER, "operation": _OPERATION, "apiVersion": "v1", "fieldsType": "FieldsV1"}
    yield {**entry, **(ours or {}), "fieldsV1": fields}


def _take(fields: Fields, adoption: Adoption) -> Fields:
    """Cut out of one manager's fields what the stack declares."""
    taken: Fields = {name: fields.pop(name) for name in ("f:data", "f:type") if name in fields}
    # What an apply gave as `stringData` is in no Secret, and belongs to nobody.
    fields.pop("f:stringData", None)
    metadata = fields.get("f:metadata", {})
    declared = {"f:labels": adoption.declared.labels, "f:annotations": adoption.declared.annotations}
    for name, keys in declared.items():
        if cut := _cut(metadata.get(name, {}), keys):
            taken.setdefault("f:metadata", {})[name] = cut
        if not metadata.get(name, {}).keys() - {"."}:
            metadata.pop(name, None)
    if not metadata:
        fields.pop("f:metadata", None)
    return taken


def _cut(fields: Fields, keys: Mapping[str, str]) -> Fields:
    return {name: fields.pop(name) for key in keys if (name := f"f:{key}") in fields}


def _merge(into: Fields, fields: Fields) -> None:
    for name, inner in fields.items():
        _merge(into.setdefault(name, {}), inner)
