"""The remote that a Secret's data describes, as the programs that read the Secret see it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json, parse_yaml_strings

ENV_VAR_START = "RCLONE_CONFIG_"


@dataclass(frozen=True)
class Content:
    """The format that the data is meant to have (None if it is neither of both), and the remote in it."""

    format: str | None = None
    described: Remote | None = None
    """The remote as far as it can be read. Its parameters need not be strings."""

    @cached_property
    def remote(self) -> Remote | None:
        """The remote, if it can be read and all of its parameters are strings."""
        if self.described and all(isinstance(value, str) for value in self.described.parameters.values()):
            return self.described
        return None


def read_content(keys: Collection[str], text: Mapping[str, str]) -> Content:
    """The content of a Secret with these keys. `text` has the values, and is empty if one of them is not text."""
    if any(key.upper().startswith(ENV_VAR_START) for key in keys):
        with suppress(ValueError):
            return Content(ENV_VAR.name, ENV_VAR.read(text))
        return Content(ENV_VAR.name)
    if len(text) == 1 and "parameters" in (value := next(iter(text.values()))):
        return _read_config_param(value)
    return Content()


def _read_config_param(text: str) -> Content:
    """Read a value as Core 2's agent does: as JSON with strings, or else as YAML, whose scalars become strings.

    Source: seldon-core `scheduler/pkg/agent/rclone/rclone.go`, RcloneConfigCreate.
    """
    in_json = Content(CONFIG_PARAM.name, _remote(text, parse_json))
    if in_json.remote:
        return in_json
    described = _remote(text, parse_yaml_strings)
    return Content(CONFIG_PARAM.name, described) if described else Content()


def _remote(text: str, parse: Callable[[str], Any]) -> Remote | None:
    try:
        value = parse(text)
    except UnreadableTextError:
        return None
    if not isinstance(value, dict):
        return None
    name, type_name, parameters = value.get("name"), value.get("type"), value.get("parameters")
    if isinstance(name, str) and isinstance(type_name, str) and isinstance(parameters, dict):
        return Remote(name, type_name, parameters)
    return None
