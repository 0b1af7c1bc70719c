"""The program in `programs/all_components` as a stack on a cluster, and the servers that accept its credentials."""

import base64
import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.rclone.obscure import obscure
from tests.integration.parts.control_plane import ControlPlane
from tests.integration.parts.gcs_server import GcsServer
from tests.integration.parts.isolated_engine import IsolatedEngine
from tests.integration.parts.registry import Registry
from tests.integration.parts.s3_server import S3Server

from .password_server import PASSWORD, PasswordServer

PROGRAM = Path(__file__).parents[1] / "programs" / "all_components"
# The Secrets that the program declares.
SECRETS = sorted(
    [
        f"{remote}-bucket-{kind}"
        for remote in ("models", "my-store", "gs", "files")
        for kind in ("envvars", "params")
    ]
    + ["registry"]
)


@dataclass
class Servers:
    """The servers that accept the credentials."""

    s3: S3Server
    gcs: GcsServer
    webdav: PasswordServer
    registry: Registry

    @property
    def canaries(self) -> dict[str, str]:
        """Every credential that must not leak."""
        login = f"{self.registry.username}:{self.registry.password}"
        key: str = json.loads(self.gcs.key_file)["private_key"]
        return {
            "S3 access key ID": self.s3.access_key_id,
            "S3 secret access key": self.s3.secret_access_key,
            "GCS private key": key.splitlines()[5],
            # These two as the Secrets hold them: obscured, and in a docker config.
            "obscured WebDAV password": obscure("webdav", "pass", PASSWORD),
            "registry login": base64.b64encode(login.encode()).decode(),
            "WebDAV password": PASSWORD,
            "registry password": self.registry.password,
        }


@dataclass
class AllComponents:
    """A stack of the program, with its own namespace and project folder."""

    engine: IsolatedEngine
    cluster: ControlPlane
    servers: Servers
    folder: Path
    namespace: str = ""
    name: str = ""
    """The stack's name."""

    def create(self) -> None:
        """Create the namespace, the project, the stack and its configuration, without deploying it."""
        self.namespace = self.cluster.create_namespace()
        shutil.copytree(PROGRAM, self.folder, dirs_exist_ok=True)
        self.name = f"test-{secrets.token_hex(3)}"
        self.pulumi("stack", "init", self.name)
        servers = self.servers
        self.engine.configure(
            self.folder,
            {
                "kubernetes:enableSecretMutable": "true",
                "namespace": self.namespace,
                "s3Endpoint": servers.s3.endpoint,
                "gcsEndpoint": servers.gcs.endpoint,
                "registryServer": servers.registry.host,
                "registryUsername": servers.registry.username,
            },
            {
                "accessKeyId": servers.s3.access_key_id,
                "secretAccessKey": servers.s3.secret_access_key,
                "gcsCredentials": servers.gcs.key_file,
                "webdav": json.dumps(servers.webdav.parameters),
                "registryPassword": servers.registry.password,
            },
        )

    def pulumi(self, *arguments: str, check: bool = True, text: str = "") -> str:
        """Run pulumi and return its standard output and standard error."""
        finished = self.engine.pulumi(
            *arguments,
            cwd=self.folder,
            check=check,
            env={"KUBECONFIG": str(self.cluster.kubeconfig)},
            text=text,
        )
        return finished.stdout + finished.stderr

    def steps(self) -> dict[str, list[str]]:
        """The Secrets that a preview would change, by operation."""
        finished = self.engine.pulumi(
            "preview", "--json", cwd=self.folder, env={"KUBECONFIG": str(self.cluster.kubeconfig)}
        )
        steps: dict[str, list[str]] = {}
        for step in json.loads(finished.stdout)["steps"]:
            if "core/v1:Secret" in step["urn"]:
                steps.setdefault(step["op"], []).append(step["urn"].rpartition("::")[2])
        return steps

    def secrets(self) -> dict[str, Any]:
        """The Secrets in the namespace, by name."""
        return self.cluster.secrets(self.namespace)

    def data(self, name: str) -> dict[str, str]:
        """The data of a Secret, decoded to strings."""
        data = self.cluster.secret_data(self.namespace, name)
        return {key: value.decode() for key, value in data.items()}

    def output(self, name: str) -> str:
        return self.pulumi("stack", "output", name, "--show-secrets").strip()
