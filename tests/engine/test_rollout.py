"""`rollout` over three stacks in three namespaces, each with an identity of its own."""

import copy
import json
import os
import pty
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from .leaks import leaks
from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "multi_environment"
COMMAND = str(Path(sys.prefix, "bin", "seldon-secrets"))
STACKS = ("dev", "staging", "prod")
SECRETS = ["ghcr", "models-bucket-envvars", "models-bucket-params"]
ACCOUNT = "seldon-secrets"


class Environments:
    """`examples/multi_environment` with a namespace for each of its stacks.

    Two of them find their cluster by a context of KUBECONFIG, the third one by a kubeconfig of its own.
    """

    def __init__(self, engine: IsolatedEngine, cluster: ControlPlane, folder: Path) -> None:
        self.engine, self.cluster, self.folder = engine, cluster, folder
        self.rbac = client.RbacAuthorizationV1Api(cluster.api)
        self.password = ""
        self.canaries: dict[str, str] = {}
        self.namespaces = {name: cluster.create_namespace(name) for name in STACKS}
        self.kubeconfigs = {name: self._identity(namespace) for name, namespace in self.namespaces.items()}
        self.rotate()
        engine.env["KUBECONFIG"] = str(self._contexts("dev", "staging"))
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(EXAMPLE / name, folder)
        for name in STACKS:
            engine.pulumi("stack", "init", "--no-select", name, cwd=folder)
            self.configure(name)

    def _contexts(self, *names: str) -> Path:
        """A kubeconfig with a context of each name."""
        merged: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "contexts": [], "users": []}
        for name in names:
            own = json.loads(self.kubeconfigs[name].read_text())
            merged["clusters"] = own["clusters"]
            merged["users"] += own["users"]
            merged["contexts"].append(own["contexts"][0] | {"name": name})
        file = self.cluster.folder / f"{self.namespaces['dev']}.contexts"
        file.touch(mode=0o600)
        file.write_text(json.dumps(merged))
        return file

    def _identity(self, namespace: str) -> Path:
        account, self.role, binding = yaml.safe_load_all((ROOT / "examples/rbac/role.yaml").read_text())
        binding["subjects"][0]["namespace"] = namespace
        self.cluster.core.create_namespaced_service_account(namespace, account)
        self.rbac.create_namespaced_role(namespace, self.role)
        self.rbac.create_namespaced_role_binding(namespace, binding)
        request: Any = {"spec": {"audiences": None, "expirationSeconds": 3600}}
        answer: Any = self.cluster.core.create_namespaced_service_account_token(ACCOUNT, namespace, request)
        self.canaries[f"token of {namespace}"] = answer.status.token
        return self.cluster.write_kubeconfig(namespace, answer.status.token)

    def permit(self, stack: str, without: str = "") -> None:
        role = copy.deepcopy(self.role)
        role["rules"][0]["verbs"] = [verb for verb in role["rules"][0]["verbs"] if verb != without]
        self.rbac.replace_namespaced_role(ACCOUNT, self.namespaces[stack], role)

    def rotate(self) -> None:
        """A new credential for all three, which reads it from the environment."""
        self.password = f"canary-{secrets.token_hex(12)}"
        self.canaries[f"password {len(self.canaries)}"] = self.password

    @property
    def env(self) -> dict[str, str]:
        variables = [
            f"{it.upper()}_{kind}" for it in STACKS for kind in ("SECRET_ACCESS_KEY", "REGISTRY_PASSWORD")
        ]
        return {**self.engine.env, "CI": "true", **dict.fromkeys(variables, self.password)}

    def configure(self, stack: str, *, mutable: bool = True, registries: bool = True) -> None:
        content = yaml.safe_load((EXAMPLE / f"Pulumi.{stack}.yaml").read_text())
        content["encryptionsalt"] = self._salt(stack)
        config = content["config"]
        config["seldon-secrets:namespaces"] = [self.namespaces[stack]]
        if stack == "prod":
            del config["kubernetes:context"]
            config["kubernetes:kubeconfig"] = str(self.kubeconfigs[stack])
        if not mutable:
            config["kubernetes:enableSecretMutable"] = "false"
        if not registries:
            del config["seldon-secrets:registries"]
        (self.folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(content))

    def _salt(self, stack: str) -> str:
        return str(yaml.safe_load((self.folder / f"Pulumi.{stack}.yaml").read_text())["encryptionsalt"])

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [COMMAND, "rollout", *arguments],
            cwd=self.folder,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def rollout(self, *arguments: str, code: int = 0, **env: str) -> str:
        process = self.start(*arguments, **env)
        printed, _ = process.communicate(timeout=120)
        assert process.returncode == code, printed
        assert "Traceback" not in printed
        assert leaks(printed, self.canaries) == []
        return printed

    def passwords(self) -> dict[str, str | None]:
        """What each environment has now."""
        found: dict[str, str | None] = {}
        for name, namespace in self.namespaces.items():
            held = self.cluster.secrets(namespace)
            assert sorted(held) in ([], SECRETS, SECRETS[1:], SECRETS[:1]), held.keys()
            data = "models-bucket-envvars" in held and self.cluster.secret_data(
                namespace, "models-bucket-envvars"
            )
            found[name] = data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode() if data else None
        return found

    def uids(self) -> dict[str, str]:
        return {
            f"{stack}/{name}": str(secret.metadata.uid)
            for stack, namespace in self.namespaces.items()
            for name, secret in self.cluster.secrets(namespace).items()
            if secret.metadata
        }

    def locks(self) -> list[Path]:
        return [it for it in (self.engine.backend / ".pulumi" / "locks").rglob("*.json") if it.is_file()]

    def resources(self, stack: str) -> list[str]:
        exported = self.engine.pulumi("stack", "export", "--stack", stack, cwd=self.folder).stdout
        deployment = json.loads(exported)["deployment"]
        assert not deployment.get("pending_operations")
        return [it["urn"] for it in deployment["resources"]]

    def assert_converged(self, *stacks: str) -> None:
        """Nothing is lost or doubled, on the clusters and in the states."""
        assert self.locks() == []
        for stack in stacks:
            assert self.passwords()[stack] == self.password
            assert sorted(self.cluster.secrets(self.namespaces[stack])) == SECRETS
            urns = self.resources(stack)
            assert len(urns) == len(set(urns)) == 6


@pytest.fixture
def environments(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path
) -> Iterator[Environments]:
    environments = Environments(isolated_engine, control_plane, tmp_path)
    yield environments
    for stack in STACKS:
        environments.permit(stack)


def test_first_rollout_no_change_and_rotation(environments: Environments, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    printed = environments.rollout(*STACKS, "--yes", GITHUB_STEP_SUMMARY=str(summary))
    environments.assert_converged(*STACKS)
    for stack in STACKS:
        assert f"create {environments.namespaces[stack]}/models-bucket-params" in printed
        assert f"{stack}: done, 3 Secrets verified" in printed
        assert f"| {stack} | done | 4 | 0 | 0 | 0 | 0 | 3 |" in summary.read_text()

    before = environments.uids()
    events = [
        json.loads(line)
        for line in environments.rollout(",".join(STACKS), "--yes", "--json", "--parallel").splitlines()
    ]
    assert events[-1]["event"] == "end"
    assert [it["changes"] for it in events[-1]["stacks"]] == [
        {"create": 0, "update": 0, "replace": 0, "delete": 0, "same": 4}
    ] * 3

    environments.rotate()
    old = environments.passwords()
    assert "3 to update" in environments.rollout("dev", "--preview")
    assert environments.passwords() == old
    environments.rollout("dev,staging", "prod", "--yes", "--parallel")
    environments.assert_converged(*STACKS)
    assert environments.uids() == before


def test_a_failure_in_staging_leaves_prod_untouched_and_resumes(environments: Environments) -> None:
    environments.rollout(",".join(STACKS), "--yes", "--parallel")
    first = environments.password
    environments.rotate()
    environments.permit("staging", without="patch")
    printed = environments.rollout(*STACKS, "--yes", code=1)
    assert 'cannot patch resource "secrets"' in printed
    assert "dev: done, 3 Secrets verified\nstaging: failed\nprod: not started" in printed
    assert "go on with: seldon-secrets rollout staging prod --yes" in printed
    assert environments.passwords() == {"dev": environments.password, "staging": first, "prod": first}
    assert environments.locks() == []
    environments.permit("staging")
    environments.rollout("staging", "prod", "--yes")
    environments.assert_converged(*STACKS)


def test_what_the_cluster_does_not_hold_is_a_failure(environments: Environments) -> None:
    environments.rollout("dev", "--yes")
    namespace = environments.namespaces["dev"]
    core = environments.cluster.core
    core.delete_namespaced_secret("ghcr", namespace)
    body = {"metadata": {"labels": {"seldon-deploy": None}}, "data": {"RCLONE_CONFIG_MODELS_TYPE": "eA=="}}
    core.patch_namespaced_secret("models-bucket-envvars", namespace, body)
    printed = environments.rollout("dev", "prod", "--yes", code=1)
    assert f"{namespace}/ghcr: is not there" in printed
    assert f"{namespace}/models-bucket-envvars: label seldon-deploy differs" in printed
    assert f"{namespace}/models-bucket-envvars: key RCLONE_CONFIG_MODELS_TYPE holds something else" in printed
    assert "prod: not started" in printed
    # A field that somebody else has changed is theirs to the API server, so that Secret has to go first.
    core.delete_namespaced_secret("models-bucket-envvars", namespace)
    assert "2 to create" in environments.rollout("dev", "--yes", "--refresh")


def test_gates_and_usage(environments: Environments) -> None:
    environments.rollout("dev", "--yes")
    environments.configure("dev", registries=False)
    printed = environments.rollout("dev", "prod", "--yes", code=3)
    ghcr = f"{environments.namespaces['dev']}/ghcr"
    assert f"delete {ghcr}  <-- attention" in printed
    assert f"dev: refused: {ghcr} would be deleted; --allow-delete allows it" in printed
    assert "prod: not started" in printed
    environments.rollout("dev", "prod", "--yes", "--allow-delete", "--until", "dev")
    assert environments.passwords()["prod"] is None

    # Without the setting, Kubernetes' provider replaces a Secret whose data changes.
    environments.configure("dev", mutable=False, registries=False)
    environments.rotate()
    assert "would be replaced; --allow-replace allows it" in environments.rollout("dev", "--yes", code=3)
    environments.rollout("dev", "--yes", "--allow-replace")
    assert environments.passwords()["dev"] == environments.password

    assert "nobody can be asked here" in environments.rollout("dev", code=2)
    assert "did you mean staging?" in environments.rollout("dev", "stagin", "--yes", code=2)
    assert "dev is named twice" in environments.rollout("dev", "dev", "--yes", code=2)
    assert "prd is none of the stacks" in environments.rollout("dev", "--yes", "--until", "prd", code=2)
    assert "no Pulumi.yaml" in environments.rollout("dev", "--yes", "--cwd", "/", code=2)


def test_a_lock_of_somebody_else_is_named(environments: Environments) -> None:
    folder = environments.engine.backend / ".pulumi/locks/organization/environments/dev"
    folder.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 1, "username": "ada", "hostname": "elsewhere", "timestamp": "2031-02-03T04:05:06Z"}
    (folder / "one.json").write_text(json.dumps(lock))
    printed = environments.rollout("dev", "prod", "--yes", code=1)
    assert "dev: failed: it is locked by ada@elsewhere (process 1) since 2031-02-03T04:05:06Z" in printed
    assert "prod: not started" in printed
    (folder / "one.json").unlink()


def test_on_a_terminal_it_asks_and_shows_progress(environments: Environments) -> None:
    for answer, code, words in (("n", 3, "dev: refused"), ("y", 0, "dev: done, 3 Secrets verified")):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [COMMAND, "rollout", "dev"],
            cwd=environments.folder,
            env={**environments.env, "CI": "", "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = _shown(ours, until="[y/N]")
        assert f"create {environments.namespaces['dev']}/models-bucket-params" in shown
        os.write(ours, f"{answer}\n".encode())
        shown += _shown(ours)
        assert process.wait(timeout=60) == code, shown
        assert words in shown
        assert leaks(shown, environments.canaries) == []
        os.close(ours)
    assert "━" in shown


def _shown(terminal: int, until: str = "") -> str:
    """What the terminal shows up to some words, or to the end."""
    shown = b""
    with suppress(OSError):  # the other side is closed
        while not (until and until.encode() in shown):
            shown += os.read(terminal, 4096)
    return shown.decode()


# What the command has said when it is interrupted: before, in the middle of and after an update, and in between.
MOMENTS = {
    "SIGINT": ("dev: preview", "dev: 0 to create", "dev: up", "dev: update", "prod: preview"),
    "SIGKILL": ("dev: preview", "dev: up", "dev: update", "dev: verify", "prod: update"),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_whenever_it_is_interrupted_the_next_one_converges(environments: Environments, name: str) -> None:
    environments.rollout("dev,prod", "--yes", "--parallel")
    before = environments.uids()
    for moment in MOMENTS[name]:
        environments.rotate()
        stacks = ("dev", "prod") if moment.startswith("prod") else ("dev",)
        process = environments.start(*stacks, "--yes")
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith(moment):
                process.send_signal(signal.Signals[name])
                break
        else:
            pytest.fail(f"{moment} never came:\n{said}")
        if name == "SIGKILL":
            process.wait(timeout=60)
            process.stdout.close()
        else:
            said += process.stdout.read()
            assert process.wait(timeout=60) == 1, said
            assert "failed: stopped as asked" in said
            assert "go on with: seldon-secrets rollout" in said
            assert environments.locks() == []
        assert leaks(said, environments.canaries) == []
        _go_on(environments, stacks)
        environments.assert_converged(*stacks)
        assert environments.uids() == before, moment


def _go_on(environments: Environments, stacks: tuple[str, ...]) -> None:
    """What was killed may have left a pulumi that is still at work: its lock is named until it is done."""
    deadline = time.monotonic() + 60
    while True:
        process = environments.start(",".join(stacks), "--yes", "--parallel")
        printed, _ = process.communicate(timeout=60)
        if process.returncode == 0:
            return
        assert "it is locked by" in printed, printed
        assert time.monotonic() < deadline, printed
        time.sleep(0.5)
