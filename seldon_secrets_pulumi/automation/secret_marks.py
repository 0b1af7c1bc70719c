"""Pulumi's marks of secret values in states and events (pulumi `sdk/go/common/resource/sig.go`)."""

import json
from collections.abc import Mapping
from typing import Any

_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


def is_secret(value: object) -> bool:
    """Whether pulumi marks the value as a secret."""
    return isinstance(value, Mapping) and value.get(_SIGNATURE) == _SECRET


def has_secret(value: object) -> bool:
    """Whether the value is a secret or has one in it."""
    if isinstance(value, Mapping):
        return is_secret(value) or any(map(has_secret, value.values()))
    return isinstance(value, list) and any(map(has_secret, value))


def without_marks(value: Any) -> Any:
    """The value of a decrypted state without the marks."""
    if is_secret(value):
        return without_marks(json.loads(value["plaintext"]))
    if isinstance(value, Mapping):
        return {key: without_marks(entry) for key, entry in value.items()}
    return [without_marks(entry) for entry in value] if isinstance(value, list) else value
