"""One pass reports every problem that can be told, and none that only follows from another."""

from typing import Any

import pytest

from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.model.initializer import InitializerBucket
from seldon_secrets_pulumi.model.raw_secret import RawSecret
from seldon_secrets_pulumi.model.registry import Registry
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.problem import InvalidArguments

BUCKET = {"remote": "models", "namespace": "team"}
KEYS = {"access_key_id": "AKIACANARY", "secret_access_key": "canary"}
WEBDAV = {"type": "webdav", "parameters": {"url": "https://files.example.com"}}


def problems(model: type[Declaration], values: dict[str, Any], *unknown: str) -> list[tuple[str, str]]:
    """The argument and the code of each problem."""
    with pytest.raises(InvalidArguments) as invalid:
        model.parse(values, unknown=unknown)
    assert "canary" not in str(invalid.value).lower()
    return [(problem.argument, problem.code) for problem in invalid.value.problems]


def test_fields_conflicts_and_options_of_rclone_together() -> None:
    values = {
        "remote": "My Models",
        "namespace": "team",
        "access_key_id": "AKIACANARY",
        "endpoint": "minio:9000",
        "provider": "Minio",
        "colour": "canary",
        "parameters": {"region": "x", "regoin": "canary", "chunk_size": "canary", "acl": "canary\n"},
        "formats": ["env-var"],
    }
    assert problems(S3Bucket, values) == [
        ("remote", "value"),
        ("formats", "value"),
        ("endpoint", "value"),
        ("colour", "unknown_argument"),
        ("parameters.region", "conflict"),
        ("secret_access_key", "required"),
        ("parameters.regoin", "unknown_option"),
        ("parameters.chunk_size", "value"),
        ("parameters.acl", "value"),
    ]


def test_values_that_a_format_cannot_deliver_beside_other_problems() -> None:
    values = {**BUCKET, **KEYS, "endpoint": "x", "parameters": {"description": "a\nb", "acl": "\0"}}
    assert problems(S3Bucket, values) == [
        ("endpoint", "value"),
        ("parameters.acl", "value"),
        ("parameters.description", "value"),
        ("parameters.acl", "value"),
    ]


@pytest.mark.parametrize(
    ("model", "values", "expected"),
    [
        # The field is given, though it is broken: neither missing nor absent.
        (S3Bucket, {**BUCKET, **KEYS, "secret_access_key": "canary "}, ["secret_access_key"]),
        (S3Bucket, {**BUCKET, **KEYS, "env_auth": "perhaps"}, ["env_auth"]),
        (S3Bucket, {**BUCKET, **KEYS, "provider": "Mino"}, ["provider"]),
        (S3Bucket, {**BUCKET, **KEYS, "provider": "Minio", "endpoint": "x"}, ["endpoint"]),
        (S3Bucket, {**BUCKET, **KEYS, "parameters": 7}, ["parameters"]),
        (S3Bucket, {**BUCKET, "acess_key_id": "canary", "secret_access_key": "canary"}, ["acess_key_id"]),
        (GcsBucket, {**BUCKET, "credentials": "canary"}, ["credentials"]),
        (GcsBucket, {**BUCKET, "anonymous": "perhaps"}, ["anonymous"]),
        (AzureBlobBucket, {**BUCKET, "account": "a", "key": "canary!"}, ["account", "key"]),
        (AnyBackendBucket, {**BUCKET, "type": "webdavv", "parameters": {"canary": 1}}, ["type"]),
        (AnyBackendBucket, {**BUCKET, "type": 7, "parameters": {"canary": 1}}, ["type"]),
        (AnyBackendBucket, {**BUCKET, "type": "webdav", "parameters": "canary"}, ["parameters"]),
        (AnyBackendBucket, {**BUCKET, **WEBDAV, "obscured": "perhaps"}, ["obscured"]),
        (InitializerBucket, {**BUCKET, "env": {"1": "canary"}}, ["env"]),
        (
            Registry,
            {"namespace": "a", "secret_name": "b", "docker_config_json": "canary"},
            ["docker_config_json"],
        ),
        (RawSecret, {"namespace": "a", "secret_name": "b", "kind": "x", "data": {"k": "canary"}}, ["kind"]),
    ],
)
def test_no_problem_follows_from_another(
    model: type[Declaration], values: dict[str, Any], expected: list[str]
) -> None:
    assert sorted(argument for argument, _ in problems(model, values)) == expected


def test_a_broken_field_counts_as_given() -> None:
    assert problems(S3Bucket, {**BUCKET, **KEYS, "secret_access_key": "canary ", "env_auth": True}) == [
        ("secret_access_key", "value"),
        ("access_key_id", "conflict"),
        ("secret_access_key", "conflict"),
    ]
    assert problems(GcsBucket, {**BUCKET, "credentials": "canary", "anonymous": True}) == [
        ("credentials", "value"),
        ("", "conflict"),
    ]
    assert problems(AzureBlobBucket, {**BUCKET, "account": "models", "key": "canary!", "client_id": "c"}) == [
        ("key", "value"),
        ("", "conflict"),
        ("tenant", "required"),
        ("client_secret", "required"),
    ]


def test_a_registry_and_a_raw_secret() -> None:
    login = {"namespace": "Team", "secret_name": "ghcr", "server": "ghcr.io", "password": " canary"}
    assert problems(Registry, login) == [
        ("namespace", "value"),
        ("password", "value"),
        ("username", "required"),
    ]
    both = {**login, "docker_config_json": "canary"}
    assert problems(Registry, both)[3:] == [("server", "conflict"), ("password", "conflict")]
    raw = {"namespace": "team", "secret_name": "X", "kind": "bucket", "data": {"a": "x" * 2**20 + "x"}}
    assert problems(RawSecret, raw) == [("secret_name", "value"), ("format", "required"), ("", "size")]


def test_any_backend() -> None:
    values = {"remote": "X", "type": "sftp", "parameters": {"pass": "canary\n", "prot": 1}, "obscured": "?"}
    assert problems(AnyBackendBucket, values) == [
        ("namespace", "required"),
        ("remote", "value"),
        ("obscured", "type"),
        ("parameters.prot", "unknown_option"),
        ("parameters.pass", "value"),
        ("parameters.host", "required"),
    ]


def test_unknown_values_hide_nothing_that_is_known() -> None:
    values = {**BUCKET, "endpoint": "x", "parameters": {"regoin": "canary", "chunk_size": "canary"}}
    assert problems(S3Bucket, values, "access_key_id", "parameters.storage_clas") == [
        ("endpoint", "value"),
        ("secret_access_key", "required"),
        ("parameters.regoin", "unknown_option"),
        ("parameters.storage_clas", "unknown_option"),
        ("parameters.chunk_size", "value"),
    ]
    assert problems(GcsBucket, {**BUCKET, "anonymous": True, "env_auth": True}, "credentials") == [
        ("", "conflict")
    ]
    assert problems(InitializerBucket, {**BUCKET, "env": {"A": "canary\0"}}, "env.B") == [("env.A", "value")]


@pytest.mark.parametrize(
    ("model", "values", "unknown"),
    [
        (S3Bucket, {**BUCKET, **KEYS, "parameters": {"acl": "private"}}, ["parameters.storage_class"]),
        (S3Bucket, {**BUCKET, **KEYS}, ["provider"]),
        (S3Bucket, {**BUCKET}, ["env_auth"]),
        (GcsBucket, BUCKET, ["env_auth"]),
        (AzureBlobBucket, {**BUCKET, "account": "models", "tenant": "t"}, ["client_id", "client_secret"]),
        (AnyBackendBucket, {**BUCKET, "type": "webdav"}, ["parameters"]),
        (AnyBackendBucket, {**BUCKET, "parameters": {"canary": "x"}}, ["type"]),
        (
            AnyBackendBucket,
            {**BUCKET, "type": "drive", "parameters": {"scope": "drive"}},
            ["parameters.token"],
        ),
        (
            AnyBackendBucket,
            {**BUCKET, "type": "koofr", "parameters": {"user": "u", "password": "p"}},
            ["parameters.provider"],
        ),
        (
            AnyBackendBucket,
            {**BUCKET, "type": "crypt", "parameters": {"password": "p"}},
            ["parameters.remote"],
        ),
        (Registry, {"namespace": "a", "secret_name": "b"}, ["docker_config_json"]),
    ],
)
def test_an_unknown_value_may_be_right(
    model: type[Declaration], values: dict[str, Any], unknown: list[str]
) -> None:
    assert model.parse(values, unknown=unknown) is None


def test_problems_of_the_caller_are_reported_too() -> None:
    with pytest.raises(InvalidArguments) as first:
        S3Bucket.parse({"remote": "X", "namespace": "team"})
    with pytest.raises(InvalidArguments) as both:
        S3Bucket.parse({"remote": "X", "namespace": "team"}, other_problems=first.value.problems[:1])
    assert both.value.problems == (*first.value.problems, first.value.problems[0])
    with pytest.raises(InvalidArguments):
        S3Bucket.parse({**BUCKET, **KEYS}, other_problems=first.value.problems)
