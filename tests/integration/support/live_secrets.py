"""Secrets as the platform's UI and SDK, Seldon's installers, kubectl and people create them."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.obscure import obscure
from tests.integration.parts.control_plane import ControlPlane
from tests.support.keys import key_file

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
SEEN = {"secret-type": "bucket", "seldon-deploy": "true"}
REGISTRY = {"secret-type": "registry", "seldon-deploy": "true"}
DOCKER = "kubernetes.io/dockerconfigjson"


@dataclass
class LiveSecrets:
    """Creates Secrets on a cluster as different clients do. Each client leaves its own field managers behind."""

    cluster: ControlPlane
    canaries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._next_client = cycle(
            (self._kubectl_apply, self._kubectl_apply_server_side, self._python_client, self._kubectl_create)
        )

    def canary(self, name: str) -> str:
        text = f"canary-{name}-{secrets.token_hex(8)}"
        self.canaries[f"{name} {len(self.canaries)}"] = text
        return text

    def encoded(self, name: str, text: str) -> str:
        """Register an encoded credential as a canary too: it gives the credential away."""
        self.canaries[f"{name} encoded {len(self.canaries)}"] = text
        return text

    def auth(self, name: str) -> str:
        """A login as a docker config holds it."""
        return self.encoded(name, base64.b64encode(f"bot:{self.canary(name)}".encode()).decode())

    def create(self, namespace: str, name: str, data: Mapping[str, str], **rest: Any) -> None:
        """Create a Secret with the next client of the cycle: kubectl apply, server-side apply, Python, kubectl create."""
        type_ = rest.pop("type", "Opaque")
        metadata: dict[str, Any] = {"name": name, "namespace": namespace, **rest}
        body: Any = {"apiVersion": "v1", "kind": "Secret", "type": type_, "metadata": metadata}
        body["data"] = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
        next(self._next_client)(namespace, body, data)

    def _kubectl_apply(self, namespace: str, body: Any, data: Mapping[str, str]) -> None:
        metadata = body["metadata"]
        metadata["annotations"] = {
            **metadata.get("annotations", {}),
            LAST_APPLIED: json.dumps({**body, "stringData": dict(data)}),
        }
        self.cluster.core.create_namespaced_secret(namespace, body, field_manager="kubectl-client-side-apply")

    def _kubectl_apply_server_side(self, namespace: str, body: Any, _: Mapping[str, str]) -> None:
        self.cluster.core.patch_namespaced_secret(
            body["metadata"]["name"],
            namespace,
            body,
            field_manager="kubectl",
            force=True,
            _content_type="application/apply-patch+yaml",
        )

    def _python_client(self, namespace: str, body: Any, _: Mapping[str, str]) -> None:
        self.cluster.core.create_namespaced_secret(namespace, body)  # the client's default field manager

    def _kubectl_create(self, namespace: str, body: Any, _: Mapping[str, str]) -> None:
        self.cluster.core.create_namespaced_secret(namespace, body, field_manager="kubectl-create")

    def create_every_importable_kind(self, namespace: str, shared: str) -> None:
        """Create 25 Secrets; `shared` is a credential that other namespaces use too."""
        for name, data, rest in self._importable(shared):
            self.create(namespace, name, data, **rest)

    def _importable(self, shared: str) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, Any]]]:
        for format_ in (ENV_VAR, CONFIG_PARAM):
            label = {**SEEN, "bucket-secret-format": format_.name}
            data = format_.write(Remote("models", "s3", _s3(shared)))
            yield format_.secret_name("models"), data, {"labels": label}
        for number in range(4):
            remote = Remote(f"data{number}", "s3", _s3(self.canary("s3")))
            for format_ in (ENV_VAR, CONFIG_PARAM):
                # The platform's labels, without a format label.
                labels = {**SEEN, "team": f"team-{number}"}
                yield format_.secret_name(remote.name), format_.write(remote), {"labels": labels}
        yield from self._of_other_types()
        yield from self._made_by_hand()
        yield from self._registries()

    def _of_other_types(self) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, Any]]]:
        content = json.loads(key_file(private_key_id=self.canary("gcs")))
        key = json.dumps(content, sort_keys=True, separators=(",", ":"))
        gcs = Remote(
            "warehouse", "google cloud storage", {"anonymous": "false", "service_account_credentials": key}
        )
        yield "warehouse-bucket-params", CONFIG_PARAM.write(gcs), {"labels": SEEN}
        password = self.encoded("webdav", obscure("webdav", "pass", self.canary("webdav")))
        webdav = {"url": "https://files.example.com", "vendor": "other", "user": "u", "pass": password}
        yield "files-bucket-envvars", ENV_VAR.write(Remote("files", "webdav", webdav)), {}
        password = self.encoded("sftp", obscure("sftp", "pass", self.canary("sftp")))
        sftp = {"host": "sftp.example.com", "user": "u", "pass": password}
        yield "drop-bucket-params", CONFIG_PARAM.write(Remote("drop", "sftp", sftp)), {"labels": SEEN}
        account_key = self.encoded("azure", base64.b64encode(self.canary("azure").encode()).decode())
        azure = {"account": "seldonmodels", "key": account_key, "env_auth": "false"}
        yield "archive-bucket-envvars", ENV_VAR.write(Remote("archive", "azureblob", azure)), {"labels": SEEN}

    def _made_by_hand(self) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, Any]]]:
        role = {"TYPE": "s3", "PROVIDER": "minio", "ENV_AUTH": "false", "ENDPOINT": "http://minio:9000"}
        role |= {"ACCESS_KEY_ID": "minioadmin", "SECRET_ACCESS_KEY": self.canary("minio")}
        minio = {f"RCLONE_CONFIG_MINIO_{key}": value for key, value in role.items()}
        yield "minio-bucket", minio, {"labels": SEEN}
        yield (
            "old-bucket",
            {f"RCLONE_CONFIG_OLD_{key}": value for key, value in role.items()},
            {"labels": SEEN},
        )
        yaml = f"name: sheets\ntype: s3\nparameters:\n  env_auth: false\n  secret_access_key: {self.canary('yaml')}\n"
        yield "sheets-bucket-params", {"s3": yaml}, {"labels": SEEN, "annotations": {"example.com/by": "me"}}
        bools = {
            "name": "bools",
            "type": "s3",
            "parameters": {**_s3(self.canary("bools")), "env_auth": False},
        }
        yield "bools-bucket-params", {"bools": json.dumps(bools)}, {"labels": SEEN}
        sample = {"name": "s3", "type": "s3", "parameters": _s3(self.canary("sample"))}
        yield "minio-secret", {"s3": json.dumps(sample, indent=2)}, {}
        two = {f"RCLONE_CONFIG_{name}_TYPE": "s3" for name in ("ONE", "TWO")}
        two |= {"RCLONE_CONFIG_TWO_SECRET_ACCESS_KEY": self.canary("two")}
        yield "both", two, {"labels": SEEN}
        yield "custom-bucket-envvars", {"CUSTOM_TOKEN": self.canary("custom"), "EMPTY": ""}, {"labels": SEEN}
        odd = {
            "ODD_DASH": f"-{self.canary('odd')}",
            "ODD_LINES": f"first\n{self.canary('odd')}\n\n",
            "ODD_SPACES": " \t",
            "ODD_TRUE": "true",
            "ODD_NUMBER": "0123",
            "ODD_JSON": '{"secure": "no"}',
            "ODD_SIGNS": "a'b\"c\\d$e#f: ä€😀\r\n",
        }
        yield "odd", odd, {"labels": SEEN}

    def _registries(self) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, Any]]]:
        rest = {"labels": REGISTRY, "type": DOCKER}
        login = {"username": "bot", "password": self.canary("kubectl"), "auth": self.auth("auth")}
        yield "kubectl", _docker({"ghcr.io": {**login, "password": login["password"]}}), rest
        yield "ghcr", _docker({"ghcr.io": {"auth": self.auth("ghcr")}}), rest
        several = {host: {"auth": self.auth("several")} for host in ("quay.io", "ghcr.io")}
        yield "several", _docker(dict(sorted(several.items()))), rest


def _s3(secret: str) -> dict[str, str]:
    return {"provider": "AWS", "access_key_id": "AKIA", "env_auth": "false", "secret_access_key": secret}


def _docker(auths: Mapping[str, Any]) -> dict[str, str]:
    return {".dockerconfigjson": json.dumps({"auths": auths}, separators=(",", ":"))}
