"""`render` with real parts: an API server accepts the manifests, and the stack creates the same Secrets."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.support.canaries import CANARY
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.command import COMMAND

PROGRAM = "from seldon_secrets_pulumi.stack import SeldonSecrets\n\nSeldonSecrets('seldon-secrets')\n"


def render(text: str) -> str:
    finished = subprocess.run(
        [COMMAND, "render", "-"],
        input=text,
        env={"HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert not leaks(finished.stderr, {"canary": CANARY})
    return finished.stdout


def kubectl(cluster: ControlPlane, manifests: str, *arguments: str) -> str:
    finished = subprocess.run(
        ["kubectl", "--kubeconfig", cluster.kubeconfig, *arguments, "-f", "-"],
        input=manifests,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def on_cluster(cluster: ControlPlane, *namespaces: str) -> dict[str, Any]:
    return {
        f"{namespace}/{name}": (secret.type, secret.metadata and secret.metadata.labels, secret.data)
        for namespace in namespaces
        for name, secret in cluster.secrets(namespace).items()
    }


def test_the_stack_creates_the_same_secrets(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path
) -> None:
    namespaces = [control_plane.create_namespace(), control_plane.create_namespace()]
    settings = {
        "namespaces": namespaces,
        "buckets": [
            {"remote": "models", "type": "s3", "accessKeyId": "AKIA", "secretAccessKey": CANARY},
            {
                "remote": "files",
                "type": "webdav",
                "parameters": {"url": "https://a.example", "vendor": "other", "user": "u", "pass": CANARY},
            },
            {"remote": "own", "type": "initializer", "env": {"NO": "", "TOKEN": "Größe"}},
        ],
        "registries": [{"name": "ghcr", "server": "ghcr.io", "username": "bot", "password": CANARY}],
    }
    (tmp_path / "Pulumi.yaml").write_text("name: seldon-secrets\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)

    def pulumi(*arguments: str, text: str = "") -> str:
        return isolated_engine.pulumi(*arguments, cwd=tmp_path, text=text).stdout

    pulumi("stack", "init", "test")
    pulumi("config", "set", "kubernetes:kubeconfig", str(control_plane.kubeconfig))
    for name, value in settings.items():
        secret = ["--secret"] if CANARY in json.dumps(value) else []
        pulumi("config", "set", *secret, f"seldon-secrets:{name}", text=json.dumps(value))
    manifests = render(pulumi("config", "--show-secrets", "--json"))
    assert manifests == render(json.dumps(settings))

    # The API server accepts each of them, as in the check of a pull request.
    accepted = kubectl(control_plane, manifests, "apply", "--dry-run=server", "--output=name")
    assert len(accepted.splitlines()) == 12
    assert on_cluster(control_plane, *namespaces) == {}

    kubectl(control_plane, manifests, "create")
    by_kubectl = on_cluster(control_plane, *namespaces)
    kubectl(control_plane, manifests, "delete")
    pulumi("up", "--yes", "--skip-preview")
    assert on_cluster(control_plane, *namespaces) == by_kubectl
    assert len(by_kubectl) == 12
    assert kubectl(control_plane, manifests, "diff") == ""
