"""References to values, `{file: sa.json}` or `{env: VAR}`, so that nobody has to paste a credential."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.problem import did_you_mean

_KINDS = ("file", "env")


def resolved(value: Any, folder: Path) -> Any:
    """The value that a reference stands for, or the value itself if it is not a mapping.

    Files are relative to `folder`. Raises `ValueError` with the rule that a reference breaks.
    """
    if not isinstance(value, Mapping):
        return value
    match list(value.items()):
        case [("file", str(name))]:
            return _file(folder / name)
        case [("env", str(name))]:
            return _variable(name)
        case [(str(kind), _)] if kind not in _KINDS:
            raise ValueError(
                f"must be a string, {{file: NAME}} or {{env: NAME}}; {did_you_mean(kind, _KINDS)}"
            )
    raise ValueError("must be a string, {file: NAME} or {env: NAME}")


def _file(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"the file {path} does not exist") from None
    except UnicodeDecodeError:
        raise ValueError(f"the file {path} is not UTF-8 text") from None
    except OSError as error:
        raise ValueError(f"the file {path} can't be read: {error.strerror}") from None
    # The last line break belongs to the file, not to the credential. `pulumi config set` drops it too.
    return text.removesuffix("\n").removesuffix("\r")


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ValueError(f"the environment variable {name} is not set")
    return value
