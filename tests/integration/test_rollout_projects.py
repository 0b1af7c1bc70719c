"""`rollout` over stacks whose settings are in another folder, and over programs in another language."""

import secrets
from pathlib import Path

import pytest
import yaml

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.command import rollout
from .support.environments import Environments

YAML_PROGRAM = """
name: credentials
runtime: yaml
config:
  kubernetes:enableSecretMutable: {value: "true"}
  namespace: {type: string}
  secretAccessKey: {type: string, secret: true}
resources:
  models:
    type: seldon-secrets:S3BucketSecret
    properties:
      remote: models
      namespace: ${namespace}
      accessKeyId: AKIAIOSFODNN7EXAMPLE
      secretAccessKey: ${secretAccessKey}
"""


@pytest.mark.parametrize("runtime", ["python", {"name": "python", "options": {"toolchain": "uv"}}])
def test_a_project_whose_settings_are_in_another_folder(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path, runtime: object
) -> None:
    """`stackConfigDir` names the folder of the settings, and `main` the one of the program."""
    project = tmp_path / "project"
    project.mkdir()
    environment = Environments(isolated_engine, control_plane, project, ("dev",))
    file = project / "Pulumi.yaml"
    content = yaml.safe_load(file.read_text())
    content |= {"runtime": runtime, "stackConfigDir": "settings", "main": "program"}
    file.write_text(yaml.safe_dump(content))
    for name, folder in (("Pulumi.dev.yaml", "settings"), ("__main__.py", "program")):
        (project / folder).mkdir()
        (project / name).rename(project / folder / name)
    environment.folder = tmp_path
    printed = environment.rollout("dev", "--yes", "--cwd", "project")
    assert "dev: done, 3 Secrets verified" in printed
    assert environment.passwords() == {"dev": environment.password}
    environment.identities["dev"].permit(without="get")
    printed = environment.rollout("dev", "--yes", "--cwd", "project", code=1)
    assert "continue with: seldon-secrets rollout dev --yes --cwd project" in printed
    environment.identities["dev"].permit()


def test_a_program_in_yaml(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path
) -> None:
    """Pulumi starts the plugin itself."""
    namespace = control_plane.create_namespace()
    isolated_engine.env |= {"KUBECONFIG": str(control_plane.kubeconfig), "CI": "true"}
    (tmp_path / "Pulumi.yaml").write_text(YAML_PROGRAM)
    canaries = {}
    isolated_engine.pulumi("stack", "init", "only", cwd=tmp_path)
    isolated_engine.pulumi("config", "set", "namespace", namespace, cwd=tmp_path)
    for changes in ("3 to create, 0 to update", "0 to create, 2 to update"):
        secret = canaries[changes] = secrets.token_urlsafe(24)
        isolated_engine.pulumi("config", "set", "--secret", "secretAccessKey", cwd=tmp_path, text=secret)
        printed = rollout(tmp_path, isolated_engine.env, canaries, "only", "--yes")
        assert changes in printed
        assert "only: done, 2 Secrets verified" in printed
        data = control_plane.secret_data(namespace, "models-bucket-envvars")
        assert data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode() == secret
