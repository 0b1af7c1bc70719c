"""The JSON Schema of a stack's file, for editors: the names and shapes of the models, without their rules.

Print it with `python -m seldon_secrets_pulumi.stack.schema`.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

from seldon_secrets_pulumi.model.bucket import Bucket
from seldon_secrets_pulumi.model.declaration import Declaration, is_boolean
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.kinds import DECLARABLE_KINDS, Kind
from seldon_secrets_pulumi.model.seldon_labels import KINDS
from seldon_secrets_pulumi.model.targets import TARGET_PATTERN
from seldon_secrets_pulumi.rclone.catalog import backend
from seldon_secrets_pulumi.stack.entry import setting
from seldon_secrets_pulumi.stack.expansion import ENTRIES, PLATFORM, PROTECT, SWITCHES

_NAMESPACES = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_FORMATS = {"type": "array", "items": {"enum": list(FORMATS)}, "minItems": 1, "uniqueItems": True}
_TARGETS = {"type": "array", "items": {"type": "string", "pattern": TARGET_PATTERN}}
_STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
# `pulumi config set` writes text.
_SWITCH = {"enum": [True, False, "true", "false"]}
_REFERENCES = [
    {
        "type": "object",
        "properties": {kind: {"type": "string"}},
        "required": [kind],
        "additionalProperties": False,
    }
    # `pulumi config set --secret --path` writes `secure`.
    for kind in ("file", "env", "secure")
]
_TEXT = {"anyOf": [{"type": "string"}, *_REFERENCES]}
_PARAMETERS = {
    "type": "object",
    "additionalProperties": {"anyOf": [{"type": ["string", "number", "boolean"]}, *_REFERENCES]},
}
_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "namespace": _NAMESPACES,
    "formats": _FORMATS,
    "targets": _TARGETS,
    "format": {"enum": list(FORMATS)},
    "kind": {"enum": list(KINDS)},
    "labels": _STRINGS,
    "annotations": _STRINGS,
    "parameters": _PARAMETERS,
    "data": {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
    "env": {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
    "reloader": _SWITCH,
    "project_number": {"type": ["string", "integer"]},
}


def schema() -> dict[str, Any]:
    """The schema of the settings in `Pulumi.<stack>.yaml` that this package reads."""
    settings = {
        "namespaces": _NAMESPACES,
        "formats": _FORMATS,
        "targets": _TARGETS,
        "labels": _STRINGS,
        **{list_name: {"type": "array", "items": _entries(list_name)} for list_name in ENTRIES},
        **dict.fromkeys(SWITCHES, _SWITCH),
        **{name: {"type": "string"} for name in FORMAT_LABEL_SETTINGS},
        PLATFORM: {"type": "string", "pattern": "^https?://"},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A stack of seldon-secrets",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"seldon-secrets:{name}": shape for name, shape in settings.items()},
                # Rejects misspelled settings of this package, and accepts those of others.
                "patternProperties": {
                    f"^seldon-secrets:(?!(?:{'|'.join(settings)})$)": False,
                },
            }
        },
    }


def _entries(list_name: str) -> dict[str, Any]:
    *typed, other = (kind for kind in DECLARABLE_KINDS if kind.setting == list_name)
    shape = _entry(other.model)
    if not typed:
        return shape
    for kind in typed:  # the setting `type` decides on the others
        condition = {"properties": {"type": {"enum": _spellings(kind)}}, "required": ["type"]}
        shape = {"if": condition, "then": _entry(kind.model), "else": shape}
    return {"type": "object", "required": ["remote", "type"], **shape}


def _spellings(kind: Kind) -> list[str]:
    if kind.rclone_type is None:
        return [kind.type]
    rclone = backend(kind.rclone_type)
    return sorted({rclone.name, rclone.prefix, *rclone.aliases})


def _entry(model: type[Declaration]) -> dict[str, Any]:
    properties = {setting(name): _setting(name, info) for name, info in model.model_fields.items()}
    properties[PROTECT] = _SWITCH
    required = [
        setting(name)
        for name, info in model.model_fields.items()
        if info.is_required() and name != "namespace"
    ]
    if issubclass(model, Bucket):
        properties["type"] = {"type": "string"}
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _setting(name: str, info: FieldInfo) -> Mapping[str, Any]:
    if name in _FIELDS:
        return _FIELDS[name]
    return {"type": "boolean"} if is_boolean(info) else _TEXT


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")
