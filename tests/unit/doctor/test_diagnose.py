"""`diagnose` as a library, and which checks it applies: `select`, `ignore`, and the annotation on a Secret."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from seldon_secrets_pulumi.doctor import Finding, diagnose
from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.inventory.secret import read_secret
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from tests.support.manifests import BUCKET, Manifests, namespace, secret
from tests.support.wrong_secrets import S3, env, ignoring, params

LEGACY = env(name="minio-bucket", remote="minio")
UNKNOWN_TYPE = params(type_="s33")


def checks(findings: Iterable[Finding]) -> list[str]:
    return [finding.check for finding in findings]


def test_the_library_needs_no_command_line() -> None:
    findings = diagnose([read_secret(LEGACY), read_secret(UNKNOWN_TYPE)])
    assert [(finding.secret, finding.check, finding.is_error) for finding in findings] == [
        ("minio-bucket", "secret-name", False),
        ("models-bucket-params", "unknown-backend", True),
    ]
    assert findings[0].detail == "expected minio-bucket-envvars"


def test_the_library_imports_no_terminal_cluster_or_pulumi() -> None:
    code = "from seldon_secrets_pulumi.doctor import diagnose; import sys; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(printed.split()).isdisjoint({"typer", "click", "rich", "kubernetes", "pulumi"})


def test_the_library_accepts_a_format_label() -> None:
    labels = {"secret-type": "bucket", "seldon-deploy": "true", "fmt": "params"}
    secret = read_secret(params(labels=labels))
    assert checks(diagnose([secret], FormatLabel("fmt", "env", "params"))) == []
    assert checks(diagnose([secret])) == ["format-label-missing"]


def test_select_and_ignore() -> None:
    secrets = [read_secret(LEGACY), read_secret(UNKNOWN_TYPE)]
    assert checks(diagnose(secrets, select=["secret-name"])) == ["secret-name"]
    assert checks(diagnose(secrets, ignore=["secret-name"])) == ["unknown-backend"]
    assert checks(diagnose(secrets, select=["secret-name"], ignore=["secret-name"])) == []


def test_an_unknown_check_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no check 'secret-nam'; did you mean .*secret-name"):
        diagnose([], select=["secret-nam"])
    with pytest.raises(UsageError, match="there is no check 'x'; findings show the ids"):
        diagnose([], ignore=["x"])


def test_an_annotation_ignores_checks_with_reasons() -> None:
    several = ignoring(
        params(S3 | {"provider": "aws"}, name="storage"),
        "secret-name: legacy name; provider-spelling: by a tool",
    )
    assert checks(diagnose([read_secret(several)])) == []
    assert checks(diagnose([read_secret(ignoring(LEGACY, "secret-name: a; b"))])) == ["ignore-unknown-check"]


@pytest.mark.parametrize("annotation", ["secret-name", "secret-name:", " secret-name : ;"])
def test_without_a_reason_the_check_still_applies(annotation: str) -> None:
    findings = diagnose([read_secret(ignoring(LEGACY, annotation))])
    assert checks(findings) == ["secret-name", "ignore-without-reason"]


@pytest.mark.parametrize(
    ("check", "detail"),
    [
        ("secret-nam", "'secret-nam'; did you mean"),
        ("permissions", "'permissions'"),  # of a namespace, not of a Secret
        ("x" * 300, f"'{'x' * 60}'…"),
        ("\x1b[2J", "'\\x1b[2J'"),
    ],
)
def test_a_check_that_a_secret_cannot_ignore(check: str, detail: str) -> None:
    findings = diagnose([read_secret(ignoring(env(), f"{check}: because"))])
    assert checks(findings) == ["ignore-unknown-check"]
    assert findings[0].detail.startswith(detail)


def test_a_namespace_is_reported_unless_all_its_secrets_ignore_it(manifests: Manifests) -> None:
    one = ignoring(env(), "namespace-restricted: reached through the API only")
    assert "namespace-restricted" in manifests.run("doctor", namespace(), one, params()).stdout
    other = ignoring(params(), "namespace-restricted: reached through the API only")
    result = manifests.run("doctor", namespace(), one, other)
    assert result.stdout == "2 examined: 0 errors, 0 warnings, 2 ignored\n"


def run(manifests: Manifests, *options: str, code: int = 0) -> Any:
    secrets: list[Mapping[str, Any]] = [
        LEGACY,
        ignoring(UNKNOWN_TYPE, "unknown-backend: of our own rclone; secret-name: x"),
        ignoring(params(type_="s34", remote="other"), "unknown-backend: of our own rclone"),
    ]
    result = manifests.run("doctor", *secrets, options=options)
    assert result.exit_code == code, result.output
    return result.stdout


def test_ignored_findings_are_counted_and_nothing_else(manifests: Manifests) -> None:
    assert run(manifests).endswith("3 examined: 0 errors, 1 warning, 2 ignored\n")
    assert [finding["check"] for finding in json.loads(run(manifests, "-o", "json"))] == ["secret-name"]
    log = json.loads(run(manifests, "-o", "sarif"))
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["secret-name"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "secret-name"], ["secret-name"]),
        (["--select", "secret-name,unknown-backend"], ["secret-name"]),
        (["--select", "unknown-backend", "--select", "label-missing"], []),
        (["--ignore", "label-missing, secret-name"], []),
        (["--ignore", "label-missing"], ["secret-name"]),
    ],
)
def test_the_options_select_and_ignore(manifests: Manifests, options: list[str], expected: list[str]) -> None:
    found = json.loads(run(manifests, "-o", "json", *options))
    assert [finding["check"] for finding in found] == expected


@pytest.mark.parametrize("option", ["--select", "--ignore", "--explain"])
def test_an_unknown_check_is_a_usage_error(manifests: Manifests, option: str) -> None:
    result = manifests.run("doctor", options=(option, "secret-nam"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no check 'secret-nam'; did you mean" in result.stderr
    assert result.stderr.count("\n") == 1


def errors(*manifests: Mapping[str, Any]) -> list[str]:
    findings = diagnose([read_secret(manifest) for manifest in manifests])
    return [f"{finding.check}: {finding.detail}" for finding in findings if finding.is_error]


TWO_REMOTES = {
    "RCLONE_CONFIG_S3_TYPE": "s3",
    "RCLONE_CONFIG_S3_PROVIDER": "AWS",
    "RCLONE_CONFIG_S3_ENV_AUTH": "true",
    "RCLONE_CONFIG_GS_TYPE": "google cloud storage",
    "RCLONE_CONFIG_GS_ANONYMOUS": "true",
}


@pytest.mark.parametrize(
    "data",
    [
        {"RCLONE_CONFIG_MY_MINIO_TYPE": "s3", "RCLONE_CONFIG_MY_MINIO_ENV_AUTH": "true"},
        {"RCLONE_CONFIG_GS_ANONYMOUS": "true"},
        TWO_REMOTES,
        TWO_REMOTES | {"RCLONE_CONFIG_PASS": "x", "AWS_REGION": "eu-west-1"},
        TWO_REMOTES | {"RCLONE_CONFIG_M_TYPE": "alias", "RCLONE_CONFIG_M_REMOTE": "s3:bucket"},
    ],
)
def test_what_rclone_accepts_is_no_error(data: dict[str, str]) -> None:
    assert errors(secret("storage", data, labels=BUCKET)) == []


def test_each_remote_is_checked() -> None:
    wrong = TWO_REMOTES | {"RCLONE_CONFIG_S3_ENV_AUTH": "maybe", "AWS_REGION": "eu-west-1"}
    assert errors(secret("storage", wrong, labels=BUCKET)) == [
        "option-value: remote s3: env_auth must be true or false"
    ]
    alias = TWO_REMOTES | {"RCLONE_CONFIG_M_TYPE": "alias", "RCLONE_CONFIG_M_REMOTE": "other:bucket"}
    (error,) = errors(secret("storage", alias, labels=BUCKET))
    assert error.startswith("option-value: remote m: remote must contain the other remote itself")


def test_only_the_two_secrets_of_the_convention_are_compared() -> None:
    other = env({**S3, "region": "eu-west-1"})
    assert "different-formats" in checks(diagnose([read_secret(each) for each in (other, params())]))
    for unrelated in (
        env(S3 | {"region": "eu-west-1"}, name="archive"),
        env(S3 | {"region": "x"}, name="models-old"),
    ):
        assert "different-formats" not in checks(
            diagnose([read_secret(each) for each in (unrelated, params())])
        )


SEALED = {
    "kind": "SealedSecret",
    "metadata": {"name": "models-bucket-envvars", "namespace": "team"},
    "spec": {"encryptedData": {"RCLONE_CONFIG_MODELS_TYPE": "AgB"}, "template": {"metadata": {"labels": {}}}},
}
EXTERNAL = {
    "kind": "ExternalSecret",
    "metadata": {"name": "any", "namespace": "team"},
    "spec": {"target": {"name": "models-bucket-params"}, "data": [{"secretKey": "models", "remoteRef": {}}]},
}
PLAIN = {"kind": "Secret", "metadata": {"name": "models-bucket-envvars", "namespace": "team"}}
ENVELOPES = [
    SEALED,
    EXTERNAL,
    PLAIN
    | {
        "data": {"RCLONE_CONFIG_MODELS_TYPE": "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]"},
        "sops": {"mac": "x"},
    },
    PLAIN | {"stringData": {"RCLONE_CONFIG_MODELS_TYPE": "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]"}},
    PLAIN | {"data": {"RCLONE_CONFIG_MODELS_TYPE": "<path:kv/data/s3#key>"}},
    PLAIN | {"stringData": {"RCLONE_CONFIG_MODELS_TYPE": "s3", "RCLONE_CONFIG_MODELS_REGION": "${REGION}"}},
    PLAIN
    | {"stringData": {"m": '{"name": "m", "type": "s3", "parameters": {"region": "{{ .Values.region }}"}}'}},
    PLAIN | {"stringData": {"RCLONE_CONFIG_MODELS_TYPE": "<type>"}},
]


@pytest.mark.parametrize("manifest", ENVELOPES)
def test_encrypted_values_and_templates_get_one_notice(
    manifests: Manifests, manifest: Mapping[str, Any]
) -> None:
    result = manifests.run("doctor", manifest, options=("-o", "json"))
    (finding,) = json.loads(result.stdout)
    assert (finding["check"], finding["severity"], result.exit_code) == ("not-examined", "warning", 0)
    assert manifests.run("list", manifest).exit_code == 0


@pytest.mark.parametrize(
    "manifest",
    [
        SEALED | {"metadata": {"name": "other"}, "spec": {"encryptedData": {"TOKEN": "x"}}},
        EXTERNAL | {"spec": None},
        PLAIN | {"metadata": {"name": "other"}, "stringData": {"TOKEN": "${TOKEN}"}},
    ],
)
def test_an_envelope_of_something_else_is_none_of_ours(
    manifests: Manifests, manifest: Mapping[str, Any]
) -> None:
    assert manifests.run("doctor", manifest).stdout == "0 examined: 0 errors, 0 warnings\n"


@pytest.mark.parametrize("password", ["a$b", "${", "a<b>c", "{}", "$1", "p{{w"])
def test_a_value_that_is_no_placeholder_is_examined(manifests: Manifests, password: str) -> None:
    manifest = env(S3 | {"env_auth": "maybe"})
    manifest["stringData"] = {"RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY": password}
    assert "option-value" in manifests.run("doctor", manifest).stdout


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".gitlab-ci.yml", "job:\n  script:\n    - !reference [a, b]\n"),
        ("template.yaml", "{{- if .Values.x }}\nkind: Secret\n{{- end }}\n"),
        ("twice.yaml", "kind: Secret\nmetadata: {name: a}\nkind: Secret\n"),
    ],
)
def test_an_unreadable_file_does_not_hide_the_others(manifests: Manifests, name: str, text: str) -> None:
    (manifests.folder / name).write_text(text)
    result = manifests.run("doctor", UNKNOWN_TYPE)
    assert result.exit_code == 2
    assert "error unknown-backend" in result.stdout
    assert f"{name} " in result.stderr
