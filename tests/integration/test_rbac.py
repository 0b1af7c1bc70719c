"""`examples/rbac` is enough for every step of a rollout, and every verb in it is required."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.environments import ROLE, SECRETS, Environments

NAME = "dev"
_, ROLE_CONTENT, _ = yaml.safe_load_all(ROLE.read_text())
VERBS: list[str] = ROLE_CONTENT["rules"][0]["verbs"]


@pytest.fixture(scope="module")
def stack(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Environments:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    return Environments(engine, control_plane, tmp_path_factory.mktemp("project"), (NAME,))


@pytest.fixture
def environment(stack: Environments) -> Iterator[Environments]:
    """The stack with all its Secrets in the cluster, and a new credential for them."""
    stack.restore()
    if sorted(stack.cluster.secrets(stack.namespaces[NAME])) != SECRETS:
        stack.rollout(NAME, "--yes", "--refresh")
        stack.rotate()
    yield stack
    stack.restore()


def test_the_role_is_enough_for_the_whole_life_of_a_stack(environment: Environments) -> None:
    namespace = environment.namespaces[NAME]
    assert "3 to update" in environment.rollout(NAME, "--dry-run", "--refresh")
    environment.rollout(NAME, "--yes", "--refresh")
    environment.assert_converged(NAME)
    environment.configure(NAME, registries=False)
    assert f"delete {namespace}/ghcr" in environment.rollout(NAME, "--yes", "--allow-delete")
    assert sorted(environment.cluster.secrets(namespace)) == SECRETS[1:]
    environment.configure(NAME)
    assert f"create {namespace}/ghcr" in environment.rollout(NAME, "--yes")
    environment.assert_converged(NAME)


# The change that needs the verb.
CHANGES = {
    "create": "a Secret is gone",
    "patch": "a credential is rotated",
    "get": "a credential is rotated",
    "delete": "an entry is removed",
    "list": "an entry is removed",
}


@pytest.mark.parametrize("verb", VERBS)
def test_with_one_verb_less_one_line_names_it_and_the_namespace(environment: Environments, verb: str) -> None:
    namespace = environment.namespaces[NAME]
    if CHANGES[verb] == "a Secret is gone":
        environment.cluster.core.delete_namespaced_secret("ghcr", namespace)
    if CHANGES[verb] == "an entry is removed":
        environment.configure(NAME, registries=False)
    environment.identities[NAME].permit(without=verb)
    flags = ["--refresh"] if verb == "create" else ["--allow-delete"]
    printed = environment.rollout(NAME, "--yes", *flags, code=1)
    reasons = [line for line in printed.splitlines() if f"may not {verb}" in line]
    assert len(reasons) == 1, printed
    assert re.search(
        rf"failed: you .*may not {verb} secrets in the namespace {namespace}\b", reasons[0], re.IGNORECASE
    )
    assert f"\n{NAME}: failed" in printed
    if CHANGES[verb] == "an entry is removed":
        # Reported before anything is touched.
        assert f"{NAME}: up" not in printed
        assert sorted(environment.cluster.secrets(namespace)) == SECRETS


def test_a_deletion_without_list_does_not_end(environment: Environments) -> None:
    """The API server deletes the Secret, but pulumi can't see that: hence `list` in the Role."""
    namespace = environment.namespaces[NAME]
    environment.configure(NAME, registries=False)
    environment.identities[NAME].permit(without="list")
    update = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", NAME],
        cwd=environment.folder,
        env=environment.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while "ghcr" in environment.cluster.secrets(namespace):
            assert update.poll() is None
            time.sleep(0.1)
        with pytest.raises(subprocess.TimeoutExpired):
            update.wait(timeout=10)
    finally:
        os.killpg(update.pid, signal.SIGKILL)
        update.wait()
        environment.engine.pulumi("cancel", "--yes", "--stack", NAME, cwd=environment.folder)
