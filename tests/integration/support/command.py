"""The command in the folder of a project, without a terminal."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.leaks import leaks

COMMAND = str(Path(sys.prefix, "bin", "seldon-secrets"))
TIMEOUT_SECONDS = 120


def start_rollout(folder: Path, env: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, "rollout", *arguments],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def rollout(
    folder: Path, env: Mapping[str, str], canaries: Mapping[str, str], *arguments: str, code: int = 0
) -> str:
    """Run a rollout and return its output. Fails on another exit code, a traceback or a leaked canary."""
    process = start_rollout(folder, env, *arguments)
    printed, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    assert process.returncode == code, printed
    assert "Traceback" not in printed
    assert leaks(printed, canaries) == []
    return printed
