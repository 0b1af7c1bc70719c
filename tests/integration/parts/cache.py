"""A cache outside the checkout for downloads from package registries."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

CACHE = Path(
    os.environ.get("SELDON_SECRETS_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "seldon-secrets")
)


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder of this name. If it is missing, `make` fills it while parallel runs wait."""
    folder = CACHE / name
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = CACHE / f"{name}.{os.getpid()}"
            unfinished.mkdir()
            try:
                make(unfinished)
                unfinished.rename(folder)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return folder
