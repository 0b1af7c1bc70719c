"""Raw Secrets: the rules of Kubernetes and Seldon, and no others."""

from typing import Any

import pytest

from seldon_secrets_pulumi.model.raw_secret import RawSecret
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from tests.support.canaries import CANARY

BUCKET = {
    "namespace": "team",
    "secret_name": "minio-bucket",
    "kind": "bucket",
    "format": "config_param",
    "data": {"s3": f"name: minio # {CANARY}"},
}
REGISTRY = {
    "namespace": "team",
    "secret_name": "old.registry",
    "kind": "registry",
    "data": {".dockerconfigjson": "{}"},
}


def parsed(values: dict[str, Any]) -> RawSecret:
    declaration = RawSecret.parse(values, reserved_labels=("bucket-secret-format",))
    assert declaration
    return declaration


def test_the_labels_are_those_of_every_bucket_secret() -> None:
    labels = parsed(BUCKET | {"labels": {"team": "x"}}).all_labels(FormatLabel())
    assert labels == {
        "team": "x",
        "secret-type": "bucket",
        "seldon-deploy": "true",
        "app.kubernetes.io/managed-by": "pulumi",
        "bucket-secret-format": "config_param",
    }


def test_a_registry_has_no_format_label() -> None:
    registry = parsed(REGISTRY)
    assert "bucket-secret-format" not in registry.all_labels(FormatLabel())
    assert registry.type == "kubernetes.io/dockerconfigjson"
    assert CANARY not in repr(parsed(BUCKET))


@pytest.mark.parametrize(
    ("change", "argument", "rule"),
    [
        ({"secret_name": "Minio"}, "secret_name", "must be the name of a Secret"),
        ({"secret_name": "a..b"}, "secret_name", "must be the name of a Secret"),
        ({"kind": "buckets"}, "kind", "did you mean bucket?"),
        ({"format": "env-var"}, "format", "did you mean env_var?"),
        ({"format": None}, "format", "is required for a bucket"),
        ({"data": {}}, "data", "at least one key"),
        ({"data": {"a b": CANARY}}, "data", "must be the key of a Secret"),
        ({"data": {"..": CANARY}}, "data", "must be the key of a Secret"),
        ({"data": {"a": CANARY, "b": CANARY}}, "data", "exactly one key for Core 2"),
        ({"format": "env_var", "data": {"1A": CANARY}}, "data", "name of an environment variable"),
        ({"labels": {"secret-type": "x"}}, "labels", "can't be overridden"),
    ],
)
def test_an_invalid_raw_bucket_secret_is_refused(change: dict[str, Any], argument: str, rule: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        parsed(BUCKET | change)
    [problem] = raised.value.problems
    assert problem.argument == argument
    assert rule in problem.rule
    assert CANARY not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"data": {"config.json": "{}"}}, "must contain the key .dockerconfigjson"),
        ({"data": {".dockerconfigjson": CANARY}}, "must be a JSON object"),
        ({"format": "env_var"}, "is only for a bucket"),
    ],
)
def test_an_invalid_raw_registry_secret_is_refused(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidArguments, match=rule) as raised:
        parsed(REGISTRY | change)
    assert CANARY not in str(raised.value)


def test_kubernetes_limit_of_size_holds() -> None:
    with pytest.raises(InvalidArguments, match="Kubernetes allows at most"):
        parsed(BUCKET | {"data": {"s3": "x" * 2**20 + "x"}})
