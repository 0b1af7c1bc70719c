"""Secrets as manifests, and commands that read a folder of manifests."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from seldon_secrets_pulumi.cli.app import app
from tests.support.canaries import CANARY

BUCKET = {"secret-type": "bucket", "seldon-deploy": "true"}
OPEN = {"seldon.restricted": "false"}
ENV_VARS = {
    "RCLONE_CONFIG_MINIO_TYPE": "s3",
    "RCLONE_CONFIG_MINIO_PROVIDER": "Minio",
    "RCLONE_CONFIG_MINIO_SECRET_ACCESS_KEY": CANARY,
}
JSON = {"s3": json.dumps({"name": "models", "type": "s3", "parameters": {"secret_access_key": CANARY}})}
YAML = {"s3": f"name: models\ntype: s3\nparameters:\n  env_auth: false\n  secret_access_key: {CANARY}\n"}


def secret(name: str, data: Mapping[str, str], namespace: str = "team", **metadata: Any) -> dict[str, Any]:
    return {
        "kind": "Secret",
        "type": "Opaque",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
    }


def namespace(name: str = "team", **labels: str) -> dict[str, Any]:
    return {"kind": "Namespace", "metadata": {"name": name, "labels": labels}}


class Manifests:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, command: str, *manifests: Mapping[str, Any], options: tuple[str, ...] = ()) -> Result:
        for number, manifest in enumerate(manifests):
            (self.folder / f"{number}.yaml").write_text(json.dumps(manifest))
        result = CliRunner().invoke(app, [command, "--manifests", str(self.folder), *options])
        assert CANARY not in result.output
        return result

    def list(self, *manifests: Mapping[str, Any], options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        result = self.run("list", *manifests, options=("--output", "json", *options))
        assert result.exit_code == 0, result.output
        return list(json.loads(result.stdout))
