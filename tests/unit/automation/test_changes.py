"""What is read from pulumi's events."""

from typing import Any

import pytest
from pulumi.automation import EngineEvent

from seldon_secrets_pulumi.automation.changes import Change, changes_state, finished_change, planned_change

SECRET = "kubernetes:core/v1:Secret"
URN = f"urn:pulumi:dev::project::{SECRET}::program-name"
INPUTS = {"metadata": {"name": "one", "namespace": "team"}}
STATE = {"urn": URN, "type": SECRET, "custom": True, "id": "", "parent": "", "provider": ""}
MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "[secret]"}


def event(kind: str, operation: str, **metadata: Any) -> EngineEvent:
    step = {"op": operation, "urn": URN, "type": SECRET, "provider": "", **metadata}
    return EngineEvent.from_json({"sequence": 1, "timestamp": 0, kind: {"metadata": step}})


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("create", "create"), ("import", "create"), ("read", "same"), ("same", "same"), ("refresh", "refresh")],
)
def test_operations(operation: str, expected: str) -> None:
    state = {**STATE, "inputs": INPUTS}
    change = planned_change(event("resourcePreEvent", operation, new=state))
    assert change == Change(expected, SECRET, URN, "team/one", ())
    assert change.resource_name == "program-name"


@pytest.mark.parametrize("half", ["create-replacement", "delete-replaced"])
def test_a_replacement_is_one_change(half: str) -> None:
    assert planned_change(event("resourcePreEvent", half)) is None
    assert planned_change(event("resourcePreEvent", "replace")) is not None


def test_pulumis_own_resources_are_not_changes() -> None:
    assert planned_change(event("resourcePreEvent", "create", type="pulumi:pulumi:Stack")) is None


def test_changed_properties_are_named() -> None:
    diff = {"metadata.labels.b": {"diffKind": "add"}, "metadata.labels.a": {"diffKind": "add"}}
    change = planned_change(event("resourcePreEvent", "update", detailedDiff=diff, diffs=["metadata"]))
    assert change
    assert change.properties == ("metadata.labels.a", "metadata.labels.b")
    change = planned_change(event("resourcePreEvent", "update", diffs=["metadata"]))
    assert change
    assert (change.object_name, change.properties) == ("program-name", ("metadata",))


def test_a_plan_is_not_a_result() -> None:
    assert finished_change(event("resourcePreEvent", "create")) is None
    assert planned_change(event("resOutputsEvent", "create")) is None
    assert finished_change(event("resOutputsEvent", "create")) is not None


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"pulumi.com/patchFieldManager": "ours"}, "ours"),
        ({"pulumi.com/patchFieldManager": ["ours"]}, None),
        ("unknown", None),
    ],
)
def test_annotations_that_are_no_strings_are_left_out(annotations: Any, expected: str | None) -> None:
    inputs = {"metadata": {"annotations": annotations}}
    state = {**STATE, "inputs": inputs}
    change = planned_change(event("resourcePreEvent", "update", new=state))
    assert change
    assert change.annotations.get("pulumi.com/patchFieldManager") == expected


def test_a_component_has_no_provider() -> None:
    state = {name: value for name, value in STATE.items() if name != "custom"}
    change = planned_change(event("resourcePreEvent", "create", new=state))
    assert change
    assert not change.has_provider


@pytest.mark.parametrize(
    ("operation", "new", "changes"),
    [
        ("same", {}, False),
        ("update", {}, True),
        ("same", {"protect": True}, True),
        ("same", {"parent": "urn:other"}, True),
        ("same", {"outputs": {"name": "new"}}, True),
        # Its value is hidden, and may have changed.
        ("same", {"type": "pulumi:pulumi:Stack", "outputs": {"password": MARK}}, True),
    ],
)
def test_which_events_change_the_state(operation: str, new: dict[str, Any], changes: bool) -> None:
    old = {**STATE, "outputs": {"name": "old"}} | {key: new[key] for key in new if key == "type"}
    if "password" in new.get("outputs", {}):
        old["outputs"] = new["outputs"]
    metadata = {"old": old, "new": {**old, **new}, "type": new.get("type", SECRET)}
    assert changes_state(event("resOutputsEvent", operation, **metadata)) == changes
    assert not changes_state(event("resourcePreEvent", "update", **metadata))
