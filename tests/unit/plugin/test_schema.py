"""The schema that Pulumi and the SDK generators read."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.plugin.provider import SeldonSecretsProvider
from seldon_secrets_pulumi.plugin.schema import CREDENTIALS, complete
from seldon_secrets_pulumi.stack.entry import setting

GOLDEN = Path(__file__).parent / "golden" / "schema.json"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SeldonSecretsProvider().schema or "")
    return schema


def test_the_schema_is_the_expected_one(schema: dict[str, Any]) -> None:
    # After an intended change: python -m tests.unit.plugin.test_schema
    assert schema == json.loads(GOLDEN.read_text())


def test_everything_is_described_without_indentation(schema: dict[str, Any]) -> None:
    for token, resource in schema["resources"].items():
        described = {token: resource, **resource["inputProperties"], **resource["properties"]}
        for name, definition in described.items():
            assert definition["description"], f"{token} {name}"
            assert not re.search(r"^ ", definition["description"], re.MULTILINE), f"{token} {name}"


def test_exactly_the_properties_described_as_secret_are_secret(schema: dict[str, Any]) -> None:
    for token, resource in schema["resources"].items():
        for name, definition in {**resource["inputProperties"], **resource["properties"]}.items():
            called_so = bool(re.search(r"\.\s+Secret\.", definition["description"]))
            # Maps may hold credentials beside what is none.
            expected = called_so or name in {"parameters", "env"}
            assert definition.get("secret", False) is expected, f"{token} {name}"


def test_required_inputs(schema: dict[str, Any]) -> None:
    required = {
        token.rpartition(":")[2]: resource["requiredInputs"]
        for token, resource in schema["resources"].items()
    }
    assert required["S3BucketSecret"] == ["namespace", "remote"]
    assert required["RcloneBucketSecret"] == ["namespace", "parameters", "remote", "type"]
    assert required["RegistrySecret"] == ["namespace", "secretName"]


def test_no_version_of_another_package_is_pinned(schema: dict[str, Any]) -> None:
    analyzed = {"resources": {}, "dependencies": [{"name": "kubernetes", "version": "4.25.0"}]}
    assert "dependencies" not in complete(analyzed, {}, {})
    assert "dependencies" not in schema
    # The SDKs have the version of this package, and nothing else is fixed for a language.
    languages = ("nodejs", "python", "csharp", "java", "go")
    assert schema["language"] == {name: {"respectSchemaVersion": True} for name in languages}


def test_every_credential_is_a_property_of_the_schema(schema: dict[str, Any]) -> None:
    resources = schema["resources"].values()
    properties = {
        name for resource in resources for name in (*resource["inputProperties"], *resource["properties"])
    }
    # Raw Secrets, the only ones with `data`, have no component.
    assert {setting(name) for name in CREDENTIALS - {"data"}} <= properties


def test_the_schema_needs_no_kubernetes_sdk() -> None:
    # Half a second, which the first component pays and not the schema.
    program = (
        "import sys; from seldon_secrets_pulumi.plugin.provider import SeldonSecretsProvider;"
        "SeldonSecretsProvider(); print([it for it in sys.modules if it.startswith('pulumi_kubernetes')])"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout == "[]\n"


def test_the_snippet_in_the_documentation_is_the_example() -> None:
    root = Path(__file__).parents[3]
    (snippet,) = re.findall(r"```yaml\n(.*?)```", (root / "docs" / "languages.md").read_text(), re.DOTALL)
    assert snippet in (root / "examples" / "yaml" / "Pulumi.yaml").read_text()


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(json.loads(SeldonSecretsProvider().schema or ""), indent=2) + "\n")
