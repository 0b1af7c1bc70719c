"""Creations that an interrupted update left pending."""

from typing import Any

from seldon_secrets_pulumi.automation.pending import pending_creations, unresolved_creations


def operation(name: str, kind: str = "creating") -> dict[str, Any]:
    return {"resource": {"urn": f"urn::{name}"}, "type": kind}


def test_a_creation_is_resolved_once_the_resource_is_in_the_state() -> None:
    state = {
        "resources": [{"urn": "urn::a"}],
        "pending_operations": [operation("a"), operation("b"), operation("c", "updating")],
    }
    assert [resource["urn"] for resource in pending_creations(state)] == ["urn::a", "urn::b"]
    assert [resource["urn"] for resource in unresolved_creations(state)] == ["urn::b"]


def test_a_state_without_pending_operations() -> None:
    for state in ({}, {"resources": None, "pending_operations": None}):
        assert pending_creations(state) == unresolved_creations(state) == []
