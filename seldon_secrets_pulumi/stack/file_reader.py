"""The settings of the ready-made stack, read without an engine."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from seldon_secrets_pulumi.problem import InvalidArguments, Problem

_PREFIX = "seldon-secrets:"


def settings_in(text: str) -> dict[str, Any]:
    """The settings in a stack's file, in a file with nothing else, or in what `pulumi config --json` prints.

    Raises `InvalidArguments` where a value is encrypted or the text is no mapping.
    """
    content = _parsed(text)
    config = content.get("config", content)
    if not isinstance(config, dict):
        raise InvalidArguments([Problem("config", "must be a mapping of settings")])
    named = {str(key).removeprefix(_PREFIX): _value(it) for key, it in config.items()}
    settings = {name: it for name, it in named.items() if ":" not in name}  # the rest is other packages'
    if encrypted := [path for name, it in settings.items() for path in _encrypted(name, it)]:
        rule = "is encrypted; `pulumi config --show-secrets --json | seldon-secrets render -` reads it"
        raise InvalidArguments(Problem(path, rule) for path in encrypted)
    return settings


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
        # Its own text may repeat a credential.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    else:
        if isinstance(content, dict):
            return content
        raise InvalidArguments([Problem("", "the file must be a mapping of settings")])
    raise InvalidArguments([Problem("", f"the file is neither YAML nor JSON{where}")])


def _value(setting: Any) -> Any:
    """A setting, also as `pulumi config --json` shows it, and also one that was set as JSON text."""
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
        for name, it in value.items():
            yield from _encrypted(f"{path}.{name}", it)
    elif isinstance(value, list):
        for position, it in enumerate(value):
            yield from _encrypted(f"{path}[{position}]", it)
