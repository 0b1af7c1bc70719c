"""A command that finds a folder on a full disk, or that can't write there at all: not even root can.

The folder is a file system of its own, which only the command and its children see.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

TIMEOUT_SECONDS = 200

# Fills the file system, and leaves this much space.
_FULL = """
dd if=/dev/zero of=$folder/filling bs=4096 2>/dev/null || true
truncate --size=-{space} $folder/filling
"""
LIMITS = {
    "full disk": _FULL.format(space=0),
    "disk with space for a lock only": _FULL.format(space=8192),
    "read-only": "mount -o remount,ro $folder",
}
_SCRIPT = """
set -e
folder=$1 copy=$2 result=$3; shift 3
mount -t tmpfs -o size=2m limited $folder
cp -a $copy/. $folder
{limit}
cd "$(pwd)"
set +e
"$@"
code=$?
mkdir $result
cp -a $folder/. $result
rm -f $result/filling
exit $code
"""


def in_limited_folder(
    folder: Path, limit: str, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run a command, and leave the folder as the command did, without the limit. Its output includes its errors."""
    copy, result = folder.with_name(f"{folder.name}.copy"), folder.with_name(f"{folder.name}.result")
    shutil.copytree(folder, copy)
    namespace = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine allows no user namespaces, which replace a full disk")
    finished = subprocess.run(
        [*namespace, "sh", "-c", _SCRIPT.format(limit=LIMITS[limit]), "sh", folder, copy, result, *command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    shutil.rmtree(folder)
    shutil.rmtree(copy)
    result.rename(folder)
    return finished
