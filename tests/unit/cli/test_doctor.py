"""One Secret for each check that makes it fire, and one near it that does not."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.cli.checks import CHECKS
from seldon_secrets_pulumi.cli.doctor import RULES
from seldon_secrets_pulumi.rclone.obscure import obscure
from tests.unit.keys import key_file

from .manifests import BUCKET, CANARY, OPEN, Manifests, namespace, secret

S3 = {"provider": "AWS", "env_auth": "false", "access_key_id": "AKIA", "secret_access_key": CANARY}
DAV = {"url": "https://dav.example.com", "vendor": "other", "user": "me"}
GCS = "google cloud storage"
KEY = json.dumps(json.loads(key_file()))
PARAMS = {"bucket-secret-format": "config_param"}
Manifest = dict[str, Any]


def env(
    parameters: Mapping[str, str] = S3,
    remote: str = "models",
    type_: str = "s3",
    name: str = "",
    labels: Mapping[str, str] = BUCKET,
) -> Manifest:
    data = {f"RCLONE_CONFIG_{remote}_{key}".upper(): it for key, it in {"type": type_, **parameters}.items()}
    return secret(name or f"{remote}-bucket-envvars", data, labels=labels)


def params(
    parameters: Mapping[str, Any] = S3, remote: str = "models", type_: str = "s3", name: str = ""
) -> Manifest:
    value = {"name": remote, "type": type_, "parameters": parameters}
    return text(json.dumps(value), name or f"{remote}-bucket-params")


def text(value: str, name: str = "models-bucket-params", **more: str) -> Manifest:
    return secret(name, {"models": value, **more}, labels=BUCKET | PARAMS)


def raw(data: Mapping[str, str], name: str = "models-bucket-envvars") -> Manifest:
    return secret(name, data, labels=BUCKET)


def docker(config: object) -> Manifest:
    labels = {"secret-type": "registry", "seldon-deploy": "true"}
    made = secret("ghcr", {".dockerconfigjson": json.dumps(config)}, labels=labels)
    return made | {"type": "kubernetes.io/dockerconfigjson"}


LOGIN = base64.b64encode(f"me:{CANARY}".encode()).decode()
YAML_TEXT = (
    f"name: models\ntype: s3\nparameters: {{provider: AWS, access_key_id: a, secret_access_key: {CANARY}}}"
)
MULTILINE = json.dumps(json.loads(KEY), indent=1)

FIRING: list[tuple[str, list[Manifest]]] = [
    ("label-missing", [secret("models-bucket-envvars", {"RCLONE_CONFIG_MODELS_TYPE": "s3"})]),
    ("label-missing", [env(labels=BUCKET | {"seldon-deploy": "yes"})]),
    ("namespace-restricted", [namespace(**{"seldon.restricted": "true"}), env()]),
    (
        "format-label",
        [params() | {"metadata": {"name": "models-bucket-params", "namespace": "team", "labels": BUCKET}}],
    ),
    ("format-label", [env(labels=BUCKET | PARAMS)]),
    ("secret-name", [env(name="minio-bucket", remote="minio")]),
    ("remote-name", [params(remote="other", name="models-bucket-params")]),
    ("remote-name", [params(remote="Models", name="models-bucket-params")]),
    ("one-key", [text(YAML_TEXT, more="x")]),
    ("one-key", [raw({})]),
    ("unreadable", [text(f"{{{CANARY}")]),
    ("unreadable", [text("[]")]),
    ("unreadable", [text('{"name": "models", "type": "s3", "parameters": null}')]),
    ("unreadable", [raw({"RCLONE_CONFIG_MODELS_PROVIDER": "AWS"})]),
    ("unreadable", [raw({"RCLONE_CONFIG_A_TYPE": "s3", "RCLONE_CONFIG_B_TYPE": "s3"})]),
    ("unreadable", [raw({"AWS_ACCESS_KEY_ID": CANARY, "AWS_SECRET_ACCESS_KEY": CANARY})]),
    ("not-text", [params(S3 | {"description": {"a": "b"}})]),
    ("lower-case-key", [raw({"RCLONE_CONFIG_models_type": "s3"})]),
    ("underscore-for-dash", [raw({"RCLONE_CONFIG_MY_STORE_TYPE": "s3"}, "my-store-bucket-envvars")]),
    ("undeliverable-value", [params({"service_account_credentials": MULTILINE}, type_=GCS)]),
    ("undeliverable-value", [params(S3 | {"secret_access_key": '"' + CANARY})]),
    ("rclone-type", [params(type_="s33")]),
    ("rclone-type", [params(type_="S3")]),
    ("provider-spelling", [params(S3 | {"provider": "aws"})]),
    ("plain-password", [params(DAV | {"pass": CANARY}, type_="webdav")]),
    ("rclone-option", [params(S3 | {"acces_key_id": "AKIA"})]),
    ("rclone-option", [params(S3 | {"provider": "Amazn"})]),
    ("rclone-option", [params(S3 | {"env_auth": "no"})]),
    ("gcs-anonymous", [env({"service_account_credentials": KEY}, remote="gs", type_=GCS)]),
    ("gcs-anonymous", [params({"service_account_credentials": KEY, "anonymous": "true"}, type_=GCS)]),
    ("service-account", [params({"service_account_credentials": KEY[:-9]}, type_=GCS)]),
    ("docker-config", [docker({"auths": {"ghcr.io": {}}, "credsStore": "desktop"})]),
    ("docker-config", [docker({"credHelpers": {"ghcr.io": "gh"}})]),
    ("different-formats", [env(), params(S3 | {"secret_access_key": f"{CANARY}2"})]),
]

QUIET: list[tuple[str, list[Manifest]]] = [
    ("label-missing", [env()]),
    ("namespace-restricted", [namespace(**OPEN), env()]),
    ("namespace-restricted", [env()]),
    ("format-label", [params()]),
    ("format-label", [env()]),
    ("secret-name", [env(), params()]),
    ("remote-name", [params()]),
    ("remote-name", [params(remote="other", name="storage")]),
    ("one-key", [text(YAML_TEXT)]),
    ("unreadable", [text(YAML_TEXT)]),
    ("unreadable", [env()]),
    ("not-text", [params(S3 | {"env_auth": False})]),
    ("lower-case-key", [env()]),
    ("underscore-for-dash", [env(remote="my-store")]),
    ("undeliverable-value", [params({"service_account_credentials": KEY}, type_=GCS)]),
    ("undeliverable-value", [env(S3 | {"secret_access_key": '"' + CANARY})]),
    ("rclone-type", [params({"anonymous": "true"}, type_="gcs")]),
    ("provider-spelling", [params()]),
    ("plain-password", [params(DAV | {"pass": obscure("webdav", "pass", CANARY)}, type_="webdav")]),
    ("rclone-option", [params()]),
    ("rclone-option", [params(DAV | {"pass": CANARY}, type_="webdav")]),
    (
        "gcs-anonymous",
        [env({"service_account_credentials": KEY, "anonymous": "false"}, remote="gs", type_=GCS)],
    ),
    ("gcs-anonymous", [params({"service_account_credentials": KEY}, remote="gs", type_=GCS)]),
    ("service-account", [params({"service_account_credentials": KEY}, type_=GCS)]),
    ("docker-config", [docker({"auths": {"ghcr.io": {"auth": LOGIN}}})]),
    ("different-formats", [env(), params()]),
    ("different-formats", [env(), params(S3 | {"region": "eu-west-1"}, remote="other")]),
]


def findings(manifests: Manifests, *given: Manifest) -> list[dict[str, str]]:
    result = manifests.run("doctor", *given, options=("-o", "json"))
    assert result.exit_code in (0, 1), result.output
    assert "BEGIN PRIVATE KEY" not in result.output
    assert LOGIN not in result.output
    return list(json.loads(result.stdout))


@pytest.mark.parametrize(("check", "given"), FIRING)
def test_it_fires(manifests: Manifests, check: str, given: list[Manifest]) -> None:
    assert check in {it["check"] for it in findings(manifests, *given)}


@pytest.mark.parametrize(("check", "given"), QUIET)
def test_it_does_not_fire(manifests: Manifests, check: str, given: list[Manifest]) -> None:
    assert check not in {it["check"] for it in findings(manifests, *given)}


def test_every_check_is_tried_both_ways_and_documented() -> None:
    every = [check.id for check in CHECKS]
    assert {check for check, _ in FIRING} == {check for check, _ in QUIET} == set(every)
    page = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text()
    headings = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading in every] == every
    for check in CHECKS:
        assert f"{check.cause}\n\n{check.cure}" in page


def test_what_the_components_write_has_no_findings(manifests: Manifests) -> None:
    assert (
        findings(
            manifests, namespace(**OPEN), env(), params(), docker({"auths": {"ghcr.io": {"auth": LOGIN}}})
        )
        == []
    )


@pytest.mark.parametrize(
    ("given", "code"), [(env(), 0), (env(name="minio-bucket", remote="minio"), 0), (params(type_="s33"), 1)]
)
def test_only_errors_make_it_fail(manifests: Manifests, given: Manifest, code: int) -> None:
    assert manifests.run("doctor", given).exit_code == code


def test_the_text_names_secret_cause_and_cure(manifests: Manifests) -> None:
    shown = manifests.run("doctor", params(S3 | {"provider": "aws"})).stdout
    assert "models-bucket-params in team" in shown
    assert "warning provider-spelling: rclone spells it AWS" in shown
    assert "Use rclone's spelling." in shown
    assert "1 examined: 0 errors, 1 warnings" in shown


def test_sarif(manifests: Manifests) -> None:
    result = manifests.run("doctor", params(type_="s33"), options=("-o", "sarif"))
    (run,) = json.loads(result.stdout)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    (found,) = run["results"]
    assert (found["ruleId"], found["level"]) == ("rclone-type", "error")
    assert found["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "team/models-bucket-params"
