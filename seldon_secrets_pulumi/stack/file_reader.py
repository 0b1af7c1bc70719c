"""The settings of the ready-made stack, read from a file without the engine."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from seldon_secrets_pulumi.problem import InvalidArguments, Problem

PREFIX = "seldon-secrets:"


def settings_in(text: str) -> dict[str, Any]:
    """The settings in a stack's file, in a file with nothing else, or in the output of `pulumi config --json`.

    Raises `InvalidArguments` if a value is encrypted or the text is not a mapping.
    """
    named = {str(key).removeprefix(PREFIX): _value(value) for key, value in config_in(text).items()}
    settings = {name: value for name, value in named.items() if ":" not in name}  # others are other packages'
    if encrypted := [path for name, value in settings.items() for path in _encrypted(name, value)]:
        rule = "is encrypted; use `pulumi config --show-secrets --json | seldon-secrets render -`"
        raise InvalidArguments(Problem(path, rule) for path in encrypted)
    return settings


def config_in(text: str) -> dict[str, Any]:
    """The configuration in a stack's file, or the text itself if it has none. Raises `InvalidArguments`."""
    content = _parsed(text)
    config = content.get("config", content)
    if not isinstance(config, dict):
        raise InvalidArguments([Problem("config", "must be a mapping of settings", code="type")])
    return config


def _parsed(text: str) -> dict[str, Any]:
    import yaml

    try:
        if text.lstrip().startswith("{"):
            content = json.loads(text)  # many times faster
        else:
            content = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe too
    except json.JSONDecodeError as error:
        where = f" (line {error.lineno}, column {error.colno})"
    except yaml.YAMLError as error:
        # The error's own text may repeat a credential.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    else:
        if isinstance(content, dict):
            return content
        raise InvalidArguments([Problem("", "the file must be a mapping of settings", code="type")])
    raise InvalidArguments([Problem("", f"the file is neither YAML nor JSON{where}")])


def _value(setting: Any) -> Any:
    """The value of a setting, which may be JSON text or have the form of `pulumi config --json`."""
    if isinstance(setting, dict) and isinstance(setting.get("secret"), bool):
        setting = setting.get("objectValue", setting.get("value", {"secure": ""}))
    if isinstance(setting, str) and setting[:1] in {"[", "{"}:
        with suppress(ValueError):
            return json.loads(setting)
    return setting


def _encrypted(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if list(value) == ["secure"]:
            yield path
        for name, inner in value.items():
            yield from _encrypted(f"{path}.{name}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _encrypted(f"{path}[{position}]", inner)
