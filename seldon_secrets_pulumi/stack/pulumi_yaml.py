"""A stack's file as Pulumi reads it, so that `render` writes the same Secrets as `pulumi up`.

Pulumi uses the Go library yaml.v3, PyYAML reads YAML 1.1: there `off` is false, `1:30` is a number, and a name that
occurs twice replaces the first one in silence. The rules are those of yaml.v3 3.0.1 (`resolve.go`, `decode.go`).
"""

import base64
import re
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.untrusted_text import UniqueKeys, load_yaml

if TYPE_CHECKING:
    from yaml import Node

_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{f"{sign}.{word}": float(f"{sign}inf") for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")},
}
# strconv.ParseInt and ParseUint with base 0, after yaml.v3 has dropped the underscores.
_INTEGER = re.compile(
    r"(?P<sign>[+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_LONGEST_INTEGER = 70  # 64 bits in binary, a sign and a prefix
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<separator>[Tt ])(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<fraction>[0-9]+))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_TAG = "tag:yaml.org,2002:"


def parse_pulumi_yaml(text: str) -> Any:
    """The value of a stack's file. Raises `UnreadableTextError`."""
    return load_yaml(text, _loader())


def scalar(text: str) -> Any:
    """The value of a scalar without quotes and without a tag."""
    if text in _WORDS:
        return _WORDS[text]
    if text[:1] == ".":
        return _float(text)
    if text[:1] not in "+-0123456789":
        return text
    if (timestamp := _timestamp(text)) is not None:
        return timestamp
    plain = text.replace("_", "")
    number = _integer(plain)
    if number is not None:
        return number
    value = _float(plain)
    return text if isinstance(value, str) else value


def _integer(text: str) -> int | None:
    match = _INTEGER.fullmatch(text) if len(text) <= _LONGEST_INTEGER else None
    if match is None:
        return None
    kind = match.lastgroup or ""
    number = int(match["sign"] + match[kind], _BASES[kind])
    # An int64, or without a sign also a uint64.
    return number if -(2**63) <= number < (2**63 if match["sign"] else 2**64) else None


def _float(text: str) -> float | str:
    """The number, or the text if it is none or exceeds the range of a number."""
    value = float(text) if _FLOAT.fullmatch(text) else float("inf")
    return text if value in (float("inf"), float("-inf")) else value


def _timestamp(text: str) -> str | None:
    """A date as Pulumi passes it on: in the form of Go's `time.Time.String`."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None or (match["separator"] == " " and match["zone"]):
        return None
    if match["separator"] in ("T", "t") and not match["zone"]:
        return None
    zone = match["zone"] or "Z"
    offset = timedelta()
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:])) * (1 if zone[0] == "+" else -1)
    parts = [int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    try:
        moment = datetime(*parts, tzinfo=timezone(offset))  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    fraction = (match["fraction"] or "")[:9].rstrip("0")
    shown = f"{moment.year:04}-{moment:%m-%d %H:%M:%S}" + (f".{fraction}" if fraction else "")
    name = f"{zone[:3]}{zone[4:]}"
    return f"{shown} +0000 UTC" if not offset else f"{shown} {name} {name}"


def _binary(loader: Any, node: "Node") -> str:
    return base64.b64decode("".join(loader.construct_scalar(node).split()), validate=True).decode()


@cache
def _loader() -> Any:
    import yaml

    class PulumiLoader(UniqueKeys, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Resolves scalars without quotes as yaml.v3 does."""

        def resolve(self, kind: "type[Node]", value: Any, implicit: Any) -> Any:
            if kind is not yaml.ScalarNode or not implicit[0]:
                return super().resolve(kind, value, implicit)
            return f"{_TAG}merge" if value == "<<" else "!plain"

    tags = (f"{_TAG}{name}" for name in ("bool", "float", "int", "null", "timestamp"))
    for tag in ("!plain", *tags):
        PulumiLoader.add_constructor(tag, lambda loader, node: scalar(loader.construct_scalar(node)))
    PulumiLoader.add_constructor(f"{_TAG}binary", _binary)
    return PulumiLoader
