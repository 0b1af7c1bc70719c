"""`import --to python`: the printed program is formatted, runs, and leaves existing Secrets unchanged."""

import subprocess
import sys
from pathlib import Path

from seldon_secrets_pulumi.adoption.plan import StackBefore
from seldon_secrets_pulumi.adoption.python_program import _require
from seldon_secrets_pulumi.adoption.run import read_plan
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.inventory.source import ClusterSource
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.stack.file_editor import secret_paths, secret_values

from .parts.control_plane import ControlPlane
from .support.import_project import Project


def required(project: Project, namespace: str) -> dict[str, str]:
    """What somebody types for each setting that the program requires."""
    label = FormatLabel()
    source = ClusterSource(Cluster(kubeconfig=str(project.cluster.kubeconfig)), [namespace])
    planned = read_plan(source, StackBefore({}, Path(), label, frozenset(), frozenset()))
    names: dict[str, None] = {}
    for entry in planned.entries:
        for path in secret_paths(entry):
            _require(entry, path, names)
    return dict(zip(names, secret_values(planned.entries), strict=True))


def test_the_printed_program_adopts_existing_secrets_unchanged(
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
    commands = [
        it[4:].split() for it in finished.stdout.splitlines() if it.startswith("#   pulumi config set ")
    ]
    values = required(project, namespace)
    asked = {it[-1] for it in commands if it[:-1] == ["pulumi", "config", "set", "--secret"]}
    assert asked == values.keys()
    mutable = next(it for it in commands if "enableSecretMutable" in it[-2])
    project.engine.pulumi(*mutable[1:], cwd=folder)
    project.engine.configure(folder, secret=values)
    copies = [it.split() for it in finished.stdout.splitlines() if it.startswith("#   kubectl annotate ")]
    for *_, name, annotation in copies:
        removed = {"metadata": {"annotations": {annotation.removesuffix("-"): None}}}
        project.cluster.core.patch_namespaced_secret(name, namespace, removed)
    assert len(copies) == 7
    project.engine.pulumi("up", "--yes", "--skip-preview", cwd=folder)
    assert project.secrets(namespace) == before
    project.engine.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", cwd=folder)
    assert project.leaked() == {}
    setting = next(it for it in values if it.startswith("data0"))
    rotated = project.live.canary("rotated")
    project.engine.pulumi("config", "set", "--secret", setting, cwd=folder, text=rotated)
    forced = {"PULUMI_K8S_ENABLE_PATCH_FORCE": "true"}
    printed = project.engine.pulumi("up", "--yes", "--skip-preview", cwd=folder, env=forced).stdout
    assert "2 updated" in printed
    project.engine.pulumi("stack", "rm", "--force", "--yes", "test", cwd=folder)
