"""Options that accept one of a few values."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, TypeVar

import typer

from seldon_secrets_pulumi.problem import did_you_mean

_E = TypeVar("_E", bound=Enum)


def choice(*members: _E, metavar: str = "") -> dict[str, Any]:
    """The arguments of `typer.Option` for an option that accepts these members of an enumeration by their values."""
    by_value = {str(member.value): member for member in members}

    def parse(value: str | _E) -> _E:
        text = str(value.value) if isinstance(value, Enum) else value
        return by_value[check_choice(text, by_value)]

    return {
        "parser": parse,
        "metavar": metavar or f"[{'|'.join(by_value)}]",
        "autocompletion": completion(by_value),
    }


def check_choice(value: str, valid: Iterable[str]) -> str:
    """The value, if it is valid. Raises `BadParameter` with the nearest valid ones."""
    valid = list(valid)
    if value not in valid:
        raise typer.BadParameter(f"{value!r}; {did_you_mean(value, valid)}")
    return value


def completion(values: Iterable[str]) -> Any:
    """Completion of an option's value from a list."""
    values = list(values)

    def complete(incomplete: str) -> list[str]:
        return [value for value in values if value.startswith(incomplete)]

    return complete
