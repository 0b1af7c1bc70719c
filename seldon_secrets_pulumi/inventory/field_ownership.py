"""Transfers fields of a live Secret from one client to another.

The API server records which client set each field, and rejects a server-side apply that changes another client's field
(kubernetes.io, "Server-Side Apply", Conflicts).
"""

import copy
from collections.abc import Callable
from typing import Any

from seldon_secrets_pulumi.inventory.secret import LiveSecret

Fields = dict[str, Any]
"""The API's FieldsV1."""

TakeFields = Callable[[str, Fields], Fields]
"""Removes from the fields of a manager, by its name, those to transfer, and returns them."""


def transfer_patch(secret: LiveSecret, manager: str, take: TakeFields) -> list[dict[str, Any]]:
    """The JSON patch that makes this manager of server-side apply the owner of fields; empty if nothing changes.

    It must not change anything else: the client that changes a field becomes its owner.
    """
    identity = {"manager": manager, "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1"}
    managed_fields: list[dict[str, Any]] = []
    taken: Fields = {}
    target: dict[str, Any] = {}
    for entry in map(copy.deepcopy, map(dict, secret.managed_fields)):
        if (entry.get("manager"), entry.get("operation")) == (manager, "Apply"):
            target = entry
            continue
        fields = entry.get("fieldsV1") or {}
        merge(taken, take(str(entry.get("manager")), fields))
        if fields:
            managed_fields.append(entry)
    if not taken:
        return []
    merge(taken, target.get("fieldsV1") or {})
    managed_fields.append({**identity, **target, "fieldsV1": taken})
    return [
        {"op": "test", "path": "/metadata/resourceVersion", "value": secret.resource_version},
        {"op": "replace", "path": "/metadata/managedFields", "value": managed_fields},
    ]


def merge(target: Fields, fields: Fields) -> None:
    """Add fields to others."""
    for name, nested in fields.items():
        merge(target.setdefault(name, {}), nested)
