"""The Pulumi YAML example, with the plugin as Pulumi starts it, on a real API server."""

import base64
import json
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

from tests.support.keys import key_file
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine

EXAMPLE = Path(__file__).parents[2] / "examples" / "yaml"
CRDS = Path(__file__).parent / "crds"
SECRETS = [
    "artifacts-bucket-envvars",
    *(f"{it}-bucket-{kind}" for it in ("files",) for kind in ("envvars", "params")),
    "ghcr",
    *(f"{it}-bucket-{kind}" for it in ("models", "pictures", "tables") for kind in ("envvars", "params")),
]


class Example:
    """A stack of the example, in a namespace of its own."""

    def __init__(self, engine: IsolatedEngine, cluster: ControlPlane, folder: Path) -> None:
        self.engine, self.cluster, self.folder = engine, cluster, folder
        self.namespace = cluster.create_namespace()
        shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
        engine.env["KUBECONFIG"] = str(cluster.kubeconfig)
        self.credentials: dict[str, str] = {
            "accessKeyId": f"AKIA{secrets.token_hex(8).upper()}",
            "secretAccessKey": secrets.token_urlsafe(30),
            "gcsCredentials": base64.b64encode(key_file().encode()).decode(),
            "azureKey": base64.b64encode(secrets.token_bytes(64)).decode(),
            "webdavPassword": secrets.token_urlsafe(24),
            "initializerToken": secrets.token_urlsafe(24),
            "registryPassword": secrets.token_urlsafe(24),
        }
        self.pulumi("stack", "init", "test")
        engine.configure(folder, {"namespace": self.namespace}, self.credentials)

    @property
    def canaries(self) -> dict[str, str]:
        key: str = json.loads(base64.b64decode(self.credentials["gcsCredentials"]))["private_key"]
        return self.credentials | {"gcsCredentials": key.splitlines()[5]}

    def pulumi(self, *arguments: str, check: bool = True, text: str = "") -> str:
        finished = self.engine.pulumi(*arguments, cwd=self.folder, check=check, text=text)
        return finished.stdout + finished.stderr

    def custom(self, group: str, version: str, plural: str) -> Any:
        api = client.CustomObjectsApi(self.cluster.api)
        found: Any = api.get_namespaced_custom_object(group, version, self.namespace, plural, "iris")
        return found["spec"]


@pytest.fixture
def example(isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path) -> Example:
    subprocess.run(
        [
            "kubectl",
            "--kubeconfig",
            str(control_plane.kubeconfig),
            "apply",
            "-f",
            str(CRDS / "seldon-core-1.yaml"),
            "-f",
            str(CRDS / "seldon-core-2.yaml"),
        ],
        check=True,
        capture_output=True,
    )
    return Example(isolated_engine, control_plane, tmp_path)


def test_a_life_of_the_example(example: Example) -> None:
    shown = example.pulumi("up", "--yes")
    found = example.cluster.secrets(example.namespace)
    assert sorted(found) == sorted(SECRETS)
    uid = found["models-bucket-envvars"].metadata.uid  # type: ignore[union-attr]
    assert example.custom("mlops.seldon.io", "v1alpha1", "models") == {
        "storageUri": "models://models/iris",
        "secretName": "models-bucket-params",
        "requirements": ["sklearn"],
    }
    (predictor,) = example.custom("machinelearning.seldon.io", "v1", "seldondeployments")["predictors"]
    assert predictor["graph"]["envSecretRefName"] == "models-bucket-envvars"
    assert predictor["graph"]["modelUri"] == "models://models/iris"

    example.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    state = example.pulumi("stack", "export")
    assert "ciphertext" in state
    diff = example.pulumi("preview", "--diff", "--show-sames")
    assert {
        name: leaks(text, example.canaries)
        for name, text in {"up": shown, "state": state, "diff": diff}.items()
    } == {
        "up": [],
        "state": [],
        "diff": [],
    }

    rotated = example.credentials["secretAccessKey"] = secrets.token_urlsafe(30)
    example.pulumi("config", "set", "--secret", "secretAccessKey", text=rotated)
    shown = example.pulumi("up", "--yes")
    assert leaks(shown, example.canaries) == []
    secret = example.cluster.secrets(example.namespace)["models-bucket-envvars"]
    assert secret.metadata is not None
    assert secret.metadata.uid == uid
    data = example.cluster.secret_data(example.namespace, "models-bucket-envvars")
    assert data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode() == rotated

    example.pulumi("destroy", "--yes", "--skip-preview")
    assert example.cluster.secrets(example.namespace) == {}


def test_problems_stop_the_preview_and_show_no_credential(example: Example) -> None:
    program = example.folder / "Pulumi.yaml"
    program.write_text(
        program.read_text()
        .replace("secretAccessKey: ${secretAccessKey}", 'secretAccessKey: "${secretAccessKey} "')
        .replace("remote: models", "remote: My_Models")
    )
    shown = example.pulumi("preview", check=False)
    assert (
        "property remote with value '{My_Models}' has a problem: must be 1 to 30 lowercase letters" in shown
    )
    assert "property secretAccessKey  has a problem: must not contain spaces" in shown
    assert "Traceback" not in shown
    assert ".py" not in shown
    assert leaks(shown, example.canaries) == []
