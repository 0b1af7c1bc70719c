"""Whether what a command prints ends up in a git work tree."""

import os
import stat
from pathlib import Path

_STANDARD_OUTPUT = 1


def work_tree_of_output() -> Path | None:
    """The git work tree that holds the file behind standard output; None for pipes, terminals, files elsewhere."""
    if not stat.S_ISREG(os.fstat(_STANDARD_OUTPUT).st_mode):
        return None
    try:
        file = Path(f"/proc/self/fd/{_STANDARD_OUTPUT}").readlink()
    except OSError:
        # No Linux: a redirection mostly goes to the folder in which it is typed.
        file = Path.cwd() / "file"
    # In a linked work tree or a submodule `.git` is a file.
    return next((folder for folder in file.parents if (folder / ".git").exists()), None)
