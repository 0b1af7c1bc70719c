"""Detects output that would end up in a git work tree."""

import os
import stat
from pathlib import Path

_STANDARD_OUTPUT = 1


def work_tree_of_output() -> Path | None:
    """The git work tree with the file behind standard output. None for a pipe, a terminal or a file elsewhere."""
    if not stat.S_ISREG(os.fstat(_STANDARD_OUTPUT).st_mode):
        return None
    try:
        file = Path(f"/proc/self/fd/{_STANDARD_OUTPUT}").readlink()
    except OSError:
        # Without /proc, as outside Linux: redirected output usually goes to the current folder.
        file = Path.cwd() / "file"
    # In a linked work tree or a submodule, `.git` is a file.
    return next((folder for folder in file.parents if (folder / ".git").exists()), None)
