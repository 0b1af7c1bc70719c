"""Commands through a proxy that spoils answers of the real API server.

A fault that passes changes nothing about the answer. One that stays is named in one line, and the same command succeeds
once it is gone. Most combinations run with `make test-faults` only.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from kubernetes.config import kube_config
from typer.testing import CliRunner, Result

from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.cli.output import PROGRAM
from seldon_secrets_pulumi.inventory import api_request, cluster
from tests.support.canaries import CANARY
from tests.support.leaks import leaks

from .parts import fault_proxy as faults
from .parts.control_plane import ControlPlane
from .parts.fault_proxy import PYTHON, Fault, FaultProxy, Rule
from .parts.isolated_engine import IsolatedEngine
from .support.bucket_secrets import create_bucket_secret
from .support.command import TIMEOUT_SECONDS
from .support.environments import Environments
from .support.import_project import Project
from .support.live_secrets import SEEN

# What passes: the API server recovers, or another one answers.
PASSING: dict[str, Fault] = {
    "409": faults.status(409),
    "429": faults.status(429, Retry_After="1"),
    "500": faults.status(500),
    "502": faults.status(502),
    "503": faults.status(503),
    "eof before": faults.eof_before,
    "eof after": faults.eof_after,
    "cut": faults.cut,
}
# What another try does not change, and the words that name it.
STAYING: dict[str, tuple[Fault, str]] = {
    "401": (faults.status(401), "does not accept your credentials"),
    "429 for an hour": (faults.status(429, Retry_After="3600"), "it asks to wait 3600 s"),
    "html": (faults.html, "is a web page"),
    "cut json": (faults.cut_json, "is not JSON, or cut off"),
}
MESSAGES = {
    "409": "answered 409 Conflict (tried 3 times)",
    "429": "answered 429 Too Many Requests (tried 3 times)",
    "500": "answered 500 Internal Server Error (tried 3 times)",
    "502": "answered 502 Bad Gateway (tried 3 times)",
    "503": "answered 503 Service Unavailable (tried 3 times)",
    "eof before": "it closed the connection (tried 3 times)",
    "eof after": "it closed the connection (tried 3 times)",
    "cut": "(tried 3 times)",
}
LISTS = "GET .*/secrets"
READS = {"list": (LISTS, "GET /api/v1/namespaces$"), "doctor": (LISTS, "POST .*accessreviews")}
CHANGES = "PATCH .*/secrets/"
FOREVER = 10_000
PROVIDER = "pulumi"
# client-go itself repeats a request after an answer with Retry-After (`rest/with_retry.go`).
REPEATED_BY_CLIENT = {"429"}


def matrix(*rows: tuple[str, ...], sample: tuple[tuple[str, ...], ...]) -> list[object]:
    """Parameters, all but the sample for `make test-faults` only."""
    assert set(sample) <= set(rows)
    return [pytest.param(*row, marks=() if row in sample else pytest.mark.faults) for row in rows]


@dataclass
class Readable:
    """A namespace with two Secrets, and a kubeconfig that leads to it through the proxy."""

    proxy: FaultProxy
    namespace: str
    kubeconfig: Path

    def run(self, command: str, *arguments: str) -> Result:
        """Run a command in this process: starting a new one takes longer than everything else."""
        with pytest.MonkeyPatch.context() as patch:
            # The client reads KUBECONFIG when it is imported.
            patch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(self.kubeconfig))
            result = CliRunner().invoke(app, [command, *(arguments or ("-n", self.namespace, "-o", "json"))])
        assert CANARY not in result.output
        assert self.proxy.cluster.token not in result.output
        return result


@pytest.fixture(scope="module")
def namespace(control_plane: ControlPlane) -> str:
    name = control_plane.create_namespace()
    control_plane.core.patch_namespace(name, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    for format_ in ("env_var", "config_param"):
        create_bucket_secret(control_plane, name, "models", format_)
    return name


@pytest.fixture
def proxy(fault_proxy: FaultProxy) -> Iterator[FaultProxy]:
    fault_proxy.spoil()
    yield fault_proxy
    fault_proxy.spoil()


@pytest.fixture
def readable(proxy: FaultProxy, namespace: str) -> Readable:
    return Readable(proxy, namespace, proxy.kubeconfig(proxy.cluster.kubeconfig))


def assert_one_line(result: Result, message: str) -> None:
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert result.stderr.startswith(f"{PROGRAM}: ")
    assert result.stderr.count("\n") == 1, result.stderr


@pytest.mark.parametrize(
    ("command", "request_", "fault"),
    matrix(
        *((command, request, fault) for command in READS for request in READS[command] for fault in PASSING),
        sample=(
            ("list", LISTS, "503"),
            ("list", LISTS, "cut"),
            ("doctor", "POST .*accessreviews", "eof before"),
        ),
    ),
)
def test_a_fault_that_passes_changes_nothing(
    readable: Readable, command: str, request_: str, fault: str
) -> None:
    rule = Rule(PASSING[fault], request_, times=2)
    readable.proxy.spoil(rule)
    result = readable.run(command)
    assert (result.exit_code, result.stderr) == (0, "")
    assert rule.spoiled == 2
    rows = json.loads(result.stdout)
    assert [row["secret"] for row in rows] == (
        ["models-bucket-envvars", "models-bucket-params"] if command == "list" else []
    )


@pytest.mark.parametrize(
    ("command", "request_", "fault"),
    matrix(
        *(
            (command, request, fault)
            for command in READS
            for request in READS[command]
            for fault in (*PASSING, *STAYING)
        ),
        sample=(
            ("list", LISTS, "html"),
            ("list", LISTS, "429 for an hour"),
            ("doctor", "POST .*accessreviews", "cut json"),
        ),
    ),
)
def test_a_fault_that_stays_is_one_line(readable: Readable, command: str, request_: str, fault: str) -> None:
    spoil, message = STAYING[fault] if fault in STAYING else (PASSING[fault], MESSAGES[fault])
    rule = Rule(spoil, request_, times=FOREVER)
    readable.proxy.spoil(rule)
    assert_one_line(readable.run(command), message)
    assert rule.spoiled == (1 if fault in STAYING else 3)
    readable.proxy.spoil()
    assert readable.run(command).exit_code == 0


@pytest.mark.parametrize("command", READS)
def test_credentials_that_expire_between_two_requests(readable: Readable, command: str) -> None:
    rule = Rule(faults.status(401), LISTS, skip=1, times=FOREVER)
    readable.proxy.spoil(rule)
    assert_one_line(readable.run(command), "they may have expired")
    assert rule.spoiled == 1


@pytest.mark.parametrize("command", READS)
def test_a_list_that_expires_is_read_again(
    readable: Readable, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PAGE", 1)
    rule = Rule(faults.status(410), f"{LISTS}.*continue=[^&]")
    readable.proxy.spoil(rule)
    result = readable.run(command)
    assert (result.exit_code, rule.spoiled) == (0, 1), result.output
    assert len(json.loads(result.stdout)) == (2 if command == "list" else 0)


def test_import_reads_a_list_that_expires_again(readable: Readable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PAGE", 1)
    arguments = ("--to", "python", "-n", readable.namespace)
    before = readable.run("import", *arguments)
    rule = Rule(faults.status(410), f"{LISTS}.*continue=[^&]")
    readable.proxy.spoil(rule)
    result = readable.run("import", *arguments)
    assert rule.spoiled == 1
    assert (result.exit_code, result.output) == (before.exit_code, before.output)
    # It skips both, each with the reason, because they have the label of another stack.
    assert len([line for line in result.stderr.splitlines() if "skipped" in line]) == 2


@pytest.mark.parametrize("command", READS)
def test_an_answer_that_trickles_ends(
    readable: Readable, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_request, "_ANSWER_SECONDS", 1)
    readable.proxy.spoil(Rule(faults.trickle, LISTS))
    assert_one_line(readable.run(command), "it was not complete after 1 s")


def test_a_namespace_that_does_not_exist(readable: Readable) -> None:
    typo = f"{readable.namespace}x"
    for command in ("list", "doctor", "calibrate"):
        # The cluster has namespaces of other tests, whose random names may be near too.
        message = f"the namespace {typo} does not exist; did you mean {readable.namespace}"
        assert_one_line(readable.run(command, "-n", typo), message)


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (LISTS, "503"),
        *(
            pytest.param(request, fault, marks=pytest.mark.faults)
            for request in (LISTS, "POST .*accessreviews", CHANGES)
            for fault in PASSING
            if (request, fault) != (LISTS, "503")
        ),
    ],
)
def test_import(native_parts: Path, proxy: FaultProxy, tmp_path: Path, request_: str, fault: str) -> None:
    """A change is not repeated, because it may have happened. Running the command again completes it."""
    passes = request_ != CHANGES or fault == "429"
    project = Project(native_parts, proxy.cluster, tmp_path)
    project.live.canaries["token"] = proxy.cluster.token
    namespace = proxy.cluster.create_namespace()
    options = {
        "TYPE": "s3",
        "PROVIDER": "AWS",
        "ACCESS_KEY_ID": "AKIA",
        "SECRET_ACCESS_KEY": project.live.canary("key"),
    }
    data = {f"RCLONE_CONFIG_MODELS_{name}": value for name, value in options.items()}
    project.live.create(namespace, "models-bucket-envvars", data, labels=SEEN)
    project.engine.env["KUBECONFIG"] = str(proxy.kubeconfig(proxy.cluster.kubeconfig))
    before = project.secrets(namespace)
    rule = Rule(PASSING[fault], request_, times=2 if passes else 1, agent=PYTHON)
    proxy.spoil(rule)
    if not passes:
        finished = project.run("-n", namespace, "--yes")
        assert finished.returncode == 2, finished.stdout + finished.stderr
        assert rule.spoiled == 1
    project.import_(namespace)
    assert rule.spoiled >= 1
    assert project.secrets(namespace) == before
    assert project.leaked() == {}


def test_import_with_credentials_that_expire_between_two_changes(
    native_parts: Path, proxy: FaultProxy, tmp_path: Path
) -> None:
    project = Project(native_parts, proxy.cluster, tmp_path)
    namespace = proxy.cluster.create_namespace()
    for name in ("ONE", "TWO"):
        data = {
            f"RCLONE_CONFIG_{name}_TYPE": "s3",
            f"RCLONE_CONFIG_{name}_SECRET_ACCESS_KEY": project.live.canary("key"),
        }
        project.live.create(namespace, f"{name.lower()}-bucket-envvars", data, labels=SEEN)
    project.engine.env["KUBECONFIG"] = str(proxy.kubeconfig(proxy.cluster.kubeconfig))
    before = project.secrets(namespace)
    rule = Rule(faults.status(401), CHANGES, skip=2, times=FOREVER, agent=PYTHON)
    proxy.spoil(rule)
    finished = project.run("-n", namespace, "--yes")
    assert finished.returncode == 2, finished.stdout + finished.stderr
    assert "they may have expired" in finished.stderr
    assert rule.spoiled == 1
    proxy.spoil()
    project.import_(namespace)
    assert project.secrets(namespace) == before


@pytest.fixture(scope="module")
def environments(
    native_parts: Path,
    control_plane: ControlPlane,
    fault_proxy: FaultProxy,
    tmp_path_factory: pytest.TempPathFactory,
) -> Environments:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    created = Environments(engine, control_plane, tmp_path_factory.mktemp("project"), ("dev",))
    engine.env["KUBECONFIG"] = str(fault_proxy.kubeconfig(Path(engine.env["KUBECONFIG"])))
    return created


@pytest.mark.parametrize("fault", matrix(*((fault,) for fault in PASSING), sample=(("503",),)))
def test_rollout_reads_again_to_verify(environments: Environments, proxy: FaultProxy, fault: str) -> None:
    environments.rotate()
    rule = Rule(PASSING[fault], "GET .*/secrets/", times=2, agent=PYTHON)
    proxy.spoil(rule)
    assert "3 Secrets verified" in environments.rollout("dev", "--yes")
    assert rule.spoiled == 2
    environments.assert_converged("dev")


@pytest.mark.parametrize("fault", matrix(*((fault,) for fault in PASSING), sample=(("eof before",),)))
def test_rollout_waits_for_the_api_server_to_verify(
    environments: Environments, proxy: FaultProxy, fault: str
) -> None:
    environments.rollout("dev", "--yes")
    environments.rotate()
    rule = Rule(PASSING[fault], "GET .*/secrets/", times=4, agent=PYTHON)
    proxy.spoil(rule)
    printed = environments.rollout("dev", "--yes")
    assert "trying again in 2 s (2 of 3)" in printed
    assert "3 Secrets verified" in printed
    assert rule.spoiled == 4
    environments.assert_converged("dev")


@pytest.mark.parametrize("fault", matrix(*((fault,) for fault in PASSING), sample=(("503",),)))
def test_rollout_previews_again(environments: Environments, proxy: FaultProxy, fault: str) -> None:
    environments.rotate()
    rule = Rule(PASSING[fault], f"{CHANGES}.*dryRun", agent=PROVIDER)
    proxy.spoil(rule)
    printed = environments.rollout("dev", "--yes")
    assert rule.spoiled == 1
    if fault not in REPEATED_BY_CLIENT:
        assert "trying again in 2 s (2 of 3)" in printed
    assert "3 Secrets verified" in printed
    environments.assert_converged("dev")


def test_rollout_looks_again_for_existing_secrets(environments: Environments, proxy: FaultProxy) -> None:
    environments.rollout("dev", "--yes")
    environments.configure("dev", registries=False)
    environments.rollout("dev", "--yes", "--allow-delete")
    environments.configure("dev")
    rule = Rule(PASSING["503"], "GET .*/secrets/", times=4, agent=PYTHON)
    proxy.spoil(rule)
    printed = environments.rollout("dev", "--yes")
    assert printed.index("trying again in 2 s (2 of 3)") < printed.index("1 to create")
    assert rule.spoiled == 4
    environments.assert_converged("dev")


@pytest.mark.parametrize("skip", [pytest.param(skip, marks=pytest.mark.faults) for skip in range(6)])
def test_the_provider_meets_two_failures_in_a_row(
    environments: Environments, proxy: FaultProxy, skip: int
) -> None:
    """From the first requests of a rotation on. In a preview, the rollout tries again; during an update, the next run continues."""
    environments.rollout("dev", "--yes")
    uids = environments.uids()
    environments.rotate()
    rule = Rule(PASSING["503"], "(GET|PATCH) .*/secrets/", times=2, skip=skip, agent=PROVIDER)
    proxy.spoil(rule)
    process = environments.start("dev", "--yes")
    printed, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    assert leaks(printed, environments.canaries) == []
    if process.returncode != 0:
        assert rule.spoiled >= 1
        assert "continue with: seldon-secrets rollout dev --yes" in printed
        assert "dev: up" in printed, "the preview was not tried again"
        environments.rollout("dev", "--yes")
    environments.assert_converged("dev")
    assert environments.uids() == uids
    proxy.spoil()
    assert "0 to create, 0 to update, 0 to replace, 0 to delete" in environments.rollout("dev", "--preview")


@pytest.mark.faults
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_rollout_with_credentials_that_expire_between_two_changes(
    environments: Environments, proxy: FaultProxy, skip: int
) -> None:
    environments.rollout("dev", "--yes")
    uids = environments.uids()
    environments.rotate()
    rule = Rule(faults.status(401), f"{CHANGES}(?!.*dryRun)", skip=skip, times=FOREVER)
    proxy.spoil(rule)
    printed = environments.rollout("dev", "--yes", code=1)
    assert "Unauthorized" in printed
    assert "continue with: seldon-secrets rollout dev --yes" in printed
    assert rule.spoiled >= 1
    proxy.spoil()
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")
    assert environments.uids() == uids
