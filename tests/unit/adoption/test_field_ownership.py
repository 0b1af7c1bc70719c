"""Which fields of an object the stack becomes the owner of, and that other fields keep their owners."""

from typing import Any

from seldon_secrets_pulumi.adoption.field_ownership import annotations_patch, ownership_patch
from seldon_secrets_pulumi.adoption.plan import Adoption
from seldon_secrets_pulumi.adoption.skip_reasons import LAST_APPLIED
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.stack_annotations import stack_annotations
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret

STACK = stack_annotations("project", "dev")
LABELS = {"secret-type": "bucket", "owner": "x"}


def adoption(*managers: dict[str, Any], **annotations: str) -> Adoption:
    secret = LiveSecret(
        "team",
        "x",
        "Opaque",
        {"K": b"v"},
        LABELS,
        annotations,
        resource_version="7",
        managed_fields=managers,
    )
    return Adoption(secret, DeclaredSecret("secrets[0]", "team", "x", "Opaque", LABELS, {}, {"K": "v"}))


def manager(name: str, fields: dict[str, Any], operation: str = "Update") -> dict[str, Any]:
    return {"manager": name, "operation": operation, "fieldsType": "FieldsV1", "fieldsV1": fields}


def transfer(*managers: dict[str, Any]) -> list[dict[str, Any]]:
    planned = adoption(*managers)
    return ownership_patch(planned, planned.secret, STACK)


def test_declared_fields_move_to_the_stack_and_others_keep_their_owner() -> None:
    kubectl = manager(
        "kubectl-create",
        {
            "f:data": {".": {}, "f:K": {}},
            "f:type": {},
            "f:metadata": {"f:labels": {".": {}, "f:secret-type": {}, "f:theirs": {}}},
        },
    )
    other = manager(
        "other", {"f:metadata": {"f:labels": {"f:owner": {}}}, "f:stringData": {"f:K": {}}}, "Apply"
    )
    annotations: dict[str, Any] = {f"f:{key}": {} for key in STACK}
    patch = manager("seldon-secrets", {"f:metadata": {"f:annotations": annotations}})
    test, replace = transfer(kubectl, other, patch)
    assert test == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
    remaining, stack = replace["value"]
    assert remaining["fieldsV1"] == {"f:metadata": {"f:labels": {".": {}, "f:theirs": {}}}}
    assert (stack["manager"], stack["operation"]) == ("seldon-secrets/project/dev", "Apply")
    assert stack["fieldsV1"] == {
        "f:data": {".": {}, "f:K": {}},
        "f:type": {},
        "f:metadata": {"f:labels": {"f:secret-type": {}, "f:owner": {}}, "f:annotations": annotations},
    }
    assert kubectl["fieldsV1"]["f:data"], "the live Secret must not change"


def test_a_second_patch_is_empty() -> None:
    other = manager("other", {"f:data": {"f:K": {}}, "f:metadata": {"f:labels": {"f:theirs": {}}}})
    first = transfer(other)
    assert transfer(*first[1]["value"][::-1]) == []
    assert transfer() == []


def test_the_annotations_name_the_stack_and_lose_the_copy_that_kubectl_keeps() -> None:
    test, add = annotations_patch(adoption(**{LAST_APPLIED: "{}", "theirs": "x"}), STACK)
    assert test == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
    assert add == {"op": "add", "path": "/metadata/annotations", "value": {"theirs": "x", **STACK}}
    assert annotations_patch(adoption(theirs="x", **STACK), STACK) == []
