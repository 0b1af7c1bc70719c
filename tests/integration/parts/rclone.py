"""The real rclone, as Seldon's storage initializers run it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.catalog_rclone import catalog_rclone

from .program import run_program

EXECUTABLE = catalog_rclone()


class Rclone:
    """Runs rclone with exactly the variables of the caller, without HOME, and without a config file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, *arguments: str, env: Mapping[str, str], check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run it once. With `check`, a failure raises and shows the output."""
        # One attempt: rclone's defaults retry an unreachable server for minutes.
        options = [f"--config={self.folder / 'absent.conf'}", "--retries=1", "--low-level-retries=1"]
        command = [str(EXECUTABLE), *options, *arguments]
        return run_program(command, arguments[0], env=env, cwd=self.folder, check=check)
