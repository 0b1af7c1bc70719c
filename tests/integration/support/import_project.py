"""The ready-made stack's project, and existing Secrets in a cluster."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kubernetes import client

from tests.integration.parts.control_plane import ControlPlane
from tests.integration.parts.isolated_engine import IsolatedEngine
from tests.support.leaks import leaks

from .bucket_secrets import create_reader
from .command import COMMAND
from .live_secrets import LiveSecrets

ROOT = Path(__file__).parents[3]
TIMEOUT_SECONDS = 200


class Project:
    """A copy of the ready-made stack's project, with one stack on the cluster."""

    def __init__(self, native_parts: Path, cluster: ControlPlane, folder: Path) -> None:
        self.cluster = cluster
        self.live = LiveSecrets(cluster)
        (folder / "engine").mkdir()
        self.engine = IsolatedEngine(folder / "engine", native_parts)
        self.engine.env["KUBECONFIG"] = str(cluster.kubeconfig)
        self.folder = folder / "project"
        self.folder.mkdir()
        shutil.copy(ROOT / "Pulumi.yaml", self.folder)
        shutil.copytree(ROOT / "stack", self.folder / "stack")
        self.pulumi("stack", "init", "test")
        self.file = self.folder / "Pulumi.test.yaml"

    def pulumi(self, *arguments: str, text: str = "") -> str:
        finished = self.engine.pulumi(*arguments, cwd=self.folder, text=text)
        return finished.stdout + finished.stderr

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [COMMAND, "import", *arguments],
            cwd=self.folder,
            env={**self.engine.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **env)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
        assert leaks(stdout + stderr, self.live.canaries) == []
        assert "Traceback" not in stderr
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def import_(self, *namespaces: str, code: int = 0) -> Any:
        options = [option for namespace in namespaces for option in ("-n", namespace)]
        finished = self.run(*options, "--yes", "--output", "json")
        assert finished.returncode == code, finished.stdout + finished.stderr
        return json.loads(finished.stdout)

    def steps(self) -> list[dict[str, Any]]:
        every = json.loads(self.engine.pulumi("preview", "--json", cwd=self.folder).stdout)["steps"]
        return [step for step in every if step["op"] != "same"]

    def leaked(self) -> dict[str, list[str]]:
        """The files with a canary, among all files of the project and of pulumi, with its backend and backups."""
        files = [path for path in self.folder.parent.rglob("*") if path.is_file()]
        leaked = {str(path): leaks(path.read_text(errors="replace"), self.live.canaries) for path in files}
        return {name: names for name, names in leaked.items() if names}

    def secrets(self, *namespaces: str) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """The UID and the data of every Secret."""
        return {
            f"{namespace}/{name}": (secret.metadata.uid, secret.data)
            for namespace in namespaces
            for name, secret in self.cluster.secrets(namespace).items()
            if secret.metadata and secret.metadata.uid and secret.data
        }

    def end(self) -> None:
        """Remove the stack, and leave the Secrets in the cluster."""
        self.pulumi("stack", "rm", "--force", "--yes", "test")


def create_adopter(cluster: ControlPlane, adoptable: str, *readable: str) -> Path:
    """Create an account that may list Secrets in all these namespaces, and adopt those of the first one only."""
    kubeconfig = create_reader(cluster, adoptable, adoptable, *readable)
    rbac = client.RbacAuthorizationV1Api(cluster.api)
    metadata = client.V1ObjectMeta(name="adopter")
    rule = client.V1PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "patch"])
    rbac.create_namespaced_role(adoptable, client.V1Role(metadata=metadata, rules=[rule]))
    role = client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name="adopter")
    subject = client.RbacV1Subject(kind="ServiceAccount", name="reader", namespace=adoptable)
    binding = client.V1RoleBinding(metadata=metadata, role_ref=role, subjects=[subject])
    rbac.create_namespaced_role_binding(adoptable, binding)
    return kubeconfig
