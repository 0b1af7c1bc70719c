"""Values that no setting can have, whoever wrote them: found before any other check reads the settings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from seldon_secrets_pulumi.problem import Problem

_MAX_DEPTH = 8  # `parameters: {pass: {secure: …}}` of an entry is three levels deep
# JSON can escape one half of a pair (`"\ud800"`). No encoding has it, so that neither Pulumi nor Kubernetes takes it.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def has_lone_surrogate(text: str) -> bool:
    """Whether a string can't be encoded as UTF-8."""
    return not text.isascii() and _LONE_SURROGATE.search(text) is not None


def structure_problems(path: str, value: Any) -> Iterator[Problem]:
    """Names that are not strings, text that is not valid Unicode, and too many levels, in a value and all below it.

    YAML's aliases can contain themselves or stand for billions of values, so each list and mapping is read once.
    """
    yield from _problems(path, value, 0, set())


def _problems(path: str, value: Any, depth: int, seen: set[int]) -> Iterator[Problem]:
    if isinstance(value, str):
        if has_lone_surrogate(value):
            yield Problem(path, "must be valid Unicode text, without lone surrogates")
        return
    if not isinstance(value, Mapping | list) or id(value) in seen:
        return
    seen.add(id(value))
    if depth == _MAX_DEPTH:
        yield Problem(path, "is nested too deeply")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _problems(f"{path}[{position}]", item, depth + 1, seen)
    else:
        yield from _mapping_problems(path, value, depth, seen)


def _mapping_problems(path: str, mapping: Mapping[Any, Any], depth: int, seen: set[int]) -> Iterator[Problem]:
    for name, item in mapping.items():
        if not isinstance(name, str):
            yield Problem(path, "all names must be strings; put numbers, dates, true and false in quotes")
        elif has_lone_surrogate(name):
            yield Problem(path, "all names must be valid Unicode text, without lone surrogates")
        else:
            yield from _problems(f"{path}.{name}" if path else name, item, depth + 1, seen)
