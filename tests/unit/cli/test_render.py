"""`render`: from every form of settings to manifests, and the errors."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.stack.expansion import declared_secrets
from tests.support.canaries import CANARY

SETTINGS: dict[str, Any] = {
    "namespaces": ["team-a", "team-b"],
    "labels": {"owner": "yes", "n": "0123"},
    "buckets": [
        {"remote": "models", "type": "s3", "accessKeyId": "AKIA", "secretAccessKey": CANARY},
        {
            "remote": "123",
            "type": "initializer",
            "env": {"NO": "", "on": "1", "TOKEN": "Größe"},
            "annotations": {"example.com/note": 'a: b # "c"\n- ü😀\x7f\u2028', "true": "~"},
        },
    ],
    "registries": [{"name": "ghcr", "server": "ghcr.io", "username": "bot", "password": CANARY}],
}
CONFIG = {f"seldon-secrets:{name}": value for name, value in SETTINGS.items()}
OF_PULUMI = {
    name: {"value": json.dumps(value), "objectValue": value, "secret": name == "seldon-secrets:buckets"}
    for name, value in CONFIG.items()
}


def run(content: object, folder: Path | None = None, *options: str) -> Result:
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    if folder is None:
        return CliRunner().invoke(app, ["render", "-", *options], input=text)
    file = folder / "secrets.yaml"
    file.write_text(text)
    return CliRunner().invoke(app, ["render", str(file), *options])


def rendered(content: object, folder: Path | None = None) -> list[dict[str, Any]]:
    result = run(content, folder)
    assert result.exit_code == 0, result.stderr
    return list(yaml.safe_load_all(result.stdout))


def refused(content: object, folder: Path | None = None) -> str:
    result = run(content, folder)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert CANARY not in result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    "content",
    [
        SETTINGS,
        CONFIG | {"kubernetes:enableSecretMutable": "true"},
        {"encryptionsalt": "v1:abc", "config": CONFIG | {"kubernetes:enableSecretMutable": "true"}},
        CONFIG | {"seldon-secrets:buckets": json.dumps(SETTINGS["buckets"])},
        json.dumps(SETTINGS),
        json.dumps(OF_PULUMI | {"kubernetes:enableSecretMutable": {"value": "true", "secret": False}}),
    ],
    ids=["plain", "prefixed", "stack file", "set as text", "json", "pulumi config"],
)
def test_every_form_of_settings_gives_the_secrets_of_the_stack(content: object) -> None:
    assert rendered(content) == [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": secret.name,
                "namespace": secret.namespace,
                "labels": dict(secret.labels),
                **({"annotations": dict(secret.annotations)} if secret.annotations else {}),
            },
            "type": secret.type,
            "data": {key: base64.b64encode(value.encode()).decode() for key, value in secret.data.items()},
        }
        for secret in declared_secrets(SETTINGS, Path(), FormatLabel())
    ]


def test_the_text_of_a_manifest() -> None:
    settings = {
        "namespaces": ["team"],
        "buckets": [{"remote": "models", "type": "gcs", "anonymous": True, "formats": ["config_param"]}],
    }
    value = '{"name":"models","parameters":{"anonymous":"true"},"type":"google cloud storage"}'
    assert (
        run(settings).stdout
        == f"""---
apiVersion: v1
kind: Secret
metadata:
  name: models-bucket-params
  namespace: team
  labels:
    secret-type: bucket
    seldon-deploy: "true"
    app.kubernetes.io/managed-by: pulumi
    bucket-secret-format: config_param
type: Opaque
data:
  models: {base64.b64encode(value.encode()).decode()}
"""
    )


def test_the_format_label_of_the_settings() -> None:
    label = {"formatLabelKey": "example.com/format", "formatLabelEnvVar": "env"}
    labels = rendered(SETTINGS | label)[0]["metadata"]["labels"]
    assert labels["example.com/format"] == "env"
    assert "bucket-secret-format" not in labels
    without = rendered(SETTINGS | {"formatLabelKey": ""})[0]["metadata"]["labels"]
    assert without.keys() == labels.keys() - {"example.com/format"}
    wrong = refused(SETTINGS | {"formatLabelKey": "a b", "formatLabelEnvVar": 1})
    assert "formatLabelKey: 'a b' must be" in wrong
    assert "formatLabelEnvVar: must be a string" in wrong


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(CANARY)
    bucket = SETTINGS["buckets"][0] | {"secretAccessKey": {"file": "key"}}
    assert rendered({"namespaces": ["a"], "buckets": [bucket]}, tmp_path) == rendered(
        {"namespaces": ["a"], "buckets": SETTINGS["buckets"][:1]}
    )


def test_every_problem_is_one_line() -> None:
    bucket = SETTINGS["buckets"][0] | {"regoin": "eu", "remote": "A"}
    lines = refused({"namespaces": ["a"], "buckets": [bucket]}).splitlines()
    assert len(lines) == 2
    assert all(line.startswith("seldon-secrets: buckets[0].re") for line in lines)


def test_encrypted_values() -> None:
    bucket = SETTINGS["buckets"][0] | {"secretAccessKey": {"secure": "v1:abc"}}
    in_a_file = refused({"config": {"seldon-secrets:buckets": [bucket]}})
    assert in_a_file.startswith(
        "seldon-secrets: buckets[0].secretAccessKey: is encrypted; use `pulumi config"
    )
    hidden = refused({"seldon-secrets:buckets": {"secret": True}})  # without --show-secrets
    assert hidden.startswith("seldon-secrets: buckets: is encrypted")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"buckets: [\n*{CANARY}", "the file is not valid YAML (line 2, column "),
        (f'{{"buckets": "{CANARY}', "the file is not valid JSON (line 1, column 13)"),
        (CANARY, "must be a mapping"),
        ("", "none of the settings buckets, registries, secrets is set"),
        ("config:\n  seldon-secret:buckets: []", "did you mean seldon-secrets:buckets?"),
        ("buckets: " + "[" * 100_000, "is nested too deeply"),
        (f"config: {CANARY}", "config: must be a mapping"),
        (f"buckets: {CANARY}", "buckets: must be a list"),
        ("bucket: []", "did you mean buckets?"),
    ],
)
def test_text_that_is_not_settings(text: str, why: str) -> None:
    message = refused(text)
    assert why in message
    assert message.count("\n") == 1


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    file.write_bytes(b"\xff\xfe")
    result = CliRunner().invoke(app, ["render", str(file)])
    assert (result.exit_code, result.stderr) == (2, "seldon-secrets: the file is not UTF-8 text\n")


def test_a_file_without_an_end() -> None:
    result = CliRunner().invoke(app, ["render", "/dev/zero"])
    assert result.exit_code == 2
    assert result.stderr.startswith("seldon-secrets: the file is larger than 4 MiB")


def test_files_outside_the_folder_need_a_setting(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(CANARY)
    (tmp_path / "folder").mkdir()
    bucket = SETTINGS["buckets"][0] | {"secretAccessKey": {"file": "../key"}}
    settings = {"namespaces": ["a"], "buckets": [bucket]}
    assert "is outside the project's folder" in refused(settings, tmp_path / "folder")
    assert rendered(settings | {"allowFilesOutsideProject": True}, tmp_path / "folder")


def test_settings_without_secrets() -> None:
    result = run({"buckets": []})
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing" not in result.stderr
    assert "no bucket and no registry" in result.stderr


@pytest.mark.parametrize("kind", ["checkout", "linked work tree", "elsewhere", "forced"])
def test_credentials_are_not_written_into_a_work_tree(tmp_path: Path, kind: str) -> None:
    if kind == "linked work tree":
        (tmp_path / ".git").write_text("gitdir: /elsewhere/.git/worktrees/here\n")
    elif kind != "elsewhere":
        subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    folder = tmp_path / "manifests"
    folder.mkdir()
    out = folder / "secrets.yaml"
    command = [str(Path(sys.prefix, "bin", "seldon-secrets")), "render", "-"]
    with out.open("w") as file:
        finished = subprocess.run(
            [*command, *(["--force"] if kind == "forced" else [])],
            input=json.dumps(SETTINGS),
            stdout=file,
            stderr=subprocess.PIPE,
            cwd="/",
            text=True,
            check=False,
        )
    if kind in {"elsewhere", "forced"}:
        assert finished.returncode == 0, finished.stderr
        assert len(list(yaml.safe_load_all(out.read_text()))) == 8
    else:
        assert finished.returncode == 3
        assert out.read_text() == ""
        assert f"the git work tree {tmp_path};" in finished.stderr
        assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize("word", ["off", "on", "yes", "no", "2024-01-02x", "1:30:00"])
def test_a_word_in_a_file_stays_the_word_that_pulumi_reads(tmp_path: Path, word: str) -> None:
    entry = f"{{remote: own, type: initializer, namespaces: [team], env: {{WORD: {word}}}}}"
    (manifest,) = rendered(f"buckets:\n- {entry}\n", tmp_path)
    assert base64.b64decode(manifest["data"]["WORD"]).decode() == word
