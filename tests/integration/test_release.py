"""What a release publishes: the same bytes each time, installed as a user installs it."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.prefix, "bin", "uv")
EPOCH = "1767225600"


def uv(*arguments: str | Path, cwd: Path = ROOT) -> str:
    env = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "VIRTUAL_ENV": ""}
    finished = subprocess.run([UV, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.iterdir() if path.suffix in {".whl", ".gz"})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--quiet", "--out-dir", folder)
    return folder


def test_two_builds_have_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    uv("build", "--quiet", "--out-dir", tmp_path)
    assert digests(tmp_path) == digests(dist)
    assert len(digests(dist)) == 2


def test_the_list_of_packages_names_every_locked_package_with_its_version() -> None:
    """CycloneDX 1.5: https://cyclonedx.org/docs/1.5/json/"""
    bom = json.loads(
        uv(
            "export",
            "--quiet",
            "--frozen",
            "--no-dev",
            "--extra",
            "cli",
            "--format",
            "cyclonedx1.5",
            "--preview",
        )
    )
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.5")
    components = {each["name"]: each for each in bom["components"]}
    assert {"pulumi", "pydantic", "cryptography", "typer", "kubernetes"} <= components.keys()
    for component in components.values():
        assert component["purl"].startswith(f"pkg:pypi/{component['name']}@{component['version']}")


def test_the_wheel_works_where_only_hash_pinned_packages_are_installed(dist: Path, tmp_path: Path) -> None:
    """An empty virtual environment, outside of the checkout."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(
        uv("export", "--quiet", "--frozen", "--no-dev", "--extra", "cli", "--no-emit-project")
    )
    assert "--hash=sha256:" in requirements.read_text()
    venv = tmp_path / "venv"
    uv("venv", "--quiet", "--python", sys.executable, venv)
    uv("pip", "install", "--quiet", "--python", venv, "--require-hashes", "--requirement", requirements)
    (wheel,) = dist.glob("*.whl")
    uv("pip", "install", "--quiet", "--python", venv, "--no-deps", wheel)

    def run(*command: str) -> str:
        finished = subprocess.run(
            [venv / "bin" / command[0], *command[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    assert "seldon-secrets-pulumi" in run("seldon-secrets", "--version")
    listed = run("seldon-secrets", "example").splitlines()
    for name in (line.split()[0] for line in listed):
        assert run("seldon-secrets", "example", name)
    (tmp_path / "Pulumi.dev.yaml").write_text(run("seldon-secrets", "example", "stack"))
    run("python", "-c", "import seldon_secrets_pulumi as package; package.S3BucketSecret")
    assert run("python", "-c", "import seldon_secrets_pulumi as p, pathlib; print(p.__file__)").startswith(
        str(venv)
    )
