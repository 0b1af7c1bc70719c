"""SIGKILL at random moments of updates, rotations, rollouts and imports; the same command again, and then a rotation.

Afterwards, settings, state and cluster are the same, and nothing is pending. A number seeds each kill: it determines the
operation, who is killed and when. `make test-faults` runs 50 of them.
"""

import base64
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import yaml
from kubernetes import client

from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.resource_types import SECRET
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .support.command import COMMAND
from .support.import_project import Project
from .support.processes import POLL_SECONDS, Process, processes_with, wait_until_ended

KILLS = 50
# A rotation, a rollout and an import, with a victim each.
SAMPLE = {1, 10, 15}
SECRETS = 4
LINGER_SECONDS = 60
MANAGER = "seldon-secrets/seldon-secrets/test"

VICTIMS: dict[str, Callable[[Process], bool]] = {
    "everything": lambda _: True,
    "pulumi": lambda process: process.name == "pulumi",
    "provider": lambda process: process.name.startswith("pulumi-resourc"),
    "command": lambda process: process.name == "seldon-secrets",
}
OPERATIONS = ("first update", "rotation", "rollout", "import")


@dataclass(frozen=True)
class Kill:
    """Who is killed, during what, and after which part of the operation's time."""

    operation: str
    victim: str
    moment: float

    @classmethod
    def of(cls, seed: int) -> "Kill":
        operation = OPERATIONS[seed % len(OPERATIONS)]
        victim = list(VICTIMS)[seed // len(OPERATIONS) % len(VICTIMS)]
        if victim == "command" and operation in {"first update", "rotation"}:
            victim = "pulumi"  # it is the command
        return cls(operation, victim, random.Random(seed).random())


class Stack(Project):
    """A stack with a number of Secrets that all have the same credential."""

    def __init__(self, native_parts: Path, cluster: ControlPlane, folder: Path) -> None:
        super().__init__(native_parts, cluster, folder)
        self.namespace = cluster.create_namespace()
        self.names = [f"models{number}-bucket-envvars" for number in range(SECRETS)]
        self.password = ""
        self._marker = f"PULUMI_HOME={self.engine.env['PULUMI_HOME']}"

    def rotate(self) -> None:
        """Set a new credential in the settings."""
        self.password = self.live.canary(f"password{len(self.live.canaries)}")
        content = yaml.safe_load(self.file.read_text())
        config = content.setdefault("config", {})
        config["kubernetes:enableSecretMutable"] = "true"
        config["seldon-secrets:namespaces"] = [self.namespace]
        entries = config.get("seldon-secrets:buckets") or [
            {
                "remote": f"models{number}",
                "type": "s3",
                "formats": ["env_var"],
                "accessKeyId": "AKIA",
                "provider": "AWS",
            }
            for number in range(SECRETS)
        ]
        config["seldon-secrets:buckets"] = [
            {
                **entry,
                "secretAccessKey": self.password,
            }
            for entry in entries
        ]
        self.file.write_text(yaml.safe_dump(content))

    def create_by_hand(self) -> None:
        """Create the Secrets as other clients do."""
        self.password = self.live.canary("first")
        for number in range(SECRETS):
            options = {"provider": "AWS", "access_key_id": "AKIA", "env_auth": "false"}
            remote = Remote(f"models{number}", "s3", {**options, "secret_access_key": self.password})
            self.live.create(self.namespace, ENV_VAR.secret_name(remote.name), ENV_VAR.write(remote))

    def begin(self, operation: str) -> "subprocess.Popen[str]":
        command = {
            "first update": ["pulumi", "up", "--yes", "--skip-preview"],
            "rotation": ["pulumi", "up", "--yes", "--skip-preview"],
            "rollout": [COMMAND, "rollout", "test", "--yes"],
            "import": [COMMAND, "import", "--namespace", self.namespace, "--yes"],
        }[operation]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**self.engine.env, "CI": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self, operation: str) -> str:
        """Run it to its end."""
        process = self.begin(operation)
        printed, _ = process.communicate(timeout=LINGER_SECONDS * 2)
        assert leaks(printed, self.live.canaries) == []
        assert "Traceback" not in printed
        assert "conflict" not in printed.lower()
        if process.returncode != 0 and "the stack is currently locked by" in printed:
            # What pulumi itself says to do. The commands of this package remove the lock of a dead process.
            assert operation in {"first update", "rotation"}
            self.pulumi("cancel", "--yes", "--stack", "test")
            return self.finish(operation)
        assert process.returncode == 0, printed
        return printed

    def run_and_kill(self, operation: str, victim: str, after_seconds: float) -> list[str]:
        """The names of the processes that were killed, at this time or once they run. Empty if it ended before."""
        process = self.begin(operation)
        time.sleep(after_seconds)
        is_victim = VICTIMS[victim]
        while process.poll() is None and not any(map(is_victim, processes_with(self._marker))):
            time.sleep(POLL_SECONDS)
        killed = [running for running in processes_with(self._marker) if is_victim(running)]
        for running in killed:
            running.kill()
        printed, _ = process.communicate(timeout=LINGER_SECONDS)
        assert leaks(printed, self.live.canaries) == []
        assert "Traceback" not in printed
        # What nobody killed finishes its work, or notices that it has lost its parent. A provider that has no work looks
        # for its parent every five minutes (pulumi `sdk/go/common/util/rpcutil/health.go`).
        remaining = wait_until_ended(self._marker, LINGER_SECONDS)
        assert all(victim == "pulumi" and VICTIMS["provider"](running) for running in remaining), remaining
        for running in remaining:
            running.kill()
        return sorted({running.name for running in killed})

    def assert_consistent(self) -> None:
        """Settings, state and cluster are the same, and nothing is pending."""
        live = self.cluster.secrets(self.namespace)
        assert sorted(live) == self.names
        for number, name in enumerate(self.names):
            data = live[name].data or {}
            password = base64.b64decode(data[f"RCLONE_CONFIG_MODELS{number}_SECRET_ACCESS_KEY"]).decode()
            assert password == self.password
            assert _managers_of_data(live[name]) == [MANAGER]
        deployment = json.loads(self.engine.pulumi("stack", "export", cwd=self.folder).stdout)["deployment"]
        assert not deployment.get("pending_operations")
        managed = [resource["id"] for resource in deployment["resources"] if resource["type"] == SECRET]
        assert sorted(managed) == [f"{self.namespace}/{name}" for name in self.names]
        assert not [resource["urn"] for resource in deployment["resources"] if resource.get("delete")]
        locks = self.engine.backend / ".pulumi" / "locks"
        assert [file for file in locks.rglob("*") if file.is_file()] == []
        self.pulumi("preview", "--refresh", "--expect-no-changes")


def _managers_of_data(secret: client.V1Secret) -> list[str]:
    assert secret.metadata
    return [
        str(entry.manager)
        for entry in secret.metadata.managed_fields or []
        if "f:data" in (entry.fields_v1 or {})
    ]


class Stacks:
    """Creates stacks, and knows how long an operation takes on this machine if nobody kills anything."""

    def __init__(self, native_parts: Path, cluster: ControlPlane, folder: Path) -> None:
        self._native_parts, self._cluster, self._folder = native_parts, cluster, folder
        self._seconds: dict[str, float] = {}
        self._numbers = count()

    def create_before(self, operation: str, *, exists: bool) -> Stack:
        """A stack that is ready for the operation, and that an earlier update created or not."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        stack = Stack(self._native_parts, self._cluster, folder)
        stack.create_by_hand() if operation == "import" else stack.rotate()
        if exists:
            stack.finish("first update")
            stack.rotate()
        return stack

    def seconds(self, operation: str) -> float:
        if operation not in self._seconds:
            stack = self.create_before(operation, exists=operation == "rotation")
            start = time.monotonic()
            stack.finish(operation)
            self._seconds[operation] = time.monotonic() - start
        return self._seconds[operation]


@pytest.fixture(scope="module")
def stacks(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Stacks:
    return Stacks(native_parts, control_plane, tmp_path_factory.mktemp("stacks"))


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=() if seed in SAMPLE else pytest.mark.faults) for seed in range(KILLS)],
)
def test_the_run_after_a_kill(stacks: Stacks, seed: int) -> None:
    kill = Kill.of(seed)
    exists = kill.operation == "rotation" or (kill.operation == "rollout" and seed % 8 < len(OPERATIONS))
    after_seconds = kill.moment * stacks.seconds(kill.operation)
    killed: list[str] = []
    while not killed:  # the operation may have ended earlier than the measured one
        stack = stacks.create_before(kill.operation, exists=exists)
        killed = stack.run_and_kill(kill.operation, kill.victim, after_seconds)
        sys.stderr.write(
            f"seed {seed}: {kill.operation}, {kill.victim} after {after_seconds:.2f} s:"
            f" {', '.join(killed) or 'ended before'}\n"
        )
        after_seconds /= 2
    stack.finish(kill.operation)
    stack.rotate()
    stack.finish("rollout")
    stack.assert_consistent()
