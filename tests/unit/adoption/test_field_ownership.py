"""Which fields of an object Pulumi becomes the owner of, and that other fields keep their owners."""

from typing import Any

from seldon_secrets_pulumi.adoption.field_ownership import ownership_patch
from seldon_secrets_pulumi.adoption.plan import Adoption
from seldon_secrets_pulumi.adoption.skip_reasons import LAST_APPLIED
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret

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


def test_declared_fields_move_to_pulumi_and_others_keep_their_owner() -> None:
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
    test, replace = ownership_patch(adoption(kubectl, other))
    assert test == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
    remaining, pulumi = replace["value"]
    assert remaining["fieldsV1"] == {"f:metadata": {"f:labels": {".": {}, "f:theirs": {}}}}
    assert (pulumi["manager"], pulumi["operation"]) == ("pulumi-kubernetes", "Update")
    assert pulumi["fieldsV1"] == {
        "f:data": {".": {}, "f:K": {}},
        "f:type": {},
        "f:metadata": {"f:labels": {"f:secret-type": {}, "f:owner": {}}},
    }
    assert kubectl["fieldsV1"]["f:data"], "the live Secret must not change"


def test_a_second_patch_is_empty() -> None:
    pulumi = manager("pulumi-kubernetes", {"f:data": {"f:K": {}}})
    other = manager("other", {"f:metadata": {"f:labels": {"f:theirs": {}}}})
    first = ownership_patch(adoption(pulumi, other))
    second = ownership_patch(adoption(*(first[1]["value"] if first else (pulumi, other))))
    assert second == []
    assert ownership_patch(adoption()) == []


def test_the_patch_removes_the_copy_that_kubectl_keeps() -> None:
    operations = ownership_patch(adoption(**{LAST_APPLIED: "{}"}))
    path = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"
    assert [(operation["op"], operation["path"]) for operation in operations] == [
        ("test", "/metadata/resourceVersion"),
        ("remove", path),
    ]
