"""The program that `import --to python` prints is formatted, runs, and does not change existing Secrets."""

import subprocess
import sys
from pathlib import Path

from seldon_secrets_pulumi.adoption.plan import StackContents, plan
from seldon_secrets_pulumi.adoption.python_program import credential_settings
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.inventory.source import ClusterSource
from seldon_secrets_pulumi.stack.file_editor import credential_values

from .parts.control_plane import ControlPlane
from .support.import_project import Project


def required_settings(project: Project, namespace: str) -> dict[str, str]:
    """The value of each setting that the program requires."""
    source = ClusterSource(Cluster(kubeconfig=str(project.cluster.kubeconfig)), [namespace])
    entries = plan(source.secrets(), StackContents()).entries
    return {
        name: credential_values(entry.kind, entry.settings)[path]
        for entry, names in zip(entries, credential_settings(entries), strict=True)
        for path, name in names.items()
    }


def test_the_program_declares_the_existing_secrets(
    native_parts: Path, control_plane: ControlPlane, tmp_path: Path
) -> None:
    project = Project(native_parts, control_plane, tmp_path)
    namespace = project.cluster.create_namespace()
    project.live.create_every_importable_kind(namespace, project.live.canary("shared"))
    before = project.secrets(namespace)
    finished = project.run("-n", namespace, "--to", "python")
    assert finished.returncode == 0, finished.stderr
    folder = project.folder.parent / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: program\nruntime: python\n")
    file = folder / "__main__.py"
    file.write_text(finished.stdout)
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert formatted.returncode == 0, formatted.stdout + formatted.stderr
    project.engine.pulumi("stack", "init", "test", cwd=folder)
    lines = finished.stdout.splitlines()
    commands = [line[4:].split() for line in lines if line.startswith("#   pulumi config set ")]
    values = required_settings(project, namespace)
    secret_commands = [command for command in commands if "--secret" in command]
    assert all(command[:-1] == ["pulumi", "config", "set", "--secret"] for command in secret_commands)
    assert {command[-1] for command in secret_commands} == values.keys()
    mutable = next(command for command in commands if "enableSecretMutable" in command[-2])
    project.engine.pulumi(*mutable[1:], cwd=folder)
    project.engine.configure(folder, secret=values)
    copies = [line.split() for line in lines if line.startswith("#   kubectl annotate ")]
    for *_, name, annotation in copies:
        removed = {"metadata": {"annotations": {annotation.removesuffix("-"): None}}}
        project.cluster.core.patch_namespaced_secret(name, namespace, removed)
    assert len(copies) == 7
    project.engine.pulumi("up", "--yes", "--skip-preview", cwd=folder)
    assert project.secrets(namespace) == before
    project.engine.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", cwd=folder)
    assert project.leaked() == {}
    setting = next(name for name in values if name.startswith("data0"))
    rotated = project.live.canary("rotated")
    project.engine.pulumi("config", "set", "--secret", setting, cwd=folder, text=rotated)
    forced = {"PULUMI_K8S_ENABLE_PATCH_FORCE": "true"}
    printed = project.engine.pulumi("up", "--yes", "--skip-preview", cwd=folder, env=forced).stdout
    assert "2 updated" in printed
    project.engine.pulumi("stack", "rm", "--force", "--yes", "test", cwd=folder)
