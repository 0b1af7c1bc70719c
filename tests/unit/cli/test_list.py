"""`list` for Secrets as the platform's UI, Seldon's own roles and people create them."""

import json
import subprocess
from collections.abc import Mapping

import pytest

from tests.support.canaries import CANARY
from tests.support.manifests import BUCKET, ENV_VARS, JSON, OPEN, YAML, Manifests, namespace, secret


def test_the_secret_of_seldons_minio_role(manifests: Manifests) -> None:
    (row,) = manifests.list(namespace(**OPEN), secret("minio-bucket", ENV_VARS, labels=BUCKET))
    assert row == {
        "secret": "minio-bucket",
        "namespace": "team",
        "kind": "bucket",
        "remote": "minio",
        "type": "s3",
        "format": "env_var",
        "assumed": True,
        "actualFormat": "env_var",
        "seen": True,
        "unseen": [],
        "keys": sorted(ENV_VARS),
        "uriPrefix": "minio://",
        "created": None,
        "surprises": [],
    }


@pytest.mark.parametrize("data", [JSON, YAML])
def test_the_platform_assumes_env_var_without_a_format_label(
    manifests: Manifests, data: Mapping[str, str]
) -> None:
    (row,) = manifests.list(secret("models-bucket-params", data, labels=BUCKET))
    assert (row["format"], row["assumed"], row["actualFormat"]) == ("env_var", True, "config_param")
    assert (row["remote"], row["type"]) == ("models", "s3")


@pytest.mark.parametrize(
    ("option", "label"),
    [
        ((), {"bucket-secret-format": "config_param"}),
        (("--format-label", "secret-format"), {"secret-format": "config_param"}),
        (("--format-label", "fmt=env,params"), {"fmt": "params"}),
    ],
)
def test_the_format_label(manifests: Manifests, option: tuple[str, ...], label: dict[str, str]) -> None:
    (row,) = manifests.list(secret("models-bucket-params", JSON, labels=BUCKET | label), options=option)
    assert (row["format"], row["assumed"]) == ("config_param", False)


@pytest.mark.parametrize(
    ("labels", "namespace_labels", "reasons"),
    [
        ({}, OPEN, ["label secret-type is missing", "label seldon-deploy is missing"]),
        ({"secret-type": "Bucket", "seldon-deploy": "true"}, OPEN, ['label secret-type is "Bucket"']),
        ({"secret-type": "bucket", "seldon-deploy": "True"}, OPEN, ['label seldon-deploy is "True"']),
        (BUCKET, {}, ["namespace label seldon.restricted is missing"]),
        (BUCKET, {"seldon.restricted": "true"}, ['namespace label seldon.restricted is "true"']),
    ],
)
def test_the_reasons_why_the_platform_does_not_offer_a_secret(
    manifests: Manifests, labels: dict[str, str], namespace_labels: dict[str, str], reasons: list[str]
) -> None:
    (row,) = manifests.list(namespace(**namespace_labels), secret("x", ENV_VARS, labels=labels))
    assert (row["seen"], row["unseen"]) == (False, reasons)


def test_without_the_namespace_it_is_unknown_whether_the_platform_offers_a_secret(
    manifests: Manifests,
) -> None:
    (row,) = manifests.list(secret("x", ENV_VARS, labels=BUCKET))
    assert (row["seen"], row["unseen"]) == (None, [])


def test_secrets_that_do_not_concern_seldon_are_skipped(manifests: Manifests) -> None:
    config = {"config": json.dumps({"parameters": {"a": "b"}})}
    docker = secret("pull", {".dockerconfigjson": "{}"}) | {"type": "kubernetes.io/dockerconfigjson"}
    assert manifests.list(secret("app", {"password": CANARY}), secret("config", config), docker) == []


def test_a_secret_with_a_bucket_secrets_name_needs_no_label(manifests: Manifests) -> None:
    (row,) = manifests.list(secret("models-bucket-params", {"models": CANARY}))
    assert (row["kind"], row["remote"], row["actualFormat"]) == ("bucket", "models", None)


def test_an_unreadable_secret_is_listed_by_its_name(manifests: Manifests) -> None:
    broken = secret("models-bucket-params", {"models": f"{{{CANARY}"}, labels=BUCKET)
    undecodable = secret("other-bucket-envvars", {}, labels=BUCKET) | {"data": {"x": "é"}}
    assert [(row["remote"], row["type"]) for row in manifests.list(broken, undecodable)] == [
        ("models", None),
        ("other", None),
    ]


FILTERED = (
    secret("models-bucket-envvars", ENV_VARS, labels=BUCKET),
    secret("models-bucket-params", JSON, labels=BUCKET | {"bucket-secret-format": "config_param"}),
    secret("ghcr", {".dockerconfigjson": "{}"}, labels={"secret-type": "registry", "seldon-deploy": "true"}),
    secret("dav", {"RCLONE_CONFIG_DAV_TYPE": "webdav"}, namespace="other", labels=BUCKET),
)


@pytest.mark.parametrize(
    ("options", "secrets"),
    [
        ("--for core1", ["dav", "models-bucket-envvars"]),
        ("--for batch", ["dav", "models-bucket-envvars"]),
        ("--for reference", ["dav", "models-bucket-envvars"]),
        ("--for core2", ["models-bucket-params"]),
        ("--for runtime", ["ghcr"]),
        ("--type registry", ["ghcr"]),
        ("--type bucket", ["dav", "models-bucket-envvars", "models-bucket-params"]),
        ("--type s3", ["models-bucket-envvars", "models-bucket-params"]),
        ("--format config_param", ["models-bucket-params"]),
        ("--remote models", ["models-bucket-params"]),
        ("-n team --type bucket", ["models-bucket-envvars", "models-bucket-params"]),
        ("-n team -n other --for core1", ["dav", "models-bucket-envvars"]),
    ],
)
def test_filters(manifests: Manifests, options: str, secrets: list[str]) -> None:
    rows = manifests.list(*FILTERED, options=tuple(options.split()))
    assert sorted(row["secret"] for row in rows) == secrets


def test_an_unknown_type_names_the_nearest(manifests: Manifests) -> None:
    result = manifests.run("list", options=("--type", "webdab"))
    assert result.exit_code == 2
    assert "webdav" in result.output


def test_both_formats_of_a_remote_are_one_row(manifests: Manifests) -> None:
    labels = BUCKET | {"bucket-secret-format": "config_param"}
    data = {"RCLONE_CONFIG_MODELS_TYPE": "s3"}
    (row,) = manifests.list(
        secret("models-bucket-envvars", data, labels={"secret-type": "bucket"}),
        secret("models-bucket-params", JSON, labels=labels),
        options=("--remotes",),
    )
    assert row == {
        "remote": "models",
        "namespace": "team",
        "types": ["s3"],
        "formats": ["env_var", "config_param"],
        "secrets": ["models-bucket-envvars", "models-bucket-params"],
        "uriPrefix": "models://",
        "unseen": ["models-bucket-envvars: label seldon-deploy is missing"],
    }


def test_yaml_has_the_same_content_as_json(manifests: Manifests) -> None:
    import yaml

    as_json = manifests.list(*FILTERED)
    assert yaml.safe_load(manifests.run("list", options=("-o", "yaml")).stdout) == as_json


def test_the_table_of_a_pipe_is_not_folded(manifests: Manifests) -> None:
    shown = manifests.run(
        "list", namespace(**OPEN), secret("r" * 200, JSON, labels={"secret-type": "bucket"})
    ).stdout
    assert "r" * 200 in shown
    assert "but holds config_param" in shown
    assert "no: label seldon-deploy is missing" in shown
    assert len(shown.splitlines()) == 2
    assert "\x1b" not in shown


def test_grep_and_awk_find_the_columns_of_a_pipe(manifests: Manifests) -> None:
    gcs = {
        "RCLONE_CONFIG_MODELS_TYPE": "google cloud storage",
        "RCLONE_CONFIG_MODELS_ANONYMOUS": "true",
    }
    hostile = json.dumps({"name": "a", "type": "two   spaces\n    line", "parameters": {}})
    shown = manifests.run(
        "list",
        secret("models-bucket-envvars", gcs, labels={}),
        secret("a-bucket-params", {"a": hostile}, labels=BUCKET),
        secret("ghcr", {".dockerconfigjson": "{}"}, labels={"secret-type": "registry"}),
    ).stdout
    assert len(shown.splitlines()) == 4

    def awk(row: str, *columns: int) -> list[str]:
        program = f"/{row}/ {{ print {', '.join(f'${column}' for column in columns)} }}"
        command = ["awk", "-F", "  +", "-v", "OFS=\n", program]
        return subprocess.run(
            command, input=shown, capture_output=True, text=True, check=True
        ).stdout.splitlines()

    assert awk("^SECRET", 1, 4, 9) == ["SECRET", "TYPE", "KEYS"]
    assert awk("^models-bucket-envvars", 3, 4, 5, 7, 9) == [
        "models",
        "google cloud storage",
        "env_var (assumed)",
        "no: label secret-type is missing; label seldon-deploy is missing",
        "RCLONE_CONFIG_MODELS_ANONYMOUS,RCLONE_CONFIG_MODELS_TYPE",
    ]
    assert awk("^a-bucket-params", 4, 5) == [
        "two spaces\ufffd line",
        "env_var (assumed) but holds config_param",
    ]
    assert awk("^ghcr", 3, 4, 5, 8) == ["-", "-", "registry", "-"]


@pytest.mark.parametrize("command", ["list", "doctor"])
def test_text_of_a_secret_does_not_move_the_cursor(manifests: Manifests, command: str) -> None:
    data = {"s3": json.dumps({"name": "mod\x1b[2Jels", "type": "s3\x9b2J", "parameters": {}})}
    shown = manifests.run(command, secret("models-bucket-params", data, labels=BUCKET)).stdout
    assert "mod\ufffd[2Jels" in shown
    assert "\x1b" not in shown
    assert "\x9b" not in shown


def test_each_remote_of_a_secret_has_a_row(manifests: Manifests) -> None:
    data = {"RCLONE_CONFIG_MY_S3_TYPE": "s3", "RCLONE_CONFIG_GS_ANONYMOUS": "true", "AWS_REGION": "x"}
    rows = manifests.list(secret("storage", data, labels=BUCKET))
    assert [(row["secret"], row["remote"], row["type"]) for row in rows] == [
        ("storage", "gs", "google cloud storage"),
        ("storage", "my_s3", "s3"),
    ]
