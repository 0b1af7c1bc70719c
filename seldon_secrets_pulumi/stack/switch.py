"""Settings that are true or false."""

from typing import Any

_WORDS = {"true": True, "false": False}


def switch(value: Any) -> bool | None:
    """The value as a boolean; None if it is something else. `pulumi config set` and the engine write it as text."""
    if isinstance(value, bool):
        return value
    return _WORDS.get(value) if isinstance(value, str) else None
