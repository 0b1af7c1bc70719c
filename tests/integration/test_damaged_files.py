"""Files of the backend that a full disk, a power failure or a kill left empty or cut off, and folders without space.

Each message says what happened and which command comes next. The tests run that command, and then the same rollout.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .parts.limited_folder import LIMITS, in_limited_folder
from .support.command import COMMAND, start_rollout
from .support.environments import Environments
from .support.import_project import Project
from .support.live_secrets import SEEN

STATE = "stacks/environments/dev.json"
LOCK = "locks/organization/environments/dev/32532aa7.json"


@pytest.fixture(scope="module")
def stack(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Environments:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    created = Environments(engine, control_plane, tmp_path_factory.mktemp("project"), ("dev",))
    created.rollout("dev", "--yes")
    created.rotate()
    created.rollout("dev", "--yes")
    return created


@pytest.fixture
def environments(stack: Environments, tmp_path: Path) -> Iterator[Environments]:
    """The backend is restored after the test. Its last state is that of the cluster."""
    saved = tmp_path / "saved"
    shutil.copytree(stack.engine.backend, saved)
    yield stack
    shutil.rmtree(stack.engine.backend)
    shutil.copytree(saved, stack.engine.backend)
    stack.rollout("dev", "--yes", "--refresh")


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def empty(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")


def zeros(file: Path) -> None:
    """What some file systems leave after a power failure."""
    file.write_bytes(bytes(file.stat().st_size))


def without(*patterns: str) -> Callable[[Path], None]:
    """Cut the state off, and the files of these patterns too."""

    def damage(root: Path) -> None:
        cut(root / STATE)
        for file in (file for pattern in patterns for file in root.glob(pattern)):
            cut(file)

    return damage


# The others run with `make test-faults` only.
SAMPLE = {"cut state", "no copy at all", "empty version", "lock of a full disk", "empty attributes"}
HISTORY = "history/environments/dev/*"
DAMAGES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "empty state": (lambda root: empty(root / STATE), "the state of the stack dev, is empty or incomplete"),
    "cut state": (lambda root: cut(root / STATE), "the state of the stack dev, is empty or incomplete"),
    "zeros": (lambda root: zeros(root / STATE), "the state of the stack dev, is empty or incomplete"),
    "no .bak": (without(f"{STATE}.bak"), "/backups/environments/dev/dev."),
    "no .bak, no backups": (without(f"{STATE}.bak", "backups/environments/dev/*"), ".checkpoint.json"),
    "no copy at all": (without(f"{STATE}.bak", "backups/environments/dev/*", HISTORY), "There is no backup"),
    "empty version": (lambda root: empty(root / "meta.yaml"), "meta.yaml is empty or incomplete"),
    "empty lock": (lambda root: empty(root / LOCK), f"{LOCK} is an empty or incomplete lock"),
    "lock of a full disk": (
        lambda root: empty(root / f"{LOCK}.18ed0b6b2d641667.tmp"),
        ".tmp is an empty or incomplete lock",
    ),
    "empty attributes": (
        lambda root: empty(root / f"{STATE}.attrs"),
        "A killed pulumi left the empty file",
    ),
}


@pytest.mark.parametrize(
    "damage",
    [pytest.param(damage, marks=() if damage in SAMPLE else pytest.mark.faults) for damage in DAMAGES],
)
def test_the_command_in_the_message_repairs_the_stack(environments: Environments, damage: str) -> None:
    inflict, message = DAMAGES[damage]
    inflict(environments.engine.backend / ".pulumi")
    environments.rotate()
    printed = environments.rollout("dev", "--yes", code=1)
    assert message in printed
    for command in re.findall(r"`(.+?)`", printed):
        subprocess.run(["bash", "-c", command], cwd=environments.folder, env=environments.env, check=True)
    environments.rollout("dev", "--yes", *(["--refresh"] if "--refresh" in printed else []))
    environments.assert_converged("dev")


def test_damage_that_a_rollout_does_not_notice(environments: Environments) -> None:
    root = environments.engine.backend / ".pulumi"
    for file in (*root.glob(HISTORY), *root.glob("backups/environments/dev/*"), root / f"{STATE}.bak"):
        empty(file)
    environments.rotate()
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


def test_other_stacks_do_not_matter(environments: Environments) -> None:
    empty(environments.engine.backend / ".pulumi/stacks/environments/other.json")
    environments.rollout("dev", "--yes")
    printed = environments.rollout("typo", "--yes", code=2)
    assert "there is no stack typo; `pulumi stack ls` lists the stacks" in printed


def test_import_names_the_damage_too(environments: Environments) -> None:
    cut(environments.engine.backend / ".pulumi" / STATE)
    finished = subprocess.run(
        [COMMAND, "import", "--stack", "dev", "--yes"],
        cwd=environments.folder,
        env=environments.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 1
    assert "dev.json, the state of the stack dev, is empty or incomplete. Run `cp " in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    "limit",
    # The second takes minutes: pulumi tries again and again to write its state.
    [pytest.param(each, marks=pytest.mark.faults if "lock only" in each else ()) for each in LIMITS],
)
def test_a_backend_that_can_not_be_written_to(environments: Environments, limit: str) -> None:
    environments.rotate()
    finished = in_limited_folder(
        environments.engine.backend,
        limit,
        [COMMAND, "rollout", "dev", "--yes"],
        cwd=environments.folder,
        env=environments.env,
    )
    printed = finished.stdout
    assert finished.returncode == 1, printed
    assert leaks(printed, environments.canaries) == []
    assert "Traceback" not in printed
    assert f"pulumi can't write in the folder {environments.engine.backend}/.pulumi/" in printed
    assert "Make it writable or free some space, and run the command again" in printed
    # The folder is as the command left it, but with space again.
    for command in re.findall(r"`(pulumi cancel .+?)`", printed):
        subprocess.run(["bash", "-c", command], cwd=environments.folder, env=environments.env, check=True)
    continue_as_told(environments)
    environments.assert_converged("dev")


def continue_as_told(environments: Environments) -> None:
    """Roll out, and run the commands in its messages. Where the disk was full decides which files are damaged."""
    options: list[str] = []
    for _ in range(3):
        process = start_rollout(environments.folder, environments.env, "dev", "--yes", *options)
        printed, _ = process.communicate(timeout=120)
        if process.returncode == 0:
            return
        commands = re.findall(r"`(.+?)`", printed)
        assert commands, printed
        for command in commands:
            subprocess.run(["bash", "-c", command], cwd=environments.folder, env=environments.env, check=True)
        options = ["--refresh"] if "--refresh" in printed else []
    raise AssertionError(printed)


@pytest.mark.parametrize("limit", ["full disk", "read-only"])
def test_a_project_that_can_not_be_written_to(
    native_parts: Path, control_plane: ControlPlane, tmp_path: Path, limit: str
) -> None:
    project = Project(native_parts, control_plane, tmp_path)
    namespace = control_plane.create_namespace()
    data = {"RCLONE_CONFIG_MODELS_TYPE": "s3", "RCLONE_CONFIG_MODELS_PROVIDER": "AWS"}
    project.live.create(namespace, "models-bucket-envvars", data, labels=SEEN)
    before = project.file.read_text()
    finished = in_limited_folder(
        project.folder,
        limit,
        [COMMAND, "import", "-n", namespace, "--yes"],
        cwd=project.folder,
        env=project.engine.env,
    )
    assert finished.returncode == 1, finished.stdout
    assert "Traceback" not in finished.stdout
    assert "Pulumi.test.yaml can't be written: " in finished.stdout
    assert "it is unchanged, and so are the Secrets" in finished.stdout
    assert project.file.read_text() == before
    project.import_(namespace)
    project.end()


def test_pending_creations_are_cleared(environments: Environments) -> None:
    """A kill leaves them when it hits pulumi while it waits for the API server."""
    _add_pending_creation(environments, "ghcr")
    printed = environments.rollout("dev", "--yes")
    assert "dev: cleared the pending operations of an interrupted update" in printed
    environments.assert_converged("dev")


def test_a_secret_that_only_an_interrupted_update_knows_is_named(environments: Environments) -> None:
    """The update is killed, and the Secret's entry is removed before the next one."""
    environments.configure("dev", registries=False)
    environments.rollout("dev", "--yes", "--allow-delete")
    environments.configure("dev")
    environments.rollout("dev", "--yes")
    _add_pending_creation(environments, "ghcr", forget=True)
    environments.configure("dev", registries=False)
    printed = environments.rollout("dev", "--yes", code=1)
    assert "an interrupted update left Secrets that the stack does not declare" in printed
    (command,) = re.findall("^kubectl .+", printed, re.MULTILINE)
    subprocess.run(["bash", "-c", command], cwd=environments.folder, env=environments.env, check=True)
    assert "cleared the pending operations" in environments.rollout("dev", "--yes")
    namespace = environments.namespaces["dev"]
    assert sorted(environments.cluster.secrets(namespace)) == [
        "models-bucket-envvars",
        "models-bucket-params",
    ]
    environments.resources("dev")
    environments.restore()


def test_a_foreign_secret_with_the_name_of_a_pending_one_is_not_named(environments: Environments) -> None:
    _add_pending_creation(environments, "ghcr", forget=True)
    environments.configure("dev", registries=False)
    namespace = environments.namespaces["dev"]
    environments.cluster.core.delete_namespaced_secret("ghcr", namespace)
    body: Any = {"metadata": {"name": "ghcr"}, "stringData": {"somebody": "else"}}
    environments.cluster.core.create_namespaced_secret(namespace, body)
    assert "cleared the pending operations" in environments.rollout("dev", "--yes")
    environments.cluster.core.delete_namespaced_secret("ghcr", namespace)
    environments.restore()


def _add_pending_creation(environments: Environments, name: str, *, forget: bool = False) -> None:
    """Make the creation of a Secret pending, as if pulumi had been killed during it; `forget` that it succeeded."""
    file = environments.engine.backend / ".pulumi" / STATE
    content = json.loads(file.read_text())
    latest = content["checkpoint"]["latest"]
    (resource,) = (entry for entry in latest["resources"] if entry["urn"].endswith(f"/{name}"))
    pending = {key: value for key, value in resource.items() if key not in {"id", "outputs"}}
    latest["pending_operations"] = [{"resource": pending, "type": "creating"}]
    if forget:
        latest["resources"].remove(resource)
    file.write_text(json.dumps(content))
