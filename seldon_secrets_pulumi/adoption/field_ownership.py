"""What must change about a live object, apart from its data, before a stack can adopt it.

Its fields must belong to the stack's field manager: otherwise, the first rotation would conflict with the client that
set them. kubectl also keeps a copy of the object, including credentials, in an annotation that Pulumi's state would
hold in plain text.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from seldon_secrets_pulumi.adoption.plan import Adoption
from seldon_secrets_pulumi.adoption.skip_reasons import LAST_APPLIED
from seldon_secrets_pulumi.inventory.field_ownership import Fields, transfer_patch
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION


def annotations_patch(adoption: Adoption, stack_annotations: Mapping[str, str]) -> list[dict[str, Any]]:
    """The JSON patch that removes the copy and names the stack; empty if nothing changes."""
    secret = adoption.secret
    kept = {key: value for key, value in secret.annotations.items() if key != LAST_APPLIED}
    annotations = {**kept, **_stack_annotations(adoption, stack_annotations)}
    if annotations == secret.annotations:
        return []
    return [
        {"op": "test", "path": "/metadata/resourceVersion", "value": secret.resource_version},
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
    ]


def ownership_patch(
    adoption: Adoption, secret: LiveSecret, stack_annotations: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The JSON patch that makes the stack the owner of the declared fields; empty if it already is.

    `secret` is the Secret after the `annotations_patch`, whose client owns the annotations until now.
    """
    annotations = _stack_annotations(adoption, stack_annotations)
    declared = {
        "f:labels": adoption.declared.labels,
        "f:annotations": {**adoption.declared.annotations, **annotations},
    }
    return transfer_patch(
        secret, annotations[FIELD_MANAGER_ANNOTATION], lambda _, fields: _remove_declared(fields, declared)
    )


def _stack_annotations(adoption: Adoption, stack_annotations: Mapping[str, str]) -> dict[str, str]:
    """The annotations of the stack, unless the entry sets them itself."""
    return {key: adoption.declared.annotations.get(key, value) for key, value in stack_annotations.items()}


def _remove_declared(fields: Fields, declared: Mapping[str, Iterable[str]]) -> Fields:
    """Remove the fields that the stack declares from a manager's fields, and return them."""
    removed: Fields = {name: fields.pop(name) for name in ("f:data", "f:type") if name in fields}
    # No stored object has `stringData`, so no client owns it.
    fields.pop("f:stringData", None)
    metadata = fields.get("f:metadata", {})
    for name, keys in declared.items():
        if removed_keys := _remove_keys(metadata.get(name, {}), keys):
            removed.setdefault("f:metadata", {})[name] = removed_keys
        if not metadata.get(name, {}).keys() - {"."}:
            metadata.pop(name, None)
    if not metadata:
        fields.pop("f:metadata", None)
    return removed


def _remove_keys(fields: Fields, keys: Iterable[str]) -> Fields:
    return {name: fields.pop(name) for key in keys if (name := f"f:{key}") in fields}
