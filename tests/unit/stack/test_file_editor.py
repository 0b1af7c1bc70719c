"""Entries are added to a stack's file, and the rest of the file stays unchanged."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from seldon_secrets_pulumi.stack.file_editor import StackFile, UnusableFile, credential_values
from seldon_secrets_pulumi.stack.file_reader import config_in
from tests.support.canaries import CANARY
from tests.support.leaks import leaks

TEXT = """\
encryptionsalt: v1:salt # the passphrase's
# Ours
config:
  # the namespaces
  seldon-secrets:namespaces: [team-a, "team-b"]
  seldon-secrets:buckets:
    - remote: models # first
      type: gcs
      anonymous: true
  aws:region: eu-central-1
"""
ENTRY: Any = {
    "remote": "data",
    "namespaces": ["team-a"],
    "type": "webdav",
    "parameters": {
        "url": f"https://user:{CANARY}@files.example.com",
        "headers": f"Cookie,{CANARY}",
        "pass": CANARY,
        "user": "0123",
        "vendor": "other",
        "no_check_certificate": "true",
    },
    "labels": {"answer": "yes"},
}
SETTINGS: Any = {"buckets": [{}]}


def written(folder: Path, text: str | None, entry: Any, settings: Any = SETTINGS) -> str:
    path = folder / "Pulumi.dev.yaml"
    if text is not None:
        path.write_text(text)
        path.chmod(0o600)
    file = StackFile(path, settings)
    file.set("kubernetes:enableSecretMutable", "true")
    ciphertexts = {path: f"v1:{'.'.join(path)}" for path in credential_values("buckets", entry)}
    file.add("buckets", entry, ciphertexts)
    file.write({**file.header, "encryptionsalt": "v1:salt"})
    assert [it.name for it in folder.iterdir()] == ["Pulumi.dev.yaml"]
    return path.read_text()


def test_comments_order_and_quotes_stay(tmp_path: Path) -> None:
    text = written(tmp_path, TEXT, ENTRY)
    kept = iter(text.splitlines())
    assert all(line in kept for line in TEXT.splitlines()), text
    assert (tmp_path / "Pulumi.dev.yaml").stat().st_mode & 0o777 == 0o600


def test_possible_credentials_are_encrypted_and_the_rest_is_plain(tmp_path: Path) -> None:
    text = written(tmp_path, TEXT, ENTRY)
    assert leaks(text, {"credential": CANARY}) == []
    config = yaml.safe_load(text)["config"]
    parameters = config["seldon-secrets:buckets"][1]["parameters"]
    assert {name for name, it in parameters.items() if isinstance(it, dict)} == {"url", "headers", "pass"}
    assert (parameters["user"], parameters["no_check_certificate"]) == ("0123", "true")
    assert config["seldon-secrets:buckets"][1]["labels"] == {"answer": "yes"}
    assert config["kubernetes:enableSecretMutable"] == "true"


def test_each_ciphertext_takes_the_place_of_its_credential(tmp_path: Path) -> None:
    values = credential_values("buckets", ENTRY)
    [_, entry] = yaml.safe_load(written(tmp_path, TEXT, ENTRY))["config"]["seldon-secrets:buckets"]
    assert values == {("parameters", name): ENTRY["parameters"][name] for name in ("headers", "pass", "url")}
    for _, name in values:
        assert entry["parameters"][name] == {"secure": f"v1:parameters.{name}"}


@pytest.mark.parametrize(
    "text", [None, "", "encryptionsalt: v1:salt\n", "config:\n  seldon-secrets:buckets: []\n"]
)
def test_a_file_without_entries_gets_them(tmp_path: Path, text: str | None) -> None:
    content = yaml.safe_load(written(tmp_path, text, ENTRY, settings={}))
    assert content["encryptionsalt"] == "v1:salt"
    assert [it["remote"] for it in content["config"]["seldon-secrets:buckets"]] == ["data"]


@pytest.mark.parametrize(
    "setting",
    ["seldon-secrets:buckets: {secure: v1:x}", "seldon-secrets:buckets: '[{}]'", "aws:region: x"],
)
def test_a_list_that_is_not_all_in_the_file_is_not_replaced(tmp_path: Path, setting: str) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  {setting}\n")
    with pytest.raises(UnusableFile, match="seldon-secrets:buckets is set outside"):
        StackFile(tmp_path / "Pulumi.dev.yaml", SETTINGS)


def test_a_broken_file_is_told_without_its_lines(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config: [{CANARY}\n")
    with pytest.raises(UnusableFile) as raised:
        StackFile(tmp_path / "Pulumi.dev.yaml", {})
    assert CANARY not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# ours",
        "# ours\n---\n",
        "null\n",
        "config:\n",
        "config: ~\n",
        "config:\n  # ours\n",
        "encryptionsalt: v1:salt\n",
        "config:\n  # ours\nencryptionsalt: v1:salt\n",
    ],
)
def test_a_file_without_settings_is_an_empty_configuration(tmp_path: Path, text: str) -> None:
    assert config_in(text) == {}
    after = written(tmp_path, text, ENTRY, {})
    assert config_in(after).keys() == {"seldon-secrets:buckets", "kubernetes:enableSecretMutable"}
    assert ("# ours" in after) is ("# ours" in text)
    assert after.count("v1:salt") == 1
