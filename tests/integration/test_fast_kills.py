"""Kills and interruptions of rollouts that save the state once, at random moments.

After each: the next rollout, a rotation and another rollout; then settings, state and cluster are the same, and nothing is
left over. A number seeds each kill. `make test-faults` runs 50 of them.
"""

import json
import random
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest
import yaml

from seldon_secrets_pulumi.resource_types import SECRET

from .parts.control_plane import ControlPlane
from .support.processes import POLL_SECONDS, processes_with, wait_until_ended
from .test_kills import LINGER_SECONDS, VICTIMS, Stack

KILLS = 50
INTERRUPTIONS = 12
# A first rollout, a rotation and a removal, with a victim each.
SAMPLE = {3, 7, 14}
OPERATIONS = ("first rollout", "rotation", "removal")
AFTERWARDS = ("the same", "removed", "taken back")
"""What the settings say when the next rollout starts."""


class FastStack(Stack):
    """A stack that only `rollout` updates."""

    @property
    def marker(self) -> str:
        return f"PULUMI_HOME={self.engine.env['PULUMI_HOME']}"

    def remove(self) -> None:
        """Remove a remote from the settings."""
        content = yaml.safe_load(self.file.read_text())
        content["config"]["seldon-secrets:buckets"].pop()
        self.file.write_text(yaml.safe_dump(content))
        self.names.pop()

    def begin_rollout(self) -> subprocess.Popen[str]:
        return self.begin("rollout", "--allow-delete")

    def roll_out(self) -> str:
        """Run a rollout to its end. A pulumi that outlived its rollout holds the lock until it ends."""
        process = self.begin_rollout()
        printed, _ = process.communicate(timeout=LINGER_SECONDS * 2)
        assert "Traceback" not in printed
        assert "conflict" not in printed.lower(), printed
        assert process.returncode == 0, printed
        return printed

    def intent_files(self) -> list[Path]:
        return list((self.engine.backend / ".pulumi" / "seldon-secrets").rglob("*.*"))

    def managed(self) -> list[str]:
        """The Secrets of the state."""
        exported = self.engine.pulumi("stack", "export", cwd=self.folder).stdout
        resources = json.loads(exported)["deployment"].get("resources", [])
        return sorted(each["id"].rpartition("/")[2] for each in resources if each["type"] == SECRET)


class FastStacks:
    """Creates stacks, and knows how long an operation takes on this machine if nobody kills anything."""

    def __init__(self, native_parts: Path, cluster: ControlPlane, folder: Path) -> None:
        self._native_parts, self._cluster, self._folder = native_parts, cluster, folder
        self._seconds: dict[str, float] = {}
        self._numbers = count()

    def create_before(self, operation: str) -> FastStack:
        """A stack whose settings ask for the operation."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        stack = FastStack(self._native_parts, self._cluster, folder)
        stack.rotate()
        if operation != "first rollout":
            stack.roll_out()
            stack.rotate() if operation == "rotation" else stack.remove()
        return stack

    def seconds(self, operation: str) -> float:
        if operation not in self._seconds:
            stack = self.create_before(operation)
            start = time.monotonic()
            stack.roll_out()
            self._seconds[operation] = time.monotonic() - start
        return self._seconds[operation]


@pytest.fixture(scope="module")
def stacks(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> FastStacks:
    return FastStacks(native_parts, control_plane, tmp_path_factory.mktemp("stacks"))


def seeds(number: int, sample: set[int]) -> list[object]:
    """All in `make test-faults`, the sample also in `make test`."""
    return [pytest.param(seed, marks=() if seed in sample else pytest.mark.faults) for seed in range(number)]


def converge(stack: FastStack, afterwards: str, password: str) -> None:
    """Change the settings as somebody might after the kill, and roll out, rotate and roll out again."""
    if afterwards == "removed":
        stack.remove()
    if afterwards == "taken back":
        stack.set_password(password)
    stack.roll_out()
    stack.rotate()
    stack.roll_out()
    stack.assert_consistent()
    assert stack.intent_files() == []


@pytest.mark.parametrize("seed", seeds(KILLS, SAMPLE))
def test_the_rollout_after_a_kill(stacks: FastStacks, seed: int) -> None:
    operation = OPERATIONS[seed % len(OPERATIONS)]
    victim = list(VICTIMS)[seed // len(OPERATIONS) % len(VICTIMS)]
    afterwards = random.Random(seed).choice(AFTERWARDS)
    after_seconds = random.Random(seed).random() * stacks.seconds(operation)
    killed: list[str] = []
    while not killed:  # the operation may have ended earlier than the measured one
        stack = stacks.create_before(operation)
        password = stack.password
        process = stack.begin_rollout()
        time.sleep(after_seconds)
        while process.poll() is None and not any(map(VICTIMS[victim], processes_with(stack.marker))):
            time.sleep(POLL_SECONDS)
        victims = [running for running in processes_with(stack.marker) if VICTIMS[victim](running)]
        for running in victims:
            running.kill()
        killed = sorted({running.name for running in victims})
        printed, _ = process.communicate(timeout=LINGER_SECONDS)
        assert "Traceback" not in printed
        assert wait_until_ended(stack.marker, LINGER_SECONDS) == []
        sys.stderr.write(
            f"seed {seed}: {operation}, {victim} after {after_seconds:.2f} s, then {afterwards}:"
            f" {', '.join(killed) or 'ended before'}\n"
        )
        after_seconds /= 2
    converge(stack, afterwards, password)


@pytest.mark.parametrize("seed", seeds(INTERRUPTIONS, {4}))
def test_after_an_interruption_nothing_is_to_be_repaired(stacks: FastStacks, seed: int) -> None:
    operation = OPERATIONS[seed % len(OPERATIONS)]
    number = signal.SIGINT if seed % 2 else signal.SIGTERM
    after_seconds = random.Random(seed).random() * stacks.seconds(operation)
    stack = stacks.create_before(operation)
    process = stack.begin_rollout()
    time.sleep(after_seconds)
    process.send_signal(number)
    printed, _ = process.communicate(timeout=LINGER_SECONDS)
    assert "Traceback" not in printed
    assert process.returncode in {0, 1, -number}, printed
    assert wait_until_ended(stack.marker, LINGER_SECONDS) == []
    assert stack.managed() == sorted(stack.cluster.secrets(stack.namespace))
    converge(stack, "the same", stack.password)
