"""One run of a real program, with nothing of the developer's environment."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

TIMEOUT_SECONDS = 60


def run_program(
    command: Sequence[str], subcommand: str, *, env: Mapping[str, str], cwd: Path, check: bool
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. With `check`, a failure raises and shows what the program printed as errors."""
    finished = subprocess.run(
        command,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if check and finished.returncode != 0:
        name = Path(command[0]).name
        raise AssertionError(f"{name} {subcommand}: code {finished.returncode}\n{finished.stderr}")
    return finished
