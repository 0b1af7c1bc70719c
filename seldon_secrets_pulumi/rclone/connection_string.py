"""rclone's connection strings, `:type,key=value,…:path`: a whole remote on one line.

A backend that wraps another takes one as its `remote`, so that one Secret holds everything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# As rclone's parser (fs/fspath/path.go, Parse): a quoted value ends at a quote that is not doubled.
_TYPE = re.compile(r":([^,:/\\]+)")
_PARAMETER = re.compile(
    r""",(?P<key>[0-9A-Za-z_.]+)
        (?:=(?:"(?P<double>(?:[^"]|"")*)"
              |'(?P<single>(?:[^']|'')*)'
              |(?P<plain>[^,:"'][^,:]*|)))?
        (?=[,:])""",
    re.VERBOSE,
)

_LONGEST = 1024 * 1024  # more than a Secret can hold (core/v1 MaxSecretSize)

_RULE = (
    "must be a connection string, `:type,key=value,…:path`, with quotes around values that contain `:` or `,`"
)


@dataclass(frozen=True, slots=True)
class ConnectionString:
    """The parts of a connection string. `parameters` holds credentials, so its representation omits them."""

    type: str
    parameters: Mapping[str, str]
    path: str

    def __repr__(self) -> str:
        return f"ConnectionString({self.type!r})"


def parse(text: str) -> ConnectionString:
    """The parts of a connection string. Raises `ValueError`, without the text, if rclone could not parse it."""
    head = _TYPE.match(text) if len(text) <= _LONGEST else None
    if head is None:
        raise ValueError(_RULE)
    end = head.end()
    parameters = {}
    for match in _parameters(text, end):
        parameters[match["key"]] = _value(match)
        end = match.end()
    if text[end : end + 1] != ":":
        raise ValueError(_RULE)
    return ConnectionString(head[1], parameters, text[end + 1 :])


def _parameters(text: str, start: int) -> Iterator[re.Match[str]]:
    while (match := _PARAMETER.match(text, start)) is not None:
        yield match
        start = match.end()


def _value(match: re.Match[str]) -> str:
    if (double := match["double"]) is not None:
        return double.replace('""', '"')
    if (single := match["single"]) is not None:
        return single.replace("''", "'")
    return "true" if match["plain"] is None else match["plain"]
