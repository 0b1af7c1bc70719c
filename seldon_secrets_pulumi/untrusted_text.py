"""JSON and YAML that a stranger wrote: parsed within bounds, and never repeated in an error.

Parsers recurse once per level of nesting. Thousands of levels end in Python's RecursionError, hundreds of thousands in
a crash of libyaml. A text that can nest that deep is refused before it is parsed.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import Node

_DEEPEST = 200  # levels; a Secret of Seldon's has three, a custom resource definition some thirty
_BRACKETS = re.compile(r"[\[\]{}]")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# In block style every level takes one of these marks, or an indentation of its own (YAML 1.2.2, chapter 8).
_BLOCK_MARKS = re.compile(r"(?:[-?:][ \t]+)+")
_INDENTATION = re.compile(r"^ +", re.MULTILINE)
_ALIASES = re.compile(r"(?:^|[\s,\[{])\*[^\s,\[\]{}]")
_MOST_ALIASES = 100


class UnreadableTextError(ValueError):
    """Why a text can't be parsed, without any of it."""

    def __init__(self, rule: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(f"{rule} (line {line}, column {column})" if line else rule)


def parse_json(text: str) -> Any:
    """The value of a JSON text. Raises `UnreadableTextError`."""
    # Brackets within strings don't count. In YAML they do, where a quote need not start a string.
    if _depth_of_brackets(text) > _DEEPEST and _depth_of_brackets(_JSON_STRING.sub("", text)) > _DEEPEST:
        raise UnreadableTextError("is nested too deeply")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableTextError("is not valid JSON", error.lineno, error.colno) from None
    except ValueError:  # an integer of more digits than Python converts
        raise UnreadableTextError("holds a number that is too long") from None


def parse_yaml(text: str) -> Any:
    """The value of a YAML text that is one document. Raises `UnreadableTextError`."""
    import yaml  # noqa: PLC0415 - most commands read none

    _check_aliases(text)
    with _bounded(text):
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - C's is safe too


def parse_yaml_strings(text: str) -> Any:
    """The same with every scalar as the text that it is written in."""
    import yaml  # noqa: PLC0415

    _check_aliases(text)
    with _bounded(text):
        return yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 - strings only


def yaml_nodes(text: str) -> "Iterator[Node]":
    """The documents of a YAML text as nodes, which know their lines. Raises `UnreadableTextError`."""
    import yaml  # noqa: PLC0415

    with _bounded(text):
        yield from yaml.compose_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def node_value(node: "Node") -> Any:
    """The value of a node. Raises `UnreadableTextError`."""
    import yaml  # noqa: PLC0415

    with _bounded(""):
        return yaml.constructor.SafeConstructor().construct_document(node)


def _check_aliases(text: str) -> None:
    """Few are harmless, and many stand for more than memory holds once a reader walks what they stand for."""
    if len(_ALIASES.findall(text)) > _MOST_ALIASES:
        raise UnreadableTextError("has too many aliases")


@contextmanager
def _bounded(text: str) -> Iterator[None]:
    import yaml  # noqa: PLC0415

    if max(_depth_of_brackets(text), _depth_of_blocks(text)) > _DEEPEST:
        raise UnreadableTextError("is nested too deeply")
    try:
        yield
    except yaml.MarkedYAMLError as error:
        # The error's own text shows the line, and that may hold a credential.
        mark = error.problem_mark
        where = (mark.line + 1, mark.column + 1) if mark else ()
        raise UnreadableTextError("is not valid YAML", *where) from None
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # Control characters, cycles, and what PyYAML raises for a `!!float`, `!!timestamp`, … that is none.
        raise UnreadableTextError("is not valid YAML") from None


def _depth_of_brackets(text: str) -> int:
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _depth_of_blocks(text: str) -> int:
    marks = max((len(match[0].split()) for match in _BLOCK_MARKS.finditer(text)), default=0)
    indentations = {len(match[0]) for match in _INDENTATION.finditer(text)}
    return max(marks, len(indentations))
