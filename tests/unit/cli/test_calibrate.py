"""The conclusions of `calibrate` from Secrets that the platform or somebody else created."""

import json

import pytest

from tests.support.manifests import BUCKET, ENV_VARS, JSON, Manifests, secret

ENV, PARAMS = "models-bucket-envvars", "models-bucket-params"


def test_both_formats_give_the_key_and_both_values(manifests: Manifests) -> None:
    result = manifests.run(
        "calibrate",
        secret(ENV, ENV_VARS, labels=BUCKET | {"fmt": "env_vars"}),
        secret(PARAMS, JSON, labels=BUCKET | {"fmt": "config-param", "team": "a"}),
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-4:] == [
        "The format label is fmt.",
        "pulumi config set seldon-secrets:formatLabelKey fmt",
        "pulumi config set seldon-secrets:formatLabelEnvVar env_vars",
        "pulumi config set seldon-secrets:formatLabelConfigParam config-param",
    ]
    assert f"team/{PARAMS} (Opaque): format config_param, keys s3" in result.stdout
    assert "  label team: a" in result.stdout


@pytest.mark.parametrize(("value", "other"), [("config-param", "env-var"), ("config_param", "env_var")])
def test_one_format_is_enough(manifests: Manifests, value: str, other: str) -> None:
    result = manifests.run("calibrate", secret(PARAMS, JSON, labels=BUCKET | {"fmt": value}))
    assert f"pulumi config set seldon-secrets:formatLabelEnvVar {other}\n" in result.stdout


def test_more_than_one_candidate_is_not_an_answer(manifests: Manifests) -> None:
    both = {"fmt": "config_param", "kind": "config_param"}
    result = manifests.run("calibrate", secret(PARAMS, JSON, labels=BUCKET | both))
    assert result.exit_code == 1
    assert "fmt=env_var,config_param; kind=env_var,config_param" in result.stderr
    assert "pulumi config set" not in result.stdout


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (BUCKET, "no label names the format"),
        (BUCKET | {"fmt": "config_param", "app.kubernetes.io/managed-by": "pulumi"}, "create one for Core 2"),
    ],
)
def test_no_candidate(manifests: Manifests, labels: dict[str, str], reason: str) -> None:
    result = manifests.run("calibrate", secret(PARAMS, JSON, labels=labels))
    assert result.exit_code == 1
    assert reason in result.stderr


def test_values_of_annotations_stay_hidden(manifests: Manifests) -> None:
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": "the-whole-secret"}
    result = manifests.run(
        "calibrate",
        secret(PARAMS, JSON, labels=BUCKET | {"fmt": "config_param"}, annotations=annotations),
    )
    assert "annotation kubectl.kubernetes.io/last-applied-configuration\n" in result.stdout
    assert "the-whole-secret" not in result.output


def test_json_has_the_evidence_and_the_settings(manifests: Manifests) -> None:
    labels = BUCKET | {"fmt": "config-param"}
    result = manifests.run("calibrate", secret(PARAMS, JSON, labels=labels), options=("-o", "json"))
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["secrets"] == [
        {
            "namespace": "team",
            "secret": PARAMS,
            "kubernetesType": "Opaque",
            "actualFormat": "config_param",
            "keys": ["s3"],
            "labels": labels,
            "annotations": [],
        }
    ]
    assert document["candidates"] == [{"key": "fmt", "envVar": "env-var", "configParam": "config-param"}]
    assert document["settings"]["seldon-secrets:formatLabelKey"] == "fmt"


def test_json_without_a_candidate_has_no_settings(manifests: Manifests) -> None:
    result = manifests.run("calibrate", secret(PARAMS, JSON, labels=BUCKET), options=("-o", "json"))
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["candidates"], document["settings"]) == ([], None)
