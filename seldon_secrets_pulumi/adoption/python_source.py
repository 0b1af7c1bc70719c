"""Calls and values as Python source, formatted as Ruff and Black format it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_WIDTH = 88  # the formatters' default
INDENT = "    "


@dataclass(frozen=True)
class Expression:
    """Source that stands for itself, unlike a string, which becomes a literal."""

    source: str
    argument: str | None = None
    """The argument of a call of `source`, if the expression is one."""

    def __str__(self) -> str:
        return self.source if self.argument is None else f"{self.source}({self.argument})"


def call_lines(function: str, first: Any, arguments: Mapping[str, Any], depth: int) -> Iterator[str]:
    """A call with a first argument and others by keyword, or by position for the keyword ``""``."""
    indent = INDENT * depth
    yield f"{indent}{function}("
    yield f"{indent}{INDENT}{inline(first)},"
    for keyword, value in arguments.items():
        yield from _value_lines(f"{keyword}=" if keyword else "", value, depth + 1)
    yield f"{indent})"


def _value_lines(prefix: str, value: Any, depth: int) -> Iterator[str]:
    """A value and a comma, with a line for each item of a mapping."""
    start = f"{INDENT * depth}{prefix}"
    if isinstance(value, Mapping) and value:
        yield f"{start}{{"
        for name, nested in value.items():
            yield from _value_lines(f"{inline(name)}: ", nested, depth + 1)
        yield f"{INDENT * depth}}},"
    elif isinstance(value, Expression) and value.argument and len(f"{start}{value},") > _WIDTH:
        yield f"{start}{value.source}("
        yield f"{INDENT * (depth + 1)}{value.argument}"
        yield f"{INDENT * depth}),"
    else:
        yield f"{start}{inline(value)},"


def inline(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    literal = repr(value)
    # The formatters prefer double quotes, unless that takes escapes.
    if isinstance(value, str) and literal[0] == "'" and '"' not in value:
        return f'"{literal[1:-1]}"'
    return literal
