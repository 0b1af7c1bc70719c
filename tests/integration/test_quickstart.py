"""The quickstart example, with its demo program and with a plain `pulumi up`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine

EXAMPLE = Path(__file__).parents[2] / "examples" / "quickstart"
SECRETS = [
    "ghcr",
    "minio-bucket-envvars",
    "minio-bucket-params",
    "models-bucket-envvars",
    "models-bucket-params",
    "reference-bucket-envvars",
]


@pytest.fixture
def quickstart(tmp_path: Path) -> Path:
    folder = tmp_path / "examples" / "quickstart"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("manifests", "__pycache__"))
    return folder


def demo(folder: Path, engine: IsolatedEngine, *arguments: str, **env: str) -> str:
    finished = subprocess.run(
        [sys.executable, "demo.py", *arguments],
        cwd=folder,
        env={**engine.env, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


def test_the_demo_shows_what_it_made_and_changes_nothing_a_second_time(
    quickstart: Path, isolated_engine: IsolatedEngine
) -> None:
    first = demo(quickstart, isolated_engine)
    assert "+ 12 created" in first
    table = first.partition("$ seldon-secrets list")[2]
    for shown in (
        *SECRETS,
        "models://",
        "google cloud storage",
        "config_param",
        "RCLONE_CONFIG_MINIO_ENDPOINT",
    ):
        assert shown in table
    assert f"Manifests: {quickstart / 'manifests' / '1-manifest'}" in table
    assert "not-a-real" not in first
    assert "12 unchanged" in demo(quickstart, isolated_engine)


def test_the_demo_on_a_cluster(
    quickstart: Path, isolated_engine: IsolatedEngine, control_plane: ControlPlane
) -> None:
    kubeconfig = str(control_plane.kubeconfig)
    shown = demo(quickstart, isolated_engine, "--stack", "cluster", KUBECONFIG=kubeconfig)
    assert sorted(control_plane.secrets("seldon-quickstart")) == SECRETS
    assert all(name in shown for name in SECRETS)
    listed = subprocess.run(
        ["seldon-secrets", "list", "--namespace", "seldon-quickstart", "--output", "json"],
        env={**isolated_engine.env, "KUBECONFIG": kubeconfig},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [(it["kind"], it["remote"], it["format"]) for it in json.loads(listed.stdout)] == [
        ("bucket", "minio", "env_var"),
        ("bucket", "minio", "config_param"),
        ("bucket", "models", "env_var"),
        ("bucket", "models", "config_param"),
        ("bucket", "reference", "env_var"),
        ("registry", None, None),
    ]


def test_a_plain_pulumi_up_in_its_folder(quickstart: Path, isolated_engine: IsolatedEngine) -> None:
    isolated_engine.env["PULUMI_CONFIG_PASSPHRASE"] = "quickstart"
    isolated_engine.pulumi("stack", "init", "dev", cwd=quickstart)
    isolated_engine.pulumi("up", "--yes", cwd=quickstart)
    rendered = quickstart / "manifests" / "1-manifest"
    assert sorted(path.name for path in rendered.glob("v1-secret-*")) == [
        f"v1-secret-seldon-quickstart-{name}.yaml" for name in SECRETS
    ]
    isolated_engine.pulumi("preview", "--expect-no-changes", cwd=quickstart)
    isolated_engine.pulumi("destroy", "--yes", "--skip-preview", cwd=quickstart)
    assert list(rendered.iterdir()) == []
