"""The settings of the ready-made stack, read from a file without the engine."""

from collections.abc import Iterator, Mapping
from typing import Any

from seldon_secrets_pulumi.model.setting_names import PREFIX, misplaced_settings
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.stack.expansion import SETTING_NAMES
from seldon_secrets_pulumi.stack.pulumi_yaml import parse_pulumi_yaml
from seldon_secrets_pulumi.stack.structure import structure_problems
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

_MIB = 1024 * 1024
MAX_CHARACTERS = 16 * _MIB
"""The longest text that is parsed; 10,000 entries are 2 MiB. More would take more than a few seconds."""
_MAX_YAML_CHARACTERS = 4 * _MIB  # YAML takes thirty times as long as JSON
# The other parts of a stack's file (pulumi `sdk/go/common/workspace/project.go`, ProjectStack).
_HEADER = frozenset({"encryptedkey", "encryptionsalt", "environment", "secretsprovider"})
_RENDER = "`pulumi config --show-secrets --json | seldon-secrets render -`"


def settings_in(text: str, project: str | None = None) -> dict[str, Any]:
    """The settings in a stack's file, in a file with nothing else, or in the output of `pulumi config --json`.

    Raises `InvalidArguments` if a value is encrypted, a prefix is misspelled, or the text is not a mapping.
    """
    config = config_in(text)
    named = {key.removeprefix(PREFIX): _value(key, value) for key, value in config.items()}
    settings = {name: value for name, value in named.items() if ":" not in name}  # others are other packages'
    problems = [
        *misplaced_settings(config, SETTING_NAMES, project),
        *(problem for name, value in settings.items() for problem in structure_problems(name, value)),
    ]
    if not problems:  # then the settings have few levels
        rule = f"is encrypted; use {_RENDER}"
        encrypted = (path for name, value in settings.items() for path in _encrypted(name, value, set()))
        problems = [Problem(path, rule) for path in encrypted]
    if problems:
        raise InvalidArguments(problems)
    return settings


def config_in(text: str) -> dict[str, Any]:
    """The configuration in a stack's file, or the text itself if it has none. Raises `InvalidArguments`."""
    content = _parsed(text)
    if "config" in content:
        # Nothing but comments below `config:` is null.
        config = {} if content["config"] is None else content["config"]
    else:
        config = {name: value for name, value in content.items() if name not in _HEADER}
    if not isinstance(config, dict):
        raise InvalidArguments([Problem("config", "must be a mapping of settings", code="type")])
    return {str(name): value for name, value in config.items()}


def setting_value(name: str, text: str) -> Any:
    """The value of a setting that is text: a list or a mapping is JSON. Raises `InvalidArguments`."""
    if text[:1] not in {"[", "{"}:
        return text
    try:
        _check_length(text, MAX_CHARACTERS)
        return parse_json(text)
    except UnreadableTextError as error:
        raise InvalidArguments([Problem(name, str(error))]) from None


def _parsed(text: str) -> dict[str, Any]:
    is_json = text.lstrip()[:1] == "{"
    try:
        _check_length(text, MAX_CHARACTERS if is_json else _MAX_YAML_CHARACTERS)
        content = parse_json(text) if is_json else parse_pulumi_yaml(text)
    except UnreadableTextError as error:
        # A stack's file can be correct and still exceed a limit of YAML's. The engine writes it as JSON without aliases.
        hint = "" if is_json or error.line else f"; if it is a stack's file, use {_RENDER}"
        raise InvalidArguments([Problem("", f"the file {error}{hint}")]) from None
    if content is None:  # nothing, or only comments
        return {}
    if not isinstance(content, dict):
        raise InvalidArguments([Problem("", "the file must be a mapping of settings", code="type")])
    return content


def _check_length(text: str, limit: int) -> None:
    if len(text) > limit:
        raise UnreadableTextError(f"is larger than {limit // _MIB} MiB")


def _value(key: str, setting: Any) -> Any:
    """The value of a setting, which may be JSON text or have the form of `pulumi config --json`."""
    if isinstance(setting, dict) and isinstance(setting.get("secret"), bool):
        setting = setting.get("objectValue", setting.get("value", {"secure": ""}))
    is_ours = key.startswith(PREFIX) or ":" not in key
    return (
        setting_value(key.removeprefix(PREFIX), setting) if is_ours and isinstance(setting, str) else setting
    )


def _encrypted(path: str, value: Any, seen: set[int]) -> Iterator[str]:
    if not isinstance(value, Mapping | list) or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _encrypted(f"{path}[{position}]", inner, seen)
        return
    if list(value) == ["secure"]:
        yield path
    for name, inner in value.items():
        yield from _encrypted(f"{path}.{name}", inner, seen)
