"""Replaces a file atomically: a reader, or a restart after a crash, sees the old or the new file."""

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Replace the file, and remove the copies that killed processes left beside it. Raises `OSError`."""
    _remove_abandoned_copies(path)
    descriptor, name = tempfile.mkstemp(prefix=f"{_prefix(path)}{os.getpid()}.", dir=path.parent)
    copy = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        copy.chmod(path.stat().st_mode if path.exists() else 0o644)
        copy.replace(path)
    finally:
        copy.unlink(missing_ok=True)


def _prefix(path: Path) -> str:
    return f".{path.name}.seldon-secrets-"


def _remove_abandoned_copies(path: Path) -> None:
    """Remove the copies of processes that no longer run. One that runs renames or removes its own."""
    pattern = re.compile(rf"{re.escape(_prefix(path))}(\d{{1,9}})\.\w+", re.ASCII)
    for file in path.parent.iterdir():
        copy = pattern.fullmatch(file.name)
        if copy and not _is_running(int(copy[1])):
            with suppress(OSError):  # somebody else's file harms nobody
                file.unlink()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
