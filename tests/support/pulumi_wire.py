"""Values as Pulumi marks them on the wire: secrets, outputs and values that are not known yet."""

from typing import Any

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET, OUTPUT = "1b47061264138c4ac30d75fd1eb44270", "d0e6a833031e9bbcd3f4e8bde6ca49a4"
# An output whose value is not known.
UNKNOWN = {SIGNATURE: OUTPUT}
# The older form of an unknown value, for a computed string.
COMPUTED = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET, "value": value}


def output(value: Any, *, is_secret: bool = False) -> dict[str, Any]:
    return {SIGNATURE: OUTPUT, "value": value, "secret": is_secret}


def secret_value(marked: Any) -> Any:
    """The value of a secret; fails if the value is not marked as one."""
    assert isinstance(marked, dict), "not marked as secret"
    assert marked.get(SIGNATURE) == SECRET, "not marked as secret"
    return marked["value"]
