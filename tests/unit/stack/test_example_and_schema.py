"""`Pulumi.example.yaml` is valid for the package and for an editor, and the schema is that of the models."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.stack.expansion import declared_secrets
from seldon_secrets_pulumi.stack.schema import schema
from tests.support.keys import key_file

ROOT = Path(__file__).parents[3]


@pytest.fixture
def example() -> Any:
    return yaml.safe_load((ROOT / "Pulumi.example.yaml").read_text())


def errors(content: Any) -> list[str]:
    return [it.json_path for it in Draft7Validator(schema()).iter_errors(content)]


def test_the_example_declares_what_it_says(
    example: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "azure.key").write_text("b25seSBmb3IgdGVzdHM=\n")
    (tmp_path / "sa.json").write_text(key_file())
    login = {"auths": {"registry.example.com": {"username": "u", "password": "p"}}}
    (tmp_path / "docker-config.json").write_text(json.dumps(login))
    for name in (
        "MODELS_SECRET_ACCESS_KEY",
        "MINIO_ACCESS_KEY_ID",
        "MINIO_SECRET_ACCESS_KEY",
        "WEBDAV_PASSWORD",
        "GHCR_TOKEN",
        "CUSTOM_TOKEN",
    ):
        monkeypatch.setenv(name, "only-for-tests")
    settings = {
        name.removeprefix("seldon-secrets:"): value
        for name, value in example["config"].items()
        if name.startswith("seldon-secrets:")
    }
    found = declared_secrets(settings, tmp_path, FormatLabel())
    # Five remotes in two formats and namespaces, the custom one in two namespaces, one in a single one; a login
    # in one namespace and one in two; a Secret key by key in one.
    assert len(found) == 5 * 2 * 2 + 2 + 1 + 1 + 2 + 1
    assert {it.labels["example.com/owner"] for it in found} == {"platform", "data"}


def test_the_schema_accepts_the_example_and_what_pulumi_encrypts(example: Any) -> None:
    assert errors(example) == []
    example["config"]["seldon-secrets:buckets"][0]["secretAccessKey"] = {"secure": "v1:x"}
    assert errors(example) == []


def test_the_schema_finds_mistakes(example: Any) -> None:
    bucket = example["config"]["seldon-secrets:buckets"][0]
    bucket["secretAcessKey"] = "x"
    assert errors(example)
    del bucket["secretAcessKey"]
    bucket["formats"] = ["env-var"]
    assert errors(example)
    del bucket["formats"]
    example["config"]["seldon-secrets:bucket"] = []
    assert errors(example)
    del example["config"]["seldon-secrets:bucket"]
    example["config"]["seldon-secrets-quickstart:bucket"] = []
    assert errors(example) == []


def test_the_published_schema_is_up_to_date() -> None:
    Draft7Validator.check_schema(schema())
    published = json.loads((ROOT / "Pulumi.schema.json").read_text())
    assert published == schema(), "write it again with `make schema`"
