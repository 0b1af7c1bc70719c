"""Secrets as the platform's UI and SDK, Seldon's own installers, kubectl and people make them."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.obscure import obscure
from tests.support.keys import key_file

from .parts.control_plane import ControlPlane

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
SEEN = {"secret-type": "bucket", "seldon-deploy": "true"}
REGISTRY = {"secret-type": "registry", "seldon-deploy": "true"}
DOCKER = "kubernetes.io/dockerconfigjson"


@dataclass
class LiveSecrets:
    """Makes Secrets by turns as `kubectl create`, `kubectl apply`, its server-side apply and a client would."""

    cluster: ControlPlane
    canaries: dict[str, str] = field(default_factory=dict)
    _made: int = 0

    def canary(self, name: str) -> str:
        text = f"canary-{name}-{secrets.token_hex(8)}"
        self.canaries[f"{name} {len(self.canaries)}"] = text
        return text

    def encoded(self, name: str, text: str) -> str:
        """What gives a canary away though it does not hold it as it is."""
        self.canaries[f"{name} encoded {len(self.canaries)}"] = text
        return text

    def auth(self, name: str) -> str:
        """A login as a docker config has it."""
        return self.encoded(name, base64.b64encode(f"bot:{self.canary(name)}".encode()).decode())

    def make(self, namespace: str, name: str, data: Mapping[str, str], **rest: Any) -> None:
        type_ = rest.pop("type", "Opaque")
        metadata: dict[str, Any] = {"name": name, "namespace": namespace, **rest}
        body: Any = {"apiVersion": "v1", "kind": "Secret", "type": type_, "metadata": metadata}
        body["data"] = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
        self._made += 1
        match self._made % 4:
            case 0:
                self.cluster.core.create_namespaced_secret(namespace, body, field_manager="kubectl-create")
            case 1:
                metadata["annotations"] = {
                    **metadata.get("annotations", {}),
                    LAST_APPLIED: json.dumps({**body, "stringData": dict(data)}),
                }
                manager = "kubectl-client-side-apply"
                self.cluster.core.create_namespaced_secret(namespace, body, field_manager=manager)
            case 2:
                self.cluster.core.patch_namespaced_secret(
                    name,
                    namespace,
                    body,
                    field_manager="kubectl",
                    force=True,
                    _content_type="application/apply-patch+yaml",
                )
            case _:
                self.cluster.core.create_namespaced_secret(namespace, body)  # this client's own name

    def twenty_five(self, namespace: str, shared: str) -> None:
        """Of every kind that an import takes; `shared` is a credential that other namespaces have too."""
        for name, data, rest in self._each(shared):
            self.make(namespace, name, data, **rest)

    def _each(self, shared: str) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, Any]]]:
        for format_ in (ENV_VAR, CONFIG_PARAM):
            label = {**SEEN, "bucket-secret-format": format_.name}
            data = format_.write(Remote("models", "s3", _s3(shared)))
            yield format_.secret_name("models"), data, {"labels": label}
        for number in range(4):
            remote = Remote(f"data{number}", "s3", _s3(self.canary("s3")))
            for format_ in (ENV_VAR, CONFIG_PARAM):
                # The platform's own labels, by whatever key it tells the formats apart.
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
        minio = {f"RCLONE_CONFIG_MINIO_{key}": it for key, it in role.items()}
        yield "minio-bucket", minio, {"labels": SEEN}
        yield "old-bucket", {f"RCLONE_CONFIG_OLD_{key}": it for key, it in role.items()}, {"labels": SEEN}
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
