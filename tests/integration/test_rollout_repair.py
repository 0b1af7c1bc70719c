"""Updates that save the state once, and what the rollout after a killed one finds and repairs."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.environments import SECRETS, Environments

REPAIRS = "an earlier update was interrupted or failed; comparing with the cluster"
SAVES_OFTEN = "pulumi saves the state after each change: "


@pytest.fixture
def environments(native_parts: Path, control_plane: ControlPlane, tmp_path: Path) -> Environments:
    (tmp_path / "engine").mkdir()
    (tmp_path / "project").mkdir()
    engine = IsolatedEngine(tmp_path / "engine", native_parts)
    return Environments(engine, control_plane, tmp_path / "project", ("dev",))


def intent_file(environments: Environments) -> Path:
    return environments.engine.backend / ".pulumi/seldon-secrets/environments/dev.json"


@contextmanager
def killed(environments: Environments, *, with_file: bool = True) -> Iterator[None]:
    """What runs within has happened in the cluster, but not in the state. Its file of intent stays, or is lost."""
    backend, copy = environments.engine.backend, environments.folder.parent / "copy"
    shutil.copytree(backend, copy)
    yield
    created = [f"{environments.namespaces['dev']}/{name}" for name in SECRETS]
    shutil.rmtree(backend)
    shutil.move(copy, backend)
    if with_file:
        intent_file(environments).parent.mkdir(parents=True, exist_ok=True)
        intent_file(environments).write_text(json.dumps({"created": created}))


# A coroutine, so that Secrets are created while the program waits.
SLOW_PROGRAM = """
import asyncio, os, pathlib
import pulumi
from seldon_secrets_pulumi.stack import SeldonSecrets

async def wait():
    while pathlib.Path(os.environ["WAIT"]).exists():
        await asyncio.sleep(0.05)

SeldonSecrets("environments")
if not pulumi.runtime.is_dry_run():
    pulumi.export("waited", pulumi.Output.from_input(wait()))
"""


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("fast", [True, False])
def test_when_the_state_is_saved(environments: Environments, fast: bool, tmp_path: Path) -> None:
    namespace = environments.namespaces["dev"]
    state = environments.engine.backend / ".pulumi/stacks/environments/dev.json"
    (environments.folder / "__main__.py").write_text(SLOW_PROGRAM)
    flag = tmp_path / "wait"
    flag.touch()
    options = () if fast else ("--no-fast",)
    process = environments.start("dev", "--yes", *options, env={"WAIT": str(flag)})
    try:
        wait_until(lambda: sorted(environments.cluster.secrets(namespace)) == SECRETS)
        if fast:
            assert "models-bucket" not in state.read_text()
            created = json.loads(intent_file(environments).read_text())["created"]
            assert sorted(created) == [f"{namespace}/{name}" for name in SECRETS]
        else:
            wait_until(lambda: "models-bucket" in state.read_text())
            assert not intent_file(environments).exists()
    finally:
        flag.unlink()
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    assert SAVES_OFTEN not in printed
    assert not intent_file(environments).exists()
    environments.assert_converged("dev")


def test_no_change_runs_no_update(environments: Environments) -> None:
    environments.rollout("dev", "--yes")
    printed = environments.rollout("dev", "--yes")
    assert "dev: up" not in printed
    assert "dev: verified, nothing to update" in printed
    assert "dev: done, 3 Secrets verified" in printed


def test_other_resources_are_updated_the_old_way(environments: Environments) -> None:
    program = environments.folder / "__main__.py"
    program.write_text(
        program.read_text()
        + f"""
from pulumi_kubernetes.core.v1 import ServiceAccount
import pulumi
pulumi.export("name", "models")
ServiceAccount("account", metadata={{"name": "seldon-secrets", "namespace": "{environments.namespaces["dev"]}"}})
"""
    )
    printed = environments.rollout("dev", "--dry-run")
    assert SAVES_OFTEN not in printed
    printed = environments.rollout("dev", "--yes", code=1)  # the account's Role is for Secrets only
    reason = "the stack has resources other than Secrets and namespaces (kubernetes:core/v1:ServiceAccount)"
    assert f"dev: {SAVES_OFTEN}{reason}; see docs/scale.md" in printed
    assert not intent_file(environments).exists()


def test_what_a_killed_update_created_is_continued(environments: Environments) -> None:
    with killed(environments):
        environments.rollout("dev", "--yes")
    uids = environments.uids()
    environments.rotate()
    printed = environments.rollout("dev", "--yes")
    assert f"dev: {REPAIRS}" in printed
    assert environments.uids() == uids
    assert not intent_file(environments).exists()
    environments.assert_converged("dev")
    assert REPAIRS not in environments.rollout("dev", "--yes")


def test_a_rotation_that_was_taken_back_after_the_kill(environments: Environments) -> None:
    environments.rollout("dev", "--yes")
    first = environments.password
    with killed(environments):
        environments.rotate()
        environments.rollout("dev", "--yes")
    environments.password = first
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


def test_a_deletion_that_was_taken_back_after_the_kill(environments: Environments) -> None:
    environments.rollout("dev", "--yes")
    with killed(environments):
        environments.configure("dev", registries=False)
        environments.rollout("dev", "--yes", "--allow-delete")
    environments.configure("dev")
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


@pytest.mark.parametrize("with_file", [True, False])
def test_a_secret_that_left_the_settings_after_the_kill_is_deleted(
    environments: Environments, with_file: bool
) -> None:
    ghcr = f"{environments.namespaces['dev']}/ghcr"
    with killed(environments, with_file=with_file):
        environments.rollout("dev", "--yes")
    environments.configure("dev", registries=False)
    options = () if with_file else ("--repair",)
    if not with_file:  # nobody knows of it
        environments.rollout("dev", "--yes")
        assert sorted(environments.cluster.secrets(environments.namespaces["dev"])) == SECRETS
    printed = environments.rollout("dev", "--yes", *options, code=3)
    assert f"dev: refused: {ghcr} would be deleted; pass --allow-delete to allow it" in printed
    assert intent_file(environments).exists() == with_file
    printed = environments.rollout("dev", "--yes", "--allow-delete", *options)
    assert f"dev: delete {ghcr}" in printed
    assert sorted(environments.cluster.secrets(environments.namespaces["dev"])) == SECRETS[1:]
    assert not intent_file(environments).exists()
    assert "0 to delete" in environments.rollout("dev", "--yes", "--repair")


def test_everything_left_the_settings_after_the_kill(environments: Environments) -> None:
    with killed(environments):
        environments.rollout("dev", "--yes")
    file = environments.folder / "Pulumi.dev.yaml"
    content = yaml.safe_load(file.read_text())
    del content["config"]["seldon-secrets:registries"]
    content["config"]["seldon-secrets:buckets"] = []
    file.write_text(yaml.safe_dump(content))
    environments.rollout("dev", "--yes", "--allow-delete")
    assert environments.cluster.secrets(environments.namespaces["dev"]) == {}


@pytest.mark.parametrize("content", ["", "[", '{"created": 5}', '{"created": [1, "x"]}', "\x00"])
def test_a_damaged_file_of_intent(environments: Environments, content: str) -> None:
    intent_file(environments).parent.mkdir(parents=True)
    intent_file(environments).write_text(content)
    assert REPAIRS in environments.rollout("dev", "--yes")
    environments.assert_converged("dev")
    assert not intent_file(environments).exists()
