"""Reading a Secret, whatever its fields contain."""

import base64
from typing import Any

import pytest

from seldon_secrets_pulumi.inventory.secret import Owner, read_secret, remote_in_name
from tests.support.canaries import CANARY
from tests.support.manifests import BUCKET, JSON, secret


def test_a_representation_shows_no_value() -> None:
    annotation = {"kubectl.kubernetes.io/last-applied-configuration": CANARY}
    live = read_secret(secret("models-bucket-params", JSON, labels=BUCKET, annotations=annotation))
    assert CANARY in live.text["s3"]
    assert CANARY not in repr(live) + repr(live.content) + str(live)
    assert str(live) == "team/models-bucket-params"


def test_string_data_wins_over_data() -> None:
    manifest = secret("x", {"a": "old", "b": "kept"}) | {"stringData": {"a": "new"}}
    assert read_secret(manifest).text == {"a": "new", "b": "kept"}


@pytest.mark.parametrize(
    ("data", "not_text"),
    [
        ({"a": "YQ=="}, []),
        ({"a": "Y\nQ=\r\n="}, []),  # Kubernetes ignores line breaks in base64
        ({"a": "YQ"}, ["a"]),
        ({"a": "é", "b": base64.b64encode(b"\xff").decode()}, ["a", "b"]),
    ],
)
def test_values_that_are_not_text(data: dict[str, str], not_text: list[str]) -> None:
    live = read_secret(secret("x", {}) | {"data": data})
    assert live.not_text == not_text
    assert bool(live.text) is not bool(not_text)


def test_a_lone_surrogate_is_not_text() -> None:
    live = read_secret({"metadata": {"name": "x"}, "stringData": {"a": "\ud800"}})
    assert live.not_text == ["a"]


def test_defaults() -> None:
    live = read_secret({"metadata": {"name": "x"}})
    assert (live.namespace, live.type, live.data, live.kind) == ("default", "Opaque", {}, None)
    assert live.not_strings == ()


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        ({"metadata": {"name": 5}}, "metadata.name"),
        ({"metadata": {"name": "x", "namespace": [1]}}, "metadata.namespace"),
        ({"metadata": {"name": "x", "labels": {"a": True}}}, "metadata.labels.a"),
        ({"metadata": {"name": "x", "labels": {True: "a"}}}, "metadata.labels (a key)"),
        ({"metadata": {"name": "x", "annotations": {"a": 1.5}}}, "metadata.annotations.a"),
        ({"metadata": {"name": "x"}, "type": {}}, "type"),
        ({"metadata": {"name": "x"}, "data": {"a": 10**5_000}}, "data.a"),
        ({"metadata": {"name": "x"}, "stringData": {"a": False}}, "stringData.a"),
    ],
)
def test_fields_that_are_not_strings(manifest: dict[str, Any], path: str) -> None:
    assert read_secret(manifest).not_strings == (path,)


def test_a_scalar_is_read_as_yaml_writes_it() -> None:
    metadata = {"name": 5, "labels": {"a": True, "b": 1.5, "c": False, "d": 10**5_000, "e": [1]}}
    live = read_secret({"metadata": metadata})
    assert (live.name, live.labels) == ("5", {"a": "true", "b": "1.5", "c": "false", "d": "", "e": ""})


@pytest.mark.parametrize("value", [None, 5, "text", [1], [[2]], {"a": {"b": 1}}])
def test_no_value_of_any_field_stops_reading(value: Any) -> None:
    names = (
        "name",
        "namespace",
        "labels",
        "annotations",
        "creationTimestamp",
        "managedFields",
        "ownerReferences",
    )
    for name in names:
        read_secret({"metadata": {name: value}})
    for name in ("metadata", "type", "data", "stringData", "immutable"):
        read_secret({name: value})


def test_owners() -> None:
    references = [{"kind": "SealedSecret", "name": "a"}, {"kind": 5}, None]
    live = read_secret({"metadata": {"name": "x", "ownerReferences": references}})
    assert list(live.owners) == [Owner("SealedSecret", "a"), Owner("5", ""), Owner("", "")]


@pytest.mark.parametrize(
    ("name", "remote"),
    [
        ("models-bucket-envvars", "models"),
        ("models-bucket-params", "models"),
        ("models-bucket", "models"),
        ("models", None),
    ],
)
def test_the_remote_in_a_name(name: str, remote: str | None) -> None:
    assert remote_in_name(name) == remote
