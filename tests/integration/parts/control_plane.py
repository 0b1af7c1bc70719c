"""A Kubernetes API server with its etcd, garbage collector and namespace controller; no nodes, so no pods."""

import base64
import json
import secrets
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from kubernetes import client, config

from .served_part import ServedPart
from .server_process import ServerProcess, free_port

GROUP_OF_ADMINS = "system:masters"


class ControlPlane(ServedPart):
    """`kubeconfig` and `core` belong to the administrator. Other users are service accounts with tokens."""

    etcd: ServerProcess
    api_server: ServerProcess

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.token = secrets.token_urlsafe(24)
        self.url = f"https://127.0.0.1:{free_port()}"
        self._certificates = folder / "certificates"
        self.certificate = self._certificates / "apiserver.crt"

    def start(self) -> None:
        """Start the programs in order: the API server needs etcd, and the controllers need the API server."""
        self._certificates.mkdir()
        self._start_api_server(etcd=self._start_etcd())
        self.kubeconfig = self.write_kubeconfig("admin", self.token)
        self._start_controllers()
        self.api = self.connect(self.kubeconfig)
        self.core = client.CoreV1Api(self.api)

    def wait_until_ready(self) -> None:
        """Wait until the API server answers, after one of the programs failed."""
        self.api_server.wait_until(lambda: _ok(f"{self.url}/readyz", self.certificate))

    def connect(self, kubeconfig: Path) -> client.ApiClient:
        """A client that closes when the programs stop."""
        api: client.ApiClient = config.new_client_from_config(str(kubeconfig))  # type: ignore[no-untyped-call]
        self._running.callback(api.close)
        return api

    def write_kubeconfig(self, name: str, token: str) -> Path:
        """Write a kubeconfig for a bearer token, such as a service account's, and return its path."""
        file = self.folder / f"{name}.kubeconfig"
        file.touch(mode=0o600)
        cluster = {"server": self.url, "certificate-authority": str(self.certificate)}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "local", "cluster": cluster}],
            "users": [{"name": name, "user": {"token": token}}],
            "contexts": [{"name": name, "context": {"cluster": "local", "user": name}}],
            "current-context": name,
        }
        file.write_text(json.dumps(content))
        return file

    def create_namespace(self, prefix: str = "team") -> str:
        """Create a namespace with a unique name, and return the name."""
        name = f"{prefix}-{secrets.token_hex(4)}"
        self.core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
        return name

    def namespaces(self) -> set[str]:
        """The names of all namespaces."""
        metadata = [namespace.metadata for namespace in self.core.list_namespace().items]
        return {each.name for each in metadata if each and each.name}

    def delete_namespace(self, name: str, seconds: float = 30) -> None:
        """Delete a namespace with everything in it, and wait until it is gone."""
        self.core.delete_namespace(name)
        deadline = time.monotonic() + seconds
        while name in self.namespaces():
            if time.monotonic() > deadline:
                raise TimeoutError(f"namespace {name} is not gone after {seconds:.0f} s")
            time.sleep(0.1)

    def secrets(self, namespace: str) -> dict[str, client.V1Secret]:
        """The Secrets in a namespace, by name."""
        items = self.core.list_namespaced_secret(namespace).items
        return {item.metadata.name: item for item in items if item.metadata and item.metadata.name}

    def secret_data(self, namespace: str, name: str) -> dict[str, bytes]:
        """The data of a Secret, decoded."""
        secret = self.core.read_namespaced_secret(name, namespace)
        return {key: base64.b64decode(value) for key, value in (secret.data or {}).items()}

    def _start_controllers(self) -> None:
        # The provider deletes with foreground propagation, which needs the garbage collector.
        self.serve(
            "kube-controller-manager",
            f"--kubeconfig={self.kubeconfig}",
            "--controllers=garbage-collector-controller,namespace-controller",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={free_port()}",
        )

    def _start_etcd(self) -> str:
        clients, peers = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self.etcd = self.serve(
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={clients}",
            f"--advertise-client-urls={clients}",
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}",
            f"--initial-cluster=default={peers}",
            "--unsafe-no-fsync",  # the data need not survive the test run
        )
        self.etcd.wait_until(lambda: _ok(f"{clients}/health"))
        return clients

    def _start_api_server(self, etcd: str) -> None:
        key = self._write_service_account_key()
        tokens = self.folder / "tokens.csv"
        tokens.touch(mode=0o600)
        tokens.write_text(f"{self.token},admin,admin,{GROUP_OF_ADMINS}\n")
        self.api_server = self.serve(
            "kube-apiserver",
            f"--etcd-servers={etcd}",
            f"--cert-dir={self._certificates}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.url.rpartition(':')[2]}",
            "--service-account-issuer=https://local",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--authorization-mode=RBAC",
            f"--token-auth-file={tokens}",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount",
        )
        self.wait_until_ready()

    def _write_service_account_key(self) -> Path:
        file = self._certificates / "service-account.key"
        file.touch(mode=0o600)
        file.write_bytes(
            rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )
        return file


def _ok(url: str, certificate: Path | None = None) -> bool | None:
    """True if the address answers with success, else None. The server writes its certificate while it starts."""
    try:
        trust = ssl.create_default_context(cafile=certificate) if certificate else None
        with urllib.request.urlopen(url, timeout=5, context=trust):
            return True
    except (OSError, urllib.error.URLError):
        return None
