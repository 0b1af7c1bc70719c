"""The plugin as Pulumi starts it for a YAML program, with manifests instead of a cluster."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from .parts.isolated_engine import IsolatedEngine

CHECKOUT = Path(__file__).parents[2]
COMPONENTS = 200


class Project:
    """A YAML program whose Secrets are rendered into its folder."""

    def __init__(self, engine: IsolatedEngine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.declare({})
        self.pulumi("stack", "init", "test")
        self.engine.configure(
            folder,
            {"kubernetes:renderYamlToDirectory": "manifests", "kubernetes:enableSecretMutable": "true"},
        )

    def declare(self, resources: dict[str, Any], packages: dict[str, str] | None = None) -> None:
        program = {"name": "plugin", "runtime": "yaml", "resources": resources, "packages": packages or {}}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(program))

    def pulumi(self, *arguments: str) -> str:
        return self.engine.pulumi(*arguments, cwd=self.folder).stdout

    def manifests(self) -> dict[str, dict[str, str]]:
        """What the rendered Secrets hold, by name."""
        found = [
            yaml.safe_load(it.read_text()) for it in (self.folder / "manifests" / "1-manifest").iterdir()
        ]
        return {
            it["metadata"]["name"]: {
                key: base64.b64decode(value).decode() for key, value in it["data"].items()
            }
            for it in found
        }

    def secrets(self) -> dict[str, str]:
        """The ids of the Secrets in the state, by resource name."""
        resources = json.loads(self.pulumi("stack", "export"))["deployment"]["resources"]
        return {
            it["urn"].rpartition("::")[2]: it["id"]
            for it in resources
            if it["type"] == "kubernetes:core/v1:Secret"
        }


@pytest.fixture
def project(isolated_engine: IsolatedEngine, tmp_path: Path) -> Project:
    return Project(isolated_engine, tmp_path)


def s3(remote: str, **options: Any) -> dict[str, Any]:
    properties = {
        "remote": remote,
        "namespace": "team",
        "accessKeyId": f"id-{remote}",
        "secretAccessKey": f"key-{remote}",
        "formats": ["env_var"],
    }
    return {"type": "seldon-secrets:S3BucketSecret", "properties": properties, "options": options}


def test_many_components_at_once(project: Project) -> None:
    remotes = [f"r{number}" for number in range(COMPONENTS)]
    project.declare({remote: s3(remote) for remote in remotes})
    # Most of the time would go into writing the state after each step.
    project.engine.env |= {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
    project.pulumi("up", "--yes", "--skip-preview")
    found = project.manifests()
    assert len(found) == COMPONENTS
    for remote in remotes:
        data = found[f"{remote}-bucket-envvars"]
        assert data[f"RCLONE_CONFIG_{remote.upper()}_ACCESS_KEY_ID"] == f"id-{remote}"
        assert data[f"RCLONE_CONFIG_{remote.upper()}_SECRET_ACCESS_KEY"] == f"key-{remote}"
    project.pulumi("preview", "--expect-no-changes")


def test_a_renamed_component_keeps_its_secrets(project: Project) -> None:
    project.declare({"before": s3("models")})
    project.pulumi("up", "--yes", "--skip-preview")
    (id_before,) = project.secrets().values()
    (alias,) = (line for line in project.pulumi("stack", "--show-urns").split() if line.endswith("::before"))
    project.declare({"after": s3("models", aliases=[alias])})
    project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert project.secrets() == {"after-bucket-envvars": id_before}


def test_a_checkout_is_a_package(project: Project) -> None:
    # From no plugin on PATH: the folder is asked for, and run by Python's language plugin.
    environment = project.engine.env
    hidden = project.folder / "bin"
    hidden.mkdir()
    for name in ("python3", "python"):
        (hidden / name).write_text(f'#!/bin/sh\nexec {environment["VIRTUAL_ENV"]}/bin/python "$@"\n')
        (hidden / name).chmod(0o755)
    environment["PATH"] = environment["PATH"].replace(f"{environment['VIRTUAL_ENV']}/bin", str(hidden))
    project.pulumi("package", "add", str(CHECKOUT))
    packages = yaml.safe_load((project.folder / "Pulumi.yaml").read_text())["packages"]
    assert packages == {"seldon-secrets": str(CHECKOUT)}
    project.declare({"models": s3("models")}, packages)
    project.pulumi("up", "--yes", "--skip-preview")
    assert list(project.manifests()) == ["models-bucket-envvars"]
