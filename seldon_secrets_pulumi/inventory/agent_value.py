r"""The value of a `config_param` Secret, as Core 2's agent reads it: as JSON, and if that fails as YAML.

The agent decodes it into name, type, parameters and opt, the last two with strings only (seldon-core
`scheduler/pkg/agent/rclone/rclone.go`, RcloneConfigCreate). Go's encoding/json ignores the case of fields and rejects
other values than strings. yaml.v2 2.4.0 turns scalars into strings, reads the first document and ignores what follows it,
knows `<<` and `!!binary`, and rejects `\/` and halves of surrogate pairs in quotes, which are common in JSON.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.untrusted_text import (
    UnreadableTextError,
    json_field,
    load_first_yaml,
    parse_json,
)

if TYPE_CHECKING:
    from yaml import Node

_FIELDS = ("name", "type", "parameters", "opt")
_MAPPINGS = frozenset({"parameters", "opt"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_ESCAPE = re.compile(r"\\(u[dD][89a-fA-F]|.)", re.DOTALL)
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class AgentValue:
    """The fields that the agent uses. Those that are missing or null are None."""

    fields: Mapping[str, Any] = field(repr=False)
    is_json: bool
    """Whether the agent reads it as JSON, and not as YAML."""

    @property
    def wrong_fields(self) -> list[str]:
        """The fields, and the entries in them, that the agent can't decode."""
        wrong: list[str] = []
        for name, value in self.fields.items():
            if name not in _MAPPINGS:
                wrong += [] if isinstance(value, str) else [name]
            elif isinstance(value, dict):
                wrong += [f"{name}.{key}" for key, item in value.items() if not isinstance(item, str)]
            else:
                wrong.append(name)
        return wrong


def read_agent_value(text: str) -> AgentValue:
    """The value. Raises `UnreadableTextError` if it is neither an object in JSON nor a mapping in YAML."""
    in_json = _from_json(text)
    if in_json is not None and not in_json.wrong_fields:
        return in_json
    try:
        value = load_first_yaml(text, _loader())
    except UnreadableTextError:
        # Objects within the parameters are what makes JSON unreadable for both of the agent's decoders.
        if in_json is not None and any(isinstance(item, dict | list) for item in _items(in_json)):
            return in_json
        raise
    if not isinstance(value, dict):
        raise UnreadableTextError("is not an object")
    return AgentValue({name: value[name] for name in _FIELDS if value.get(name) not in (None, "")}, False)


def _from_json(text: str) -> AgentValue | None:
    try:
        value = parse_json(text)
    except UnreadableTextError:
        return None
    if not isinstance(value, dict):
        return None
    fields = {name: json_field(value, name) for name in _FIELDS}
    for name in _MAPPINGS & fields.keys():
        if isinstance(fields[name], dict):
            fields[name] = {key: "" if item is None else item for key, item in fields[name].items()}
    return AgentValue({name: item for name, item in fields.items() if item is not None}, True)


def _items(value: AgentValue) -> list[Any]:
    parameters = value.fields.get("parameters")
    return list(parameters.values()) if isinstance(parameters, dict) else []


def _string(loader: Any, node: "Node") -> str:
    text = str(loader.construct_scalar(node))
    if getattr(node, "style", None) == '"':
        quoted = loader.text[node.start_mark.index : node.end_mark.index]
        if any(escape[1] == "/" or len(escape[1]) > 1 for escape in _ESCAPE.finditer(quoted)):
            raise UnreadableTextError(
                "has an escape that YAML does not know", node.start_mark.line + 1, node.start_mark.column + 1
            )
    return text


def _plain(loader: Any, node: "Node") -> str | None:
    text = str(loader.construct_scalar(node))
    return "" if text in _NULLS else text


def _binary(loader: Any, node: "Node") -> str:
    return base64.b64decode("".join(loader.construct_scalar(node).split()), validate=True).decode()


def _other(loader: Any, _: str, node: Any) -> Any:
    if node.id == "scalar":
        return _string(loader, node)
    return loader.construct_mapping(node) if node.id == "mapping" else loader.construct_sequence(node)


@cache
def _loader() -> Any:
    import yaml

    class AgentLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Every scalar is the string that yaml.v2 decodes it to."""

        yaml_constructors = {  # noqa: RUF012 - as in its base
            f"{_TAG}map": yaml.constructor.SafeConstructor.construct_yaml_map,
            f"{_TAG}seq": yaml.constructor.SafeConstructor.construct_yaml_seq,
            f"{_TAG}str": _string,
            f"{_TAG}binary": _binary,
            "!plain": _plain,
        }
        yaml_multi_constructors = {"": _other}  # noqa: RUF012

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__(text)

        def resolve(self, kind: "type[Node]", value: Any, implicit: Any) -> Any:
            if kind is not yaml.ScalarNode or not implicit[0]:
                return super().resolve(kind, value, implicit)
            return f"{_TAG}merge" if value == "<<" else "!plain"

    return AgentLoader
