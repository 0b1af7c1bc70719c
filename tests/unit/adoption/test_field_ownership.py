"""Pulumi takes over the ownership of some fields of an object, and leaves the others."""

from typing import Any

from seldon_secrets_pulumi.adoption.exclusions import LAST_APPLIED
from seldon_secrets_pulumi.adoption.field_ownership import handover
from seldon_secrets_pulumi.adoption.plan import Adoption
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret

LABELS = {"secret-type": "bucket", "owner": "x"}


def adoption(*managers: dict[str, Any], **annotations: str) -> Adoption:
    live = LiveSecret(
        "team",
        "x",
        "Opaque",
        {"K": b"v"},
        LABELS,
        annotations,
        resource_version="7",
        managed_fields=managers,
    )
    return Adoption(live, DeclaredSecret("secrets[0]", "team", "x", "Opaque", LABELS, {}, {"K": "v"}))


def manager(name: str, fields: dict[str, Any], operation: str = "Update") -> dict[str, Any]:
    return {"manager": name, "operation": operation, "fieldsType": "FieldsV1", "fieldsV1": fields}


def test_declared_fields_are_taken_from_all_and_the_rest_is_left() -> None:
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
    test, replace = handover(adoption(kubectl, other))
    assert test == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
    left, ours = replace["value"]
    assert left["fieldsV1"] == {"f:metadata": {"f:labels": {".": {}, "f:theirs": {}}}}
    assert (ours["manager"], ours["operation"]) == ("pulumi-kubernetes", "Update")
    assert ours["fieldsV1"] == {
        "f:data": {".": {}, "f:K": {}},
        "f:type": {},
        "f:metadata": {"f:labels": {"f:secret-type": {}, "f:owner": {}}},
    }
    assert kubectl["fieldsV1"]["f:data"], "what was read is not changed"


def test_nothing_is_handed_over_twice() -> None:
    ours = manager("pulumi-kubernetes", {"f:data": {"f:K": {}}})
    theirs = manager("other", {"f:metadata": {"f:labels": {"f:theirs": {}}}})
    first = handover(adoption(ours, theirs))
    again = handover(adoption(*(first[1]["value"] if first else (ours, theirs))))
    assert again == []
    assert handover(adoption()) == []


def test_the_copy_that_kubectl_keeps_is_removed() -> None:
    operations = handover(adoption(**{LAST_APPLIED: "{}"}))
    path = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"
    assert [(it["op"], it["path"]) for it in operations] == [
        ("test", "/metadata/resourceVersion"),
        ("remove", path),
    ]
