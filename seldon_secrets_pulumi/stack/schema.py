"""The JSON Schema of a stack's file, for editors: names and shapes from the models; the rules stay in the models.

`python -m seldon_secrets_pulumi.stack.schema` prints it.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo

from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.model.bucket import Bucket
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.initializer import InitializerBucket
from seldon_secrets_pulumi.model.raw_secret import VerbatimSecret
from seldon_secrets_pulumi.model.registry import Registry
from seldon_secrets_pulumi.model.seldon_labels import KINDS
from seldon_secrets_pulumi.rclone.catalog import backend
from seldon_secrets_pulumi.stack.entry import INITIALIZER, TYPED, setting

_NAMESPACES = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_FORMATS = {"type": "array", "items": {"enum": list(FORMATS)}, "minItems": 1, "uniqueItems": True}
_STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
_REFERENCES = [
    {
        "type": "object",
        "properties": {kind: {"type": "string"}},
        "required": [kind],
        "additionalProperties": False,
    }
    # `secure` is what `pulumi config set --secret --path` writes.
    for kind in ("file", "env", "secure")
]
_TEXT = {"anyOf": [{"type": "string"}, *_REFERENCES]}
_PARAMETERS = {
    "type": "object",
    "additionalProperties": {"anyOf": [{"type": ["string", "number", "boolean"]}, *_REFERENCES]},
}
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "namespace": _NAMESPACES,
    "formats": _FORMATS,
    "format": {"enum": list(FORMATS)},
    "kind": {"enum": list(KINDS)},
    "labels": _STRINGS,
    "annotations": _STRINGS,
    "parameters": _PARAMETERS,
    "data": {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
    "env": {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
    "project_number": {"type": ["string", "integer"]},
}


def schema() -> dict[str, Any]:
    """The schema of `Pulumi.<stack>.yaml` as far as this package reads it."""
    settings = {
        "namespaces": _NAMESPACES,
        "formats": _FORMATS,
        "labels": _STRINGS,
        "buckets": {"type": "array", "items": _bucket()},
        "registries": {"type": "array", "items": _entry(Registry)},
        "secrets": {"type": "array", "items": _entry(VerbatimSecret)},
        **{
            name: {"type": "string"}
            for name in ("formatLabelKey", "formatLabelEnvVar", "formatLabelConfigParam")
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A stack of seldon-secrets",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"seldon-secrets:{name}": it for name, it in settings.items()},
                # A misspelt setting of this package, and none of another's.
                "patternProperties": {
                    f"^seldon-secrets:(?!(?:{'|'.join(settings)})$)": False,
                },
            }
        },
    }


def _bucket() -> dict[str, Any]:
    """What `type` says decides on the rest."""
    rest: dict[str, Any] = _entry(AnyBackendBucket)
    kinds: dict[str, type[Bucket]] = {INITIALIZER: InitializerBucket, **TYPED}
    for name, model in kinds.items():
        condition = {"properties": {"type": {"enum": _spellings(name)}}, "required": ["type"]}
        rest = {"if": condition, "then": _entry(model), "else": rest}
    return {"type": "object", "required": ["remote", "type"], **rest}


def _spellings(type_: str) -> list[str]:
    if type_ == INITIALIZER:
        return [type_]
    known = backend(type_)
    return sorted({known.name, known.prefix, *known.aliases})


def _entry(model: type[Declaration]) -> dict[str, Any]:
    properties = {setting(name): _setting(name, it) for name, it in model.model_fields.items()}
    required = [
        setting(name) for name, it in model.model_fields.items() if it.is_required() and name != "namespace"
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
    if name in _KINDS:
        return _KINDS[name]
    return {"type": "boolean"} if bool in (info.annotation, *get_args(info.annotation)) else _TEXT


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")
