"""The remotes that a Secret's data describes, as the programs that read the Secret see them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from seldon_secrets_pulumi.inventory.agent_value import read_agent_value
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.rclone_variables import VARIABLE_START, read_variables
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError

_FIELD = re.compile(
    r"""(?<![\w.-])["']?(?P<field>name|type|parameters)["']?\s*:\s*(?P<value>"[^"\n]{0,60}"|[\w ]{0,60})""",
    re.IGNORECASE,
)
_MOST_FIELDS = 100


_MOST_REMOTES = 20


@dataclass(frozen=True)
class Content:
    """The format that the data is meant to have (None if it is neither of both), and the remotes in it."""

    format: str | None = None
    all_described: tuple[Remote, ...] = ()
    """The remotes as far as they can be read. Their parameters need not be strings. Only env_var may have several."""

    @property
    def described(self) -> Remote | None:
        """The only remote, as far as it can be read."""
        return self.all_described[0] if len(self.all_described) == 1 else None

    @cached_property
    def remote(self) -> Remote | None:
        """The only remote, if it can be read and all of its parameters are strings."""
        return self.described if self.described and _has_strings(self.described) else None

    @cached_property
    def remotes(self) -> tuple[Remote, ...]:
        """The remotes that can be read and whose parameters are strings."""
        return tuple(remote for remote in self.all_described if _has_strings(remote))


def read_content(keys: Collection[str], text: Mapping[str, str]) -> Content:
    """The content of a Secret with these keys. `text` has the values, and is empty if one of them is not text."""
    if any(key.upper().startswith(VARIABLE_START) for key in keys):
        return Content(ENV_VAR.name, tuple(_remotes_in_variables(text)))
    if len(text) == 1:
        value = next(iter(text.values()))
        described = _remote_in_value(value)
        if described or _looks_like_remote(value):
            return Content(CONFIG_PARAM.name, (described,) if described else ())
    return Content()


def _remotes_in_variables(text: Mapping[str, str]) -> list[Remote]:
    """The remotes that have a type, sorted by name, and no more than a person would write.

    Each is checked, listed and probed together with all keys of its Secret.
    """
    return [
        Remote(
            name, options["type"], {option: value for option, value in options.items() if option != "type"}
        )
        for name, options in islice(
            (
                (name, options)
                for name, options in sorted(read_variables(text).remotes.items())
                if "type" in options
            ),
            _MOST_REMOTES,
        )
    ]


def _remote_in_value(text: str) -> Remote | None:
    try:
        fields = read_agent_value(text).fields
    except UnreadableTextError:
        return None
    name, type_name, parameters = (fields.get(field) for field in ("name", "type", "parameters"))
    if isinstance(name, str) and isinstance(type_name, str) and isinstance(parameters, dict):
        return Remote(name, type_name, parameters)
    return None


def _looks_like_remote(text: str) -> bool:
    """Whether the text is meant to be a remote, however broken it is."""
    found: dict[str, str] = {}
    for number, match in enumerate(_FIELD.finditer(text)):
        if number == _MOST_FIELDS:
            break
        found.setdefault(match["field"].lower(), match["value"].strip('" '))
    return "type" in found and ("parameters" in found or ("name" in found and _is_backend(found["type"])))


def _is_backend(type_name: str) -> bool:
    try:
        backend(type_name)
    except InvalidArguments:
        return False
    return True


def _has_strings(remote: Remote) -> bool:
    return all(isinstance(value, str) for value in remote.parameters.values())
