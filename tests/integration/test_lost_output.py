"""Commands that change something, with an output that can't be written: the change is still complete."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pytest

from tests.support.lost_output import FULL, closed_pipe

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.command import COMMAND
from .support.environments import Environments
from .support.import_project import Project
from .support.live_secrets import SEEN


@pytest.fixture(scope="module")
def environments(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Environments:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    return Environments(engine, control_plane, tmp_path_factory.mktemp("project"), ("dev",))


@pytest.fixture(params=["full disk", "closed pipe"])
def lost(request: pytest.FixtureRequest) -> Iterator[tuple[int | IO[bytes], int, str]]:
    """A standard output that fails, and the exit code and the errors of a command that succeeds otherwise."""
    with ExitStack() as stack:
        if request.param == "full disk":
            yield stack.enter_context(Path("/dev/full").open("wb")), 1, FULL
        else:
            yield stack.enter_context(closed_pipe()), 0, ""


@pytest.mark.parametrize("option", [(), ("-o", "json")], ids=["text", "json"])
def test_rollout(
    environments: Environments, lost: tuple[int | IO[bytes], int, str], option: tuple[str, ...]
) -> None:
    output, code, errors = lost
    environments.rotate()
    env = {**environments.env, "GITHUB_STEP_SUMMARY": "/dev/full"}
    finished = subprocess.run(
        [COMMAND, "rollout", "dev", "--yes", *option],
        cwd=environments.folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    summary = "seldon-secrets: the job summary can't be written: /dev/full (GITHUB_STEP_SUMMARY): No space left on device\n"
    assert (finished.returncode, finished.stderr) == (code, summary + errors)
    environments.assert_converged("dev")


@pytest.mark.parametrize("summary", ["/", "/nonexistent/summary.md", "/dev/full"])
def test_an_unwritable_summary_does_not_change_the_exit_code(
    environments: Environments, summary: str
) -> None:
    printed = environments.rollout("dev", "--dry-run", env={"GITHUB_STEP_SUMMARY": summary})
    assert f"the job summary can't be written: {summary} (GITHUB_STEP_SUMMARY): " in printed


def test_import(
    native_parts: Path,
    control_plane: ControlPlane,
    tmp_path: Path,
    lost: tuple[int | IO[bytes], int, str],
) -> None:
    output, code, errors = lost
    project = Project(native_parts, control_plane, tmp_path)
    namespace = control_plane.create_namespace()
    data = {"RCLONE_CONFIG_MODELS_TYPE": "s3", "RCLONE_CONFIG_MODELS_PROVIDER": "AWS"}
    project.live.create(namespace, "models-bucket-envvars", data, labels=SEEN)
    finished = subprocess.run(
        [COMMAND, "import", "-n", namespace, "--yes"],
        cwd=project.folder,
        env=project.engine.env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    assert (finished.returncode, finished.stderr) == (code, errors)
    assert project.import_(namespace)["present"] == [f"{namespace}/models-bucket-envvars"]
    project.end()
