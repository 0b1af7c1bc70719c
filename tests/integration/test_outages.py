"""etcd or the API server hangs or dies in the middle of each command, and recovers after some seconds.

A command either waits and answers as before, or ends in one line. Running it again completes it. All but two
combinations run with `make test-faults` only.
"""

import itertools
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from seldon_secrets_pulumi.cli.output import PROGRAM
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.fault_proxy import PYTHON, FaultProxy, Rule, outage
from .parts.isolated_engine import IsolatedEngine
from .parts.server_process import ServerProcess
from .support.bucket_secrets import create_bucket_secret, run
from .support.command import TIMEOUT_SECONDS
from .support.environments import Environments
from .support.import_project import Project
from .support.live_secrets import SEEN

PARTS: dict[str, Callable[[ControlPlane], ServerProcess]] = {
    "etcd": lambda cluster: cluster.etcd,
    "API server": lambda cluster: cluster.api_server,
}
HANGS, DIES = "hangs", "dies"
LISTS = "GET .*/secrets"
CHANGES = r"PATCH .*/secrets/(?!.*dryRun)"
SAMPLE = {("list", "API server", HANGS, 3), ("rollout", "etcd", DIES, 3)}


@dataclass(frozen=True)
class Event:
    """What happens to which program, and for how long."""

    part: str
    kind: str
    seconds: int

    def __str__(self) -> str:
        return f"{self.part} {self.kind} for {self.seconds} s"


def cases(*commands: str) -> list[object]:
    """Parameters: each command with each outage."""
    return [
        pytest.param(
            command,
            event := Event(*row),
            marks=() if (command, *row) in SAMPLE else pytest.mark.faults,
            id=f"{command}, {event}",
        )
        for command in commands
        for row in itertools.product(PARTS, (HANGS, DIES), (3, 20))
    ]


class Outage:
    """Begins with a request that matches, once."""

    def __init__(self, cluster: ControlPlane, event: Event) -> None:
        self.event = event
        self._cluster = cluster
        self._ended = threading.Event()
        process = PARTS[event.part](cluster)
        hangs = event.kind == HANGS
        begin, self._recover = (process.pause, process.resume) if hangs else (process.stop, process.start)
        self._fault = outage(begin, self._end, event.seconds)

    def at(self, request: str, *, skip: int = 0, agent: str = "") -> Rule:
        """The rule for a proxy."""
        return Rule(self._fault, request, skip=skip, agent=agent)

    def _end(self) -> None:
        self._recover()
        self._ended.set()

    def wait_until_over(self) -> None:
        assert self._ended.wait(timeout=60)
        self._cluster.wait_until_ready()


@pytest.fixture(scope="module")
def cluster(native_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane that no other test uses."""
    with ControlPlane(tmp_path_factory.mktemp("control-plane")) as running:
        yield running


@pytest.fixture(scope="module")
def module_proxy(cluster: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    with FaultProxy(cluster, tmp_path_factory.mktemp("proxy")) as running:
        yield running


@pytest.fixture
def proxy(module_proxy: FaultProxy) -> Iterator[FaultProxy]:
    yield module_proxy
    module_proxy.spoil()


@pytest.fixture
def interruption(request: pytest.FixtureRequest, cluster: ControlPlane) -> Outage:
    return Outage(cluster, request.param)


def interrupted(*commands: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("command", "interruption"), cases(*commands), indirect=["interruption"])


@pytest.fixture(scope="module")
def namespace(cluster: ControlPlane) -> str:
    name = cluster.create_namespace()
    cluster.core.patch_namespace(name, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    for format_ in ("env_var", "config_param"):
        create_bucket_secret(cluster, name, "models", format_)
    return name


@interrupted("list", "doctor")
def test_commands_that_read(proxy: FaultProxy, namespace: str, command: str, interruption: Outage) -> None:
    kubeconfig = proxy.kubeconfig(proxy.cluster.kubeconfig)

    def answer() -> subprocess.CompletedProcess[str]:
        return run(kubeconfig, "-n", namespace, "-o", "json", command=command)

    before = answer()
    assert before.returncode == 0, before.stderr
    rule = interruption.at(LISTS)
    proxy.spoil(rule)
    during = answer()
    assert rule.spoiled == 1
    if during.returncode == 0:
        assert json.loads(during.stdout) == json.loads(before.stdout)
    else:
        assert during.returncode == 2
        assert during.stderr.startswith(f"{PROGRAM}: ")
        assert len(during.stderr.splitlines()) == 1
    if (interruption.event.part, interruption.event.kind) == ("API server", HANGS):
        assert during.returncode == 0, during.stderr  # it is worth waiting for
    interruption.wait_until_over()
    assert json.loads(answer().stdout) == json.loads(before.stdout)


@interrupted("import")
def test_import(
    native_parts: Path, proxy: FaultProxy, tmp_path: Path, command: str, interruption: Outage
) -> None:
    cluster = proxy.cluster
    project = Project(native_parts, cluster, tmp_path)
    namespace = cluster.create_namespace()
    for name in ("one", "two", "three"):
        key = f"RCLONE_CONFIG_{name.upper()}"
        data = {f"{key}_TYPE": "s3", f"{key}_SECRET_ACCESS_KEY": project.live.canary(name)}
        project.live.create(namespace, f"{name}-bucket-envvars", data, labels=SEEN)
    before = project.secrets(namespace)
    project.engine.env["KUBECONFIG"] = str(proxy.kubeconfig(cluster.kubeconfig))
    rule = interruption.at(CHANGES, skip=2, agent=PYTHON)
    proxy.spoil(rule)
    during = project.run("-n", namespace, "--yes")
    assert during.returncode in (0, 1, 2)
    assert rule.spoiled == 1
    interruption.wait_until_over()
    project.import_(namespace)
    assert project.import_(namespace)["adopt"] == []
    assert project.secrets(namespace) == before
    assert {step["op"] for step in project.steps()} <= {"update"}  # of labels
    assert project.leaked() == {}


@pytest.fixture(scope="module")
def module_environments(
    native_parts: Path,
    cluster: ControlPlane,
    module_proxy: FaultProxy,
    tmp_path_factory: pytest.TempPathFactory,
) -> Environments:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    created = Environments(engine, cluster, tmp_path_factory.mktemp("project"), ("dev",))
    engine.env["KUBECONFIG"] = str(module_proxy.kubeconfig(Path(engine.env["KUBECONFIG"])))
    created.rollout("dev", "--yes")
    return created


@interrupted("rollout", "up")
def test_commands_that_update(
    module_environments: Environments, proxy: FaultProxy, command: str, interruption: Outage
) -> None:
    environments = module_environments
    uids = environments.uids()
    environments.rotate()
    rule = interruption.at(CHANGES, skip=1)
    proxy.spoil(rule)
    assert update(environments, command) in (0, 1)
    assert rule.spoiled == 1
    interruption.wait_until_over()
    for _ in range(2):
        environments.rollout("dev", "--yes")
        environments.assert_converged("dev")
        environments.rotate()
    assert environments.uids() == uids


def update(environments: Environments, command: str) -> int:
    """Run the command, and return its exit code."""
    if command == "rollout":
        process = environments.start("dev", "--yes")
        printed, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        code = process.returncode
    else:
        options = ("--yes", "--skip-preview", "--stack", "dev")
        finished = environments.engine.pulumi(
            "up", *options, cwd=environments.folder, check=False, env=environments.env
        )
        printed, code = finished.stdout + finished.stderr, finished.returncode
        code = min(code, 1)  # pulumi's own codes
    assert "Traceback" not in printed
    assert leaks(printed, environments.canaries) == []
    return code
