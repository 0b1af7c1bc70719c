"""Seldon's own SDK, in an environment of its own: it requires an Authlib that is years older than this package's."""

import subprocess
import sys
from pathlib import Path

from .cache import cached

VERSION = "2.4.0"


def sdk_python() -> Path:
    """The Python that imports `seldon_deploy_sdk`."""

    def install(folder: Path) -> None:
        uv = Path(sys.prefix, "bin", "uv")
        # --relocatable: the folder gets its final name when it is complete.
        subprocess.run(
            [uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, folder / "venv"], check=True
        )
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", folder / "venv", f"seldon-deploy-sdk=={VERSION}"],
            check=True,
        )

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return cached(f"seldon-deploy-sdk-{VERSION}-python{version}", install) / "venv" / "bin" / "python"
