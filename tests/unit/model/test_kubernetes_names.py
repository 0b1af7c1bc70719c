"""Names, namespaces, labels and annotations that Kubernetes and Seldon accept."""

from typing import Any

import pytest

from seldon_secrets_pulumi.model.bucket import bucket_labels
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.registry import registry_labels
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments


def parse(**args: Any) -> S3Bucket | None:
    values = {"remote": "models", "namespace": "team", "env_auth": True, **args}
    return S3Bucket.parse(values, reserved_labels=["bucket-secret-format"])


def test_the_labels_of_a_bucket_secret() -> None:
    assert bucket_labels(CONFIG_PARAM, FormatLabel(), {"team": "a"}) == {
        "team": "a",
        "secret-type": "bucket",
        "seldon-deploy": "true",
        "app.kubernetes.io/managed-by": "pulumi",
        "bucket-secret-format": "config_param",
    }


def test_the_format_label_follows_the_platform_or_goes() -> None:
    label = FormatLabel("secret-format", "env-var", "config-param")
    assert bucket_labels(ENV_VAR, label, {})["secret-format"] == "env-var"
    assert set(bucket_labels(ENV_VAR, FormatLabel(key=""), {})) == set(registry_labels({}))


@pytest.mark.parametrize("remote", ["a", "7", "gs", "my-store", "a" * 30, "a--b"])
def test_remote_names_that_seldon_accepts(remote: str) -> None:
    assert parse(remote=remote)


@pytest.mark.parametrize(
    ("remote", "suggestion"),
    [
        ("", ""),
        ("---", ""),
        ("My_Store", "for example 'my-store'"),
        ("-store-", "for example 'store'"),
        ("a" * 31, f"for example {'a' * 30!r}"),
        ("a" * 29 + "-b", f"for example {'a' * 29!r}"),
        ("models\n", "for example 'models'"),
        ("modèles", "for example 'mod-les'"),
    ],
)
def test_a_name_that_seldon_refuses_and_one_that_would_do(remote: str, suggestion: str) -> None:
    with pytest.raises(InvalidArguments) as invalid:
        parse(remote=remote)
    (problem,) = invalid.value.problems
    assert problem.argument == "remote"
    assert problem.rule.endswith(suggestion or "starting and ending with a letter or digit")


@pytest.mark.parametrize("namespace", ["Team", "a" * 64, "-a", "a.b", "", "a\n"])
def test_a_namespace_that_cannot_be(namespace: str) -> None:
    with pytest.raises(InvalidArguments, match="namespace: must be the name of a namespace"):
        parse(namespace=namespace)


@pytest.mark.parametrize(
    "key", ["secret-type", "seldon-deploy", "app.kubernetes.io/managed-by", "bucket-secret-format"]
)
def test_a_label_that_seldon_reads_is_not_the_callers(key: str) -> None:
    with pytest.raises(InvalidArguments, match=f"labels: '{key}' is set by this package"):
        parse(labels={key: "x"})


@pytest.mark.parametrize(
    "labels",
    [{"": "x"}, {"a b": "x"}, {"Example.com/a": "x"}, {"a/b/c": "x"}, {"/a": "x"}, {"a" * 64: "x"}],
)
def test_a_label_key_that_kubernetes_refuses(labels: dict[str, str]) -> None:
    with pytest.raises(InvalidArguments, match="labels: "):
        parse(labels=labels)


@pytest.mark.parametrize("value", ["canary!", "a" * 64, "-a", "a b"])
def test_a_label_value_that_kubernetes_refuses(value: str) -> None:
    with pytest.raises(InvalidArguments, match="labels: the value of 'team' must be at most 63") as invalid:
        parse(labels={"team": value})
    assert "canary" not in str(invalid.value)


def test_labels_and_annotations_that_kubernetes_takes() -> None:
    assert parse(
        labels={"team": "", "example.com/Cost_Centre": "A.1"}, annotations={"example.com/note": "a b\n"}
    )


def test_annotations_that_kubernetes_refuses() -> None:
    with pytest.raises(InvalidArguments, match="annotations: 'a b' must be"):
        parse(annotations={"a b": "x"})
    with pytest.raises(InvalidArguments, match="annotations: annotations may have at most 256 KiB in total"):
        parse(annotations={"note": "x" * 256 * 1024})


def test_nothing_but_the_namespace_is_shown_of_a_declaration() -> None:
    bucket = parse(env_auth=None, access_key_id="canary", secret_access_key="canary", labels={"a": "canary"})
    assert bucket
    assert repr(bucket) == "S3Bucket(namespace='team')"
    assert "canary" not in f"{bucket} {bucket.rclone_remote!r}"


def test_unknown_arguments_are_not_missing_and_the_rest_is_checked() -> None:
    values = {"remote": "models", "namespace": "team", "access_key_id": "x"}
    assert S3Bucket.parse(values, unknown=["secret_access_key"]) is None
    assert S3Bucket.parse({"namespace": "team", "env_auth": True}, unknown=["remote"]) is None
    with pytest.raises(InvalidArguments) as invalid:
        S3Bucket.parse(
            {"remote": "My Store", "endpoint": "minio"}, unknown=["access_key_id", "secret_access_key"]
        )
    assert [problem.argument for problem in invalid.value.problems] == ["namespace", "remote", "endpoint"]
