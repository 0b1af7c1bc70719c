"""The files in which pulumi keeps its stacks if the backend is a folder: states, backups and locks.

A full disk, a power failure or a killed pulumi can leave a file empty or cut off. Pulumi's messages name neither the
file nor a way out.
"""

import gzip
import json
import shlex
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seldon_secrets_pulumi.automation.backend import Backend, read_mapping
from seldon_secrets_pulumi.automation.failures import StackError

_ATTRIBUTES = ".attrs"
_GZIP = b"\x1f\x8b"


class StateFiles:
    """The files of a project's stacks. For a backend that is no folder, there are none."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @contextmanager
    def explained_errors(self, stack: str | None = None) -> Iterator[None]:
        """Add to a `StackError` which files of the stack, or of all stacks, are damaged, and how to repair them."""
        try:
            yield
        except StackError as error:
            if type(error) is StackError and (damage := list(self._damage(stack))):
                raise StackError("\n".join([str(error), *damage])) from None
            raise

    def _damage(self, stack: str | None) -> Iterator[str]:
        root = self._backend.folder()
        if root is None:
            return
        name, stack = self._backend.project(), stack and stack.rpartition("/")[2]
        yield from _damaged_version(root / "meta.yaml")
        yield from _empty_attributes(root, name, stack)
        for file in _state_files(root, name, stack):
            if not _is_intact(file):
                yield _repair_of_state(root, name, file)
        for file in sorted((root / "locks").glob(f"*/{name}/{stack or '*'}/*")):
            if file.suffix != _ATTRIBUTES and not _is_intact(file):
                yield (
                    f"{file} is an empty or incomplete lock. If no update of the stack is running, run"
                    f" `pulumi cancel --stack {file.parent.name} --yes`"
                )


def _state_files(root: Path, project: str, stack: str | None) -> list[Path]:
    # Without a project: how pulumi named states before version 3.61.
    folders = (root / "stacks" / project, root / "stacks")
    return sorted(
        file
        for folder in folders
        for suffix in (".json", ".json.gz")
        for file in folder.glob(f"{stack or '*'}{suffix}")
    )


def _is_intact(file: Path) -> bool:
    try:
        content = file.read_bytes()
        document = json.loads(gzip.decompress(content) if content.startswith(_GZIP) else content)
    except FileNotFoundError:  # another pulumi has just deleted it
        return True
    except (OSError, EOFError, ValueError, RecursionError, zlib.error):
        return False
    return isinstance(document, dict)


def _repair_of_state(root: Path, project: str, file: Path) -> str:
    stack = file.name.partition(".json")[0]
    damage = f"{file}, the state of the stack {stack}, is empty or incomplete."
    if backup := _newest_backup(root, project, file):
        return (
            f"{damage} Run `{shlex.join(['cp', str(backup), str(file)])}` to restore the newest backup, and then update"
            " the stack with --refresh"
        )
    # A stack's file keeps its encryption key, so that a new stack of the same name can read its settings.
    return (
        f"{damage} There is no backup. Run `{shlex.join(['rm', str(file)])}` and `pulumi stack init --no-select"
        f' {stack}`, and then update the stack: see docs/rollout.md, "Damaged files of a backend"'
    )


def _newest_backup(root: Path, project: str, file: Path) -> Path | None:
    """The newest intact copy of a state: pulumi makes one before each change and one after each update."""
    stack = file.name.partition(".json")[0]
    copies = [
        file.with_name(f"{file.name}.bak"),
        *(root / "backups" / project / stack).glob("*.json*"),
        *(root / "history" / project / stack).glob("*.checkpoint.json*"),
    ]
    intact = [copy for copy in copies if copy.exists() and copy.suffix != _ATTRIBUTES and _is_intact(copy)]
    return max(intact, key=lambda copy: copy.stat().st_mtime_ns, default=None)


def _damaged_version(file: Path) -> Iterator[str]:
    if file.exists() and "version" not in read_mapping(file):
        yield f"{file} is empty or incomplete. Run `echo 'version: 1' > {shlex.quote(str(file))}`"


def _empty_attributes(root: Path, project: str, stack: str | None) -> Iterator[str]:
    # These files are not written in one step (gocloud.dev `blob/fileblob/attrs.go`).
    patterns = (
        "meta.yaml.attrs",
        f"stacks/{project}/{stack or '*'}.json*.attrs",
        f"locks/*/{project}/{stack or '*'}/*.attrs",
    )
    for file in sorted(file for pattern in patterns for file in root.glob(pattern)):
        if file.stat().st_size == 0:
            yield f"A killed pulumi left the empty file {file}. Run `{shlex.join(['rm', str(file)])}`"
