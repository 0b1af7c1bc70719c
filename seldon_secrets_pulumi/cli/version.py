"""The versions of the package and of the parts that decide what it does."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version

from seldon_secrets_pulumi.rclone.catalog import rclone_version

_SECONDS = 10


def version_lines() -> Iterator[str]:
    """A line for each part."""
    yield f"seldon-secrets-pulumi: {version('seldon-secrets-pulumi')}"
    yield f"pulumi: {_pulumi_version()}"
    yield f"rclone catalog: {rclone_version()}"


def _pulumi_version() -> str:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        return "not on PATH"
    try:
        printed = subprocess.run(  # noqa: S603 - no argument comes from outside
            [pulumi, "version"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return "does not run"
    return printed.strip().removeprefix("v")
