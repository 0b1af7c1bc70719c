"""No Secret that a stranger wrote ends a command, hides the others, or reaches the terminal unseen."""

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.inventory.secret import read_secret
from seldon_secrets_pulumi.inventory.source import ManifestSource
from tests.support.canaries import CANARY
from tests.support.hostile_secrets import DEEP, HIDDEN, LONG, VALUES, stored
from tests.support.manifests import BUCKET
from tests.support.wrong_secrets import PARAMS, env, params

_COMMANDS = [
    ["list"],
    ["list", "--remotes"],
    ["list", "-o", "json"],
    ["list", "-o", "yaml"],
    ["doctor"],
    ["doctor", "-o", "json"],
    ["doctor", "-o", "sarif"],
    ["calibrate"],
]
COMMANDS = pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)


def run(command: list[str], folder: Path) -> Result:
    result = CliRunner().invoke(app, [*command, "--manifests", str(folder)], catch_exceptions=False)
    assert "unexpected" not in result.stderr
    assert CANARY not in result.output
    assert not set(result.output) & HIDDEN
    return result


def block(text: str) -> str:
    """A manifest in YAML with this line in its metadata."""
    return f"kind: Secret\nmetadata:\n  name: models-bucket-params\n  namespace: team\n  {text}\ndata: {{}}\n"


METADATA = {
    "cycle in a manifest": "a: &a {b: *a}\nkind: Secret\nmetadata: {name: models-bucket-params, labels: *a}\n",
    "control characters": stored(
        "{}", name="a\x1b[2J\u202eb\n-bucket-params", labels={"secret-type": "bucket\n\x07"}
    ),
    "numbers": stored("{}", name=5, namespace=6, labels={"secret-type": "bucket", "n": 7}),
    "booleans": stored("{}", labels={"secret-type": "bucket", "seldon-deploy": True}),
    "nulls": stored("{}", name=None, namespace=None, labels=None, annotations=None, ownerReferences=None),
    "lists": stored("{}", labels=[1], annotations=[2], managedFields={}, ownerReferences=[[3], None]),
    "objects": stored("{}", name={"a": 1}, labels={"secret-type": {"b": 2}}, creationTimestamp={}),
    "timestamps": block("labels: {secret-type: bucket, day: 2024-01-02}"),
    "time": block("creationTimestamp: 2024-01-02T03:04:05Z"),
    "unquoted label": block("labels: {secret-type: bucket, seldon-deploy: true}"),
    "binary label": block("labels: {secret-type: !!binary YnVja2V0}"),
    "merge": block("labels: {<<: &l {secret-type: bucket}, x: *l}"),
    "owners": stored("{}", ownerReferences=[{"kind": "\x1b[2J", "name": "\u202e", "controller": True}]),
    "ignores": stored("{}", annotations={"seldon-secrets.pulumi/ignore-checks": ";;\x1b[2J: ;"}),
    "type": json.dumps(params() | {"type": ["Opaque"]}),
    "data": json.dumps(params() | {"data": ["a"]}),
    "data of numbers": json.dumps(params() | {"data": {"models": 5}, "stringData": {"5": 6.5}}),
}


# YAML has no lone surrogates, but the JSON of an API server can contain them.
FROM_A_CLUSTER = {
    "names": stored("{}", name="\ud800-bucket-params", namespace="\udfff", annotations={"\udfff": "\ud800"}),
    "labels": stored("{}", labels={"secret-type": "bucket", "\ud800": "\udfff"}),
    "ignores": stored("{}", annotations={"seldon-secrets.pulumi/ignore-checks": "\ud800: ;\udfff"}),
    "keys and values": json.dumps(params() | {"data": None, "stringData": {"\ud800": "\udfff"}}),
    "type": json.dumps(params() | {"type": "\ud800"}),
}


@COMMANDS
def test_every_command_answers_for_a_folder(tmp_path: Path, command: list[str]) -> None:
    for number, (name, manifest) in enumerate({**VALUES, **METADATA}.items()):
        good = json.dumps(env(remote=f"good-{number}"))
        (tmp_path / f"{number} {re.sub(r'[^a-z ]', '', name)}.yaml").write_text(f"{manifest}\n---\n{good}\n")
    result = run(command, tmp_path)
    assert result.exit_code in ((0,) if command[0] == "list" else (0, 1)), result.stderr
    if command[0] == "list":
        assert all(f"good-{number}" in result.stdout for number in range(len(VALUES) + len(METADATA)))


@COMMANDS
def test_every_command_answers_for_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    manifests = [json.loads(text) for text in (*VALUES.values(), *FROM_A_CLUSTER.values())]
    secrets = [read_secret(manifest) for manifest in (*manifests, env(remote="good"))]
    monkeypatch.setattr(ManifestSource, "secrets", lambda *_: iter(secrets))
    result = run(command, tmp_path)
    assert result.exit_code in ((0,) if command[0] == "list" else (0, 1)), result.stderr
    result.output.encode()
    if command[0] == "list":
        assert "good" in result.stdout


UNREADABLE = {
    "long number": f"kind: Secret\nmetadata: {{name: {LONG}}}\n",
    "invalid date": "kind: Secret\nmetadata: {name: !!float x}\n",
    "tag": "kind: Secret\nmetadata: {name: !!python/object/apply:os.system [true]}\n",
    "key that is a list": "kind: Secret\nmetadata: {name: a, labels: {? [a] : b}}\n",
    "NUL": "kind: Secret\nmetadata: {name: a\x00}\n",
    "deep": "kind: Secret\nmetadata: " + "[" * DEEP,
    "deep block": "kind: Secret\nmetadata:\n" + "- " * DEEP,
    "syntax": f"kind: Secret\nmetadata: {CANARY}: a: b\n",
}


@COMMANDS
def test_unreadable_files_are_named_and_the_others_are_read(tmp_path: Path, command: list[str]) -> None:
    for name, manifest in UNREADABLE.items():
        (tmp_path / f"{name}.yaml").write_text(manifest)
    (tmp_path / "good.yaml").write_text(json.dumps(env(remote="good")))
    result = run(command, tmp_path)
    assert result.exit_code == 2
    for name in UNREADABLE:
        assert f"the answer is partial: {tmp_path / name}.yaml is" in result.stderr
    if command[0] == "list":
        assert "good" in result.stdout


@pytest.mark.parametrize("name", ["long number", "invalid date", "tag", "key that is a list"])
def test_an_unreadable_document_hides_no_other_in_its_file(tmp_path: Path, name: str) -> None:
    good = [json.dumps(env(remote=remote)) for remote in ("before", "after")]
    (tmp_path / "secrets.yaml").write_text(f"{good[0]}\n---\n{UNREADABLE[name]}\n---\n{good[1]}\n")
    result = run(["list", "-o", "json"], tmp_path)
    assert result.exit_code == 2
    assert [secret["remote"] for secret in json.loads(result.stdout)] == ["after", "before"]


def test_a_name_of_a_file_is_made_visible(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J\n.yaml").write_text("a: b: c")
    (tmp_path / os.fsdecode(b"b\xff.yaml")).write_text(json.dumps(params(type_="s33")))
    for command in _COMMANDS:
        result = run(command, tmp_path)
        assert result.stderr.count("the answer is partial") == 1
        assert "a\ufffd[2J\ufffd.yaml" in result.stderr
        assert "\x1b" not in result.output


def test_json_keeps_the_characters_as_escapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "a\x1b\u202e\ud800-bucket-params"
    secret = read_secret(json.loads(stored("{}", name=name)))
    monkeypatch.setattr(ManifestSource, "secrets", lambda *_: iter([secret]))
    text = run(["list", "-o", "json"], tmp_path).stdout
    assert text.isascii()
    assert json.loads(text)[0]["secret"] == name
    as_yaml = run(["list", "-o", "yaml"], tmp_path).stdout
    assert '- secret: "a\\e\\u202E\\uD800-bucket-params"\n' in as_yaml


def test_fields_that_are_not_strings_are_reported(tmp_path: Path) -> None:
    text = """
kind: Secret
metadata:
  name: 5
  namespace: team
  labels: {secret-type: bucket, seldon-deploy: true, day: 2024-01-02, 7: x}
  annotations: {n: 1.5}
type: [Opaque]
stringData: {RCLONE_CONFIG_MODELS_TYPE: s3, RCLONE_CONFIG_MODELS_ENV_AUTH: false}
"""
    (tmp_path / "secret.yaml").write_text(text)
    result = run(["doctor", "-o", "json", "--select", "not-a-string"], tmp_path)
    assert result.exit_code == 1
    assert {finding["detail"] for finding in json.loads(result.stdout)} == {
        "metadata.name",
        "metadata.labels.seldon-deploy",
        "metadata.labels (a key)",
        "metadata.annotations.n",
        "type",
        "stringData.RCLONE_CONFIG_MODELS_ENV_AUTH",
    }
    (secret,) = json.loads(run(["list", "-o", "json"], tmp_path).stdout)
    assert (secret["secret"], secret["remote"]) == ("5", "models")


def test_a_label_cannot_become_a_command_of_the_shell(tmp_path: Path) -> None:
    labels = BUCKET | {"fmt;echo $(id)": "config_param"}
    (tmp_path / "hostile.yaml").write_text(json.dumps(params(labels=labels)))
    result = run(["calibrate"], tmp_path)
    assert "pulumi config set seldon-secrets:formatLabelKey 'fmt;echo $(id)'\n" in result.stdout
    (tmp_path / "hostile.yaml").write_text(json.dumps(params(labels=BUCKET | PARAMS)))
    assert "formatLabelKey bucket-secret-format\n" in run(["calibrate"], tmp_path).stdout
