"""References to values, `{file: sa.json}` or `{env: VAR}`, so that nobody has to paste a credential."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.problem import did_you_mean
from seldon_secrets_pulumi.stack.structure import has_lone_surrogate

OUTSIDE_SETTING = "allowFilesOutsideProject"
"""The setting that allows references to files outside the project's folder."""

_KINDS = ("file", "env")
# Kubernetes' limit for all values of a Secret (core/v1 MaxSecretSize).
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class References:
    """Resolves references; those to files are relative to the project's folder."""

    folder: Path
    allow_outside: bool = False
    """Whether files outside the folder may be read. Symbolic links count as the files that they lead to."""

    def resolved(self, value: Any) -> Any:
        """The value that a reference stands for, or the value itself if it is not a mapping.

        Raises `ValueError` with the rule that a reference breaks.
        """
        if not isinstance(value, Mapping):
            return value
        match list(value.items()):
            case [("file", str(name))]:
                return self._file(name)
            case [("env", str(name))]:
                return _variable(name)
            case [(str(kind), _)] if kind not in _KINDS:
                raise ValueError(
                    f"must be a string, {{file: NAME}} or {{env: NAME}}; {did_you_mean(kind, _KINDS)}"
                )
        raise ValueError("must be a string, {file: NAME} or {env: NAME}")

    def _file(self, name: str) -> str:
        path = self.folder / name
        try:
            content = _content(self._allowed(path))
        except FileNotFoundError:
            raise ValueError(f"the file {path} does not exist") from None
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
            reason = getattr(error, "strerror", None) or "its symbolic links form a loop"
            raise ValueError(f"the file {path} can't be read: {reason}") from None
        except _UnusableFileError as error:
            raise ValueError(f"the file {path} {error}") from None
        # The last line break belongs to the file, not to the credential. `pulumi config set` drops it too.
        return content.removesuffix("\n").removesuffix("\r")

    def _allowed(self, path: Path) -> Path:
        if "\0" in str(path):
            raise _UnusableFileError("can't exist: its name contains a NUL character")
        target = path.resolve()
        if self.allow_outside or target.is_relative_to(self.folder.resolve()):
            return target
        raise _UnusableFileError(
            f"is outside the project's folder; to allow that, set seldon-secrets:{OUTSIDE_SETTING} to true"
        )


class _UnusableFileError(Exception):
    """The end of a sentence about a file, without its content."""


def _content(path: Path) -> str:
    # Opening a FIFO would wait for its writer, and a device may have no end.
    if not stat.S_ISREG(path.stat().st_mode):
        raise _UnusableFileError("is not a regular file")
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise _UnusableFileError("is larger than 1 MiB, the limit of a Secret")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise _UnusableFileError("is not UTF-8 text") from None


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ValueError(f"the environment variable {name} is not set")
    if has_lone_surrogate(value):  # bytes that are not UTF-8 (PEP 383)
        raise ValueError(f"the environment variable {name} is not UTF-8 text")
    return value
