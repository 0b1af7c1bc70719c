"""The remote that a Secret's data describes, in whichever format, as the programs that read it would see it."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_yaml_strings

ENV_VAR_START = "RCLONE_CONFIG_"


@dataclass(frozen=True)
class Content:
    """`format` is the one that the data is meant to be in; None if it is neither."""

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
    """The content of a Secret with these keys; `text` is empty if a value is not text."""
    if any(key.upper().startswith(ENV_VAR_START) for key in keys):
        with suppress(ValueError):
            return Content(ENV_VAR.name, ENV_VAR.read(text))
        return Content(ENV_VAR.name)
    if len(text) == 1 and "parameters" in (value := next(iter(text.values()))):
        with suppress(ValueError):
            remote = CONFIG_PARAM.read(text)
            if isinstance(remote.name, str) and isinstance(remote.type, str):
                return Content(CONFIG_PARAM.name, remote)
        if (described := _read_yaml(value)) is not None:
            return Content(CONFIG_PARAM.name, described)
    return Content()


def _read_yaml(text: str) -> Remote | None:
    """As Core 2's agent reads a value that is not a JSON object of strings: every scalar stays text.

    Source: seldon-core `scheduler/pkg/agent/rclone/rclone.go`, RcloneConfigCreate.
    """
    try:
        value = parse_yaml_strings(text)
    except UnreadableTextError:
        return None
    if not isinstance(value, dict):
        return None
    name, type_, parameters = value.get("name"), value.get("type"), value.get("parameters")
    if not (isinstance(name, str) and isinstance(type_, str) and isinstance(parameters, dict)):
        return None
    return Remote(name, type_, parameters)
