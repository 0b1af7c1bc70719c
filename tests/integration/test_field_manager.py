"""The owner of a Secret's fields after kills, renamed stacks and upgrades: no later rotation may conflict."""

from pathlib import Path

import pytest
import yaml

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.command import rollout

PROGRAM = """
import os

from seldon_secrets_pulumi.components import secret
from seldon_secrets_pulumi.stack import SeldonSecrets

if "WITHOUT_MANAGER" in os.environ:  # as before Secrets had the annotation
    secret._with_stack = lambda annotations: annotations
    secret._fixed_annotations = lambda annotations: []
SeldonSecrets("seldon-secrets")
"""
UNCHANGED = "--expect-no-changes"
SECRET = "models-bucket-envvars"


class Project:
    """A project with one stack and one Secret."""

    def __init__(self, engine: IsolatedEngine, cluster: ControlPlane, folder: Path, namespace: str) -> None:
        self.engine, self.cluster, self.folder, self.namespace = engine, cluster, folder, namespace
        (folder / "Pulumi.yaml").write_text("name: project\nruntime: python\n")
        (folder / "__main__.py").write_text(PROGRAM)
        engine.env["KUBECONFIG"] = str(cluster.kubeconfig)
        self.create_stack("dev")

    def create_stack(self, name: str) -> None:
        self.stack = name
        self.engine.pulumi("stack", "init", name, cwd=self.folder)

    def rename(self, name: str) -> None:
        self.engine.pulumi("stack", "rename", name, cwd=self.folder)
        self.stack = name

    def rotate(self, password: str) -> None:
        file = self.folder / f"Pulumi.{self.stack}.yaml"
        content = yaml.safe_load(file.read_text())
        content["config"] = {
            "kubernetes:enableSecretMutable": "true",
            "seldon-secrets:namespaces": [self.namespace],
            "seldon-secrets:buckets": [
                {
                    "remote": "models",
                    "type": "s3",
                    "formats": ["env_var"],
                    "accessKeyId": "AKIA",
                    "secretAccessKey": password,
                }
            ],
        }
        file.write_text(yaml.safe_dump(content))

    def up(self, *options: str, fails: bool = False, with_manager: bool = True) -> str:
        env = {} if with_manager else {"WITHOUT_MANAGER": "1"}
        finished = self.engine.pulumi(
            "up", "--yes", "--skip-preview", *options, cwd=self.folder, check=not fails, env=env
        )
        assert (finished.returncode != 0) == fails
        return finished.stdout + finished.stderr

    def rollout(self, *options: str, code: int = 0) -> str:
        env = {**self.engine.env, "CI": "true"}
        return rollout(self.folder, env, {}, self.stack, *options, code=code)

    def lose_state(self) -> None:
        """Restore the state from before the first update, as if a SIGKILL had kept it from being saved."""
        empty = self.folder / "empty.json"
        empty.write_text('{"version": 3, "deployment": {}}')
        self.engine.pulumi("stack", "import", "--file", str(empty), cwd=self.folder)

    def password(self) -> str:
        data = self.cluster.secret_data(self.namespace, SECRET)
        return data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode()

    def managers(self) -> list[str]:
        secret = self.cluster.core.read_namespaced_secret(SECRET, self.namespace)
        assert secret.metadata
        return sorted(str(entry.manager) for entry in secret.metadata.managed_fields or [])


@pytest.fixture
def project(isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path) -> Project:
    project = Project(isolated_engine, control_plane, tmp_path, control_plane.create_namespace())
    project.rotate("first")
    return project


def test_a_killed_first_update_and_then_rotations(project: Project) -> None:
    project.up()
    project.lose_state()
    project.up()
    for password in ("second", "third"):
        project.rotate(password)
        project.up()
        assert project.password() == password
    assert project.managers() == ["seldon-secrets/project/dev"]
    project.lose_state()
    project.rotate("fourth")  # before the next update, which creates the Secret again
    project.up()
    assert project.password() == "fourth"
    project.up("--refresh", UNCHANGED)


def test_a_renamed_stack_keeps_its_field_manager(project: Project) -> None:
    project.up()
    project.rename("renamed")
    project.rotate("second")
    project.up()
    project.rotate("third")
    project.up()
    project.up(UNCHANGED)
    assert project.password() == "third"
    assert project.managers() == ["seldon-secrets/project/dev"]


@pytest.mark.parametrize("with_rotation", [False, True])
def test_an_upgrade_of_a_stack_without_the_annotation(project: Project, with_rotation: bool) -> None:
    project.up(with_manager=False)
    if with_rotation:
        project.rotate("second")
    project.rollout("--yes")
    project.up(UNCHANGED)
    project.rotate("third")
    project.rollout("--yes")
    assert project.password() == "third"
    project.up("--refresh", UNCHANGED)


def test_rollout_takes_over_from_a_lost_field_manager(project: Project) -> None:
    project.up(with_manager=False)
    project.lose_state()
    project.up()
    project.rotate("second")
    lost, current = project.managers()
    assert f'conflict with "{lost}": .data' in " ".join(project.up(fails=True).split())
    printed = project.rollout("--dry-run")
    assert f"takes over the fields of 1 Secret from {lost}" in printed
    assert "1 to update" in printed
    assert (project.managers(), project.password()) == ([lost, current], "first")
    project.rollout("--yes")
    assert (project.managers(), project.password()) == ([current], "second")
    project.rotate("third")
    project.up()
    project.up(UNCHANGED)


def test_two_stacks_with_one_secret_conflict(project: Project) -> None:
    project.up()
    project.create_stack("other")
    project.rotate("second")
    assert 'conflicts with "seldon-secrets/project/dev"' in project.up(fails=True)
    assert "exists already, from the stack 'project/dev'" in project.rollout("--yes", code=3)
    project.rotate("first")  # the same data
    project.up(fails=True)
    assert project.password() == "first"
    assert project.managers() == ["seldon-secrets/project/dev"]


def test_rollout_takes_nothing_over_from_another_tool(project: Project) -> None:
    project.up()
    body = {"stringData": {"RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY": "edited"}}
    project.cluster.core.patch_namespaced_secret(
        SECRET, project.namespace, body, field_manager="kubectl-edit"
    )
    project.rotate("second")
    printed = project.rollout("--yes", code=1)
    assert f'{project.namespace}/{SECRET}: conflict with "kubectl-edit" using v1: .data.RCLONE_' in printed
    assert 'docs/rollout.md, "Field conflicts"' in printed
    assert project.password() == "edited"
