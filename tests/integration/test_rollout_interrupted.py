"""Locks of others, and rollouts that are stopped or killed: the messages, and that the next rollout converges."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.environments import Environments

SLOW_PROGRAM = """
import os, pathlib, time
import pulumi
from seldon_secrets_pulumi.stack import SeldonSecrets
SeldonSecrets("environments")
if not pulumi.runtime.is_dry_run():
    flag = pathlib.Path(os.environ["WAIT"])
    flag.touch()
    while flag.exists():
        time.sleep(0.05)
"""


@pytest.fixture(scope="module")
def stacks(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Environments:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    made = Environments(engine, control_plane, tmp_path_factory.mktemp("project"), ("dev", "prod"))
    made.rollout("dev,prod", "--yes", "--parallel")
    return made


@pytest.fixture
def environments(stacks: Environments) -> Environments:
    stacks.restore()
    return stacks


# The line after which the command is interrupted: before, during and after an update.
MOMENTS = {
    "SIGINT": ("dev: preview", "dev: 0 to create", "dev: up", "dev: update", "prod: preview"),
    "SIGKILL": ("dev: preview", "dev: up", "dev: update", "dev: verify", "prod: update"),
    "SIGTERM": ("dev: update",),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_the_rollout_after_an_interruption_converges(environments: Environments, name: str) -> None:
    before = environments.uids()
    for moment in MOMENTS[name]:
        environments.rotate()
        stacks = ("dev", "prod") if moment.startswith("prod") else ("dev",)
        process = environments.start(*stacks, "--yes")
        printed = _until(process, moment)
        process.send_signal(signal.Signals[name])
        if name == "SIGKILL":
            assert process.stdout
            process.wait(timeout=60)
            process.stdout.close()
        else:
            printed += _rest(process)
            assert process.returncode == 1, printed
            assert "failed: stopped by Ctrl-C or SIGTERM" in printed
            assert "continue with: seldon-secrets rollout" in printed
            assert environments.locks() == []
        assert leaks(printed, environments.canaries) == []
        _continue(environments, stacks)
        environments.assert_converged(*stacks)
        assert environments.uids() == before, moment


def test_a_second_ctrl_c_does_not_wait_and_leaves_no_lock(environments: Environments) -> None:
    with _slow(environments) as env:
        process = environments.start("dev", "--yes", env=env)
        printed = _until(process, "dev: up")
        _until_there(Path(env["WAIT"]))
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        printed += _rest(process)
    assert process.returncode == 1
    assert "Traceback" not in printed
    assert "dev: failed: stopped by Ctrl-C or SIGTERM" in printed
    assert printed.endswith("dev: stopped\ncontinue with: seldon-secrets rollout dev --yes\n")
    assert environments.locks() == []
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


def test_another_update_is_named_and_not_disturbed(environments: Environments) -> None:
    with _slow(environments) as env:
        other = _pulumi_up(environments, env)
        _until_there(Path(env["WAIT"]))
        printed = environments.rollout("dev", "prod", "--yes", code=1, env=env)
        lock = json.loads(environments.locks()[0].read_text())
        Path(env["WAIT"]).unlink()
        assert other.wait(timeout=60) == 0
    holder = re.escape(f"{lock['username']}@{lock['hostname']} (process {lock['pid']})")
    assert re.search(
        rf"dev: failed: the stack is locked by {holder} since \d{{4}}-\d\d-\d\dT[\d:]+Z", printed
    ), printed
    assert "If its process is dead, run `pulumi cancel --stack dev`" in printed
    assert "continue with: seldon-secrets rollout dev prod --yes" in printed
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


def test_a_lock_that_a_killed_update_left_here_is_removed(environments: Environments) -> None:
    with _slow(environments) as env:
        other = _pulumi_up(environments, env)
        _until_there(Path(env["WAIT"]))
        os.killpg(other.pid, signal.SIGKILL)
        other.wait()
    assert len(environments.locks()) == 1
    printed = environments.rollout("dev", "--yes")
    assert re.search(
        rf"dev: removing the lock of \S+ \(process {other.pid}\) since \S+: that process no longer runs",
        printed,
    ), printed
    environments.assert_converged("dev")


def test_a_lock_of_another_machine_is_left_to_its_owner(environments: Environments) -> None:
    folder = environments.engine.backend / ".pulumi/locks/organization/environments/dev"
    folder.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 1, "username": "ada", "hostname": "elsewhere", "timestamp": "2031-02-03T04:05:06Z"}
    (folder / "one.json").write_text(json.dumps(lock))
    printed = environments.rollout("dev", "prod", "--yes", code=1)
    assert (
        "dev: failed: the stack is locked by ada@elsewhere (process 1) since 2031-02-03T04:05:06Z" in printed
    )
    assert "prod: not started" in printed
    # The command in the message, for an update that is dead.
    environments.engine.pulumi("cancel", "--stack", "dev", "--yes", cwd=environments.folder)
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


@contextmanager
def _slow(environments: Environments) -> Iterator[dict[str, str]]:
    """A program whose update ends when a file is deleted."""
    program = environments.folder / "__main__.py"
    original = program.read_text()
    program.write_text(SLOW_PROGRAM)
    try:
        yield {"WAIT": str(environments.engine.folder / "wait")}
    finally:
        program.write_text(original)
        (environments.engine.folder / "wait").unlink(missing_ok=True)


def _pulumi_up(environments: Environments, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev"],
        cwd=environments.folder,
        env={**environments.env, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _until(process: subprocess.Popen[str], moment: str) -> str:
    """The output up to the line that starts with this."""
    assert process.stdout
    printed = ""
    for line in process.stdout:
        printed += line
        if line.startswith(moment):
            return printed
    pytest.fail(f"{moment} never came:\n{printed}")


def _rest(process: subprocess.Popen[str]) -> str:
    printed, _ = process.communicate(timeout=60)
    return printed


def _until_there(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _continue(environments: Environments, stacks: tuple[str, ...]) -> None:
    """Roll out again. A killed command may have left a running pulumi, whose lock is reported until it ends."""
    deadline = time.monotonic() + 60
    while True:
        process = environments.start(",".join(stacks), "--yes", "--parallel")
        printed, _ = process.communicate(timeout=60)
        if process.returncode == 0:
            return
        assert "the stack is locked by" in printed, printed
        assert time.monotonic() < deadline, printed
        time.sleep(0.5)
