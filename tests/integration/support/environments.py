"""`examples/multi_environment` on a cluster: each stack has its own namespace and identity."""

import copy
import json
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from kubernetes import client

from tests.integration.parts.control_plane import ControlPlane
from tests.integration.parts.isolated_engine import IsolatedEngine
from tests.support.leaks import leaks

from .command import COMMAND, TIMEOUT_SECONDS, rollout, start_rollout

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "multi_environment"
ROLE = ROOT / "examples" / "rbac" / "role.yaml"
STACKS = ("dev", "staging", "prod")
SECRETS = ["ghcr", "models-bucket-envvars", "models-bucket-params"]
ACCOUNT = "seldon-secrets"


def credentials(password: str) -> dict[str, str]:
    """The environment variables that the example's stacks read."""
    kinds = ("SECRET_ACCESS_KEY", "REGISTRY_PASSWORD")
    return {f"{stack.upper()}_{kind}": password for stack in STACKS for kind in kinds}


class Identity:
    """The account of `examples/rbac` in a namespace, and its permissions there."""

    def __init__(self, cluster: ControlPlane, namespace: str) -> None:
        self.namespace = namespace
        self._rbac = client.RbacAuthorizationV1Api(cluster.api)
        account, self._role, binding = yaml.safe_load_all(ROLE.read_text())
        self.verbs: list[str] = self._role["rules"][0]["verbs"]
        binding["subjects"][0]["namespace"] = namespace
        cluster.core.create_namespaced_service_account(namespace, account)
        self._rbac.create_namespaced_role(namespace, self._role)
        self._rbac.create_namespaced_role_binding(namespace, binding)
        request: Any = {"spec": {"audiences": None, "expirationSeconds": 3600}}
        answer: Any = cluster.core.create_namespaced_service_account_token(ACCOUNT, namespace, request)
        self.token: str = answer.status.token
        self.kubeconfig = cluster.write_kubeconfig(namespace, self.token)

    def permit(self, without: str = "") -> None:
        """Grant all verbs of the example's Role, or all but one."""
        role = copy.deepcopy(self._role)
        role["rules"][0]["verbs"] = [verb for verb in self.verbs if verb != without]
        self._rbac.replace_namespaced_role(ACCOUNT, self.namespace, role)


class Environments:
    """The example's stacks. They find their cluster by a context of KUBECONFIG, prod by its own kubeconfig."""

    def __init__(
        self, engine: IsolatedEngine, cluster: ControlPlane, folder: Path, stacks: tuple[str, ...] = STACKS
    ) -> None:
        self.engine, self.cluster, self.folder, self.stacks = engine, cluster, folder, stacks
        self.password = ""
        self.canaries: dict[str, str] = {}
        self.namespaces = {name: cluster.create_namespace(name) for name in stacks}
        self.identities = {name: Identity(cluster, namespace) for name, namespace in self.namespaces.items()}
        for name, identity in self.identities.items():
            self.canaries[f"token of {name}"] = identity.token
        self.rotate()
        engine.env["KUBECONFIG"] = str(self._contexts())
        for file in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(EXAMPLE / file, folder)
        for name in stacks:
            engine.pulumi("stack", "init", "--no-select", name, cwd=folder)
            self.configure(name)

    def _contexts(self) -> Path:
        """A kubeconfig with a context for each stack."""
        merged: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "contexts": [], "users": []}
        for name, identity in self.identities.items():
            own = json.loads(identity.kubeconfig.read_text())
            merged["clusters"] = own["clusters"]
            merged["users"] += own["users"]
            merged["contexts"].append(own["contexts"][0] | {"name": name})
        file = self.cluster.folder / f"{self.namespaces[self.stacks[0]]}.contexts"
        file.touch(mode=0o600)
        file.write_text(json.dumps(merged))
        return file

    def restore(self) -> None:
        """Undo changes of earlier tests to settings and permissions, and set a new credential."""
        for name in self.stacks:
            self.identities[name].permit()
            self.configure(name)
        self.rotate()

    def rotate(self) -> None:
        """Set a new credential for all stacks, which read it from the environment."""
        self.password = f"canary-{secrets.token_hex(12)}"
        self.canaries[f"password {len(self.canaries)}"] = self.password

    @property
    def env(self) -> dict[str, str]:
        return {**self.engine.env, "CI": "true", **credentials(self.password)}

    def configure(self, stack: str, *, mutable: bool = True, registries: bool = True) -> None:
        content = yaml.safe_load((EXAMPLE / f"Pulumi.{stack}.yaml").read_text())
        file = self.folder / f"Pulumi.{stack}.yaml"
        content["encryptionsalt"] = yaml.safe_load(file.read_text())["encryptionsalt"]
        config = content["config"]
        config["seldon-secrets:namespaces"] = [self.namespaces[stack]]
        if stack == "prod":
            del config["kubernetes:context"]
            config["kubernetes:kubeconfig"] = str(self.identities[stack].kubeconfig)
        if not mutable:
            config["kubernetes:enableSecretMutable"] = "false"
        if not registries:
            del config["seldon-secrets:registries"]
        file.write_text(yaml.safe_dump(content))

    def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        return start_rollout(self.folder, {**self.env, **(env or {})}, *arguments)

    def rollout(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        return rollout(self.folder, {**self.env, **(env or {})}, self.canaries, *arguments, code=code)

    def adopt(self, stack: str, code: int = 0) -> str:
        """Import the stack's namespace, and return the output."""
        finished = subprocess.run(
            [COMMAND, "import", "--stack", stack, "--namespace", self.namespaces[stack], "--yes"],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        printed = finished.stdout + finished.stderr
        assert finished.returncode == code, printed
        assert leaks(printed, self.canaries) == []
        return printed

    def passwords(self) -> dict[str, str | None]:
        """The current credential of each environment."""
        passwords: dict[str, str | None] = {}
        for name, namespace in self.namespaces.items():
            live = self.cluster.secrets(namespace)
            assert sorted(live) in ([], SECRETS, SECRETS[1:], SECRETS[:1]), live.keys()
            data = "models-bucket-envvars" in live and self.cluster.secret_data(
                namespace, "models-bucket-envvars"
            )
            passwords[name] = data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode() if data else None
        return passwords

    def uids(self) -> dict[str, str]:
        return {
            f"{stack}/{name}": str(secret.metadata.uid)
            for stack, namespace in self.namespaces.items()
            for name, secret in self.cluster.secrets(namespace).items()
            if secret.metadata
        }

    def locks(self) -> list[Path]:
        return [
            file for file in (self.engine.backend / ".pulumi" / "locks").rglob("*.json") if file.is_file()
        ]

    def resources(self, stack: str) -> list[str]:
        exported = self.engine.pulumi("stack", "export", "--stack", stack, cwd=self.folder).stdout
        deployment = json.loads(exported)["deployment"]
        assert not deployment.get("pending_operations")
        return [resource["urn"] for resource in deployment["resources"]]

    def assert_converged(self, *stacks: str) -> None:
        """Nothing is lost or duplicated in the clusters and the states."""
        assert self.locks() == []
        for stack in stacks:
            assert self.passwords()[stack] == self.password
            assert sorted(self.cluster.secrets(self.namespaces[stack])) == SECRETS
            urns = self.resources(stack)
            assert len(urns) == len(set(urns)) == 6
