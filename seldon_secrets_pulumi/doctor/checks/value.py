"""Checks of the value of a `config_param` secret, as Core 2's agent parses it: JSON first, then YAML.

Source: seldon-core `scheduler/pkg/agent/rclone/rclone.go`, RcloneConfigCreate.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from seldon_secrets_pulumi.doctor.check import error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, FORMATS

_FIELDS = ("name", "type", "parameters")


@error(
    "not-json",
    "Core 2's agent reads neither a JSON nor a YAML object in the value.",
    "Write the whole value as one JSON object on one line.",
)
def not_json(subject: Subject) -> Iterator[str]:
    value = _value(subject)
    if value is not None and _object(value) is None and not any(subject.encoded_twice()):
        yield _json_problem(value)


@error(
    "value-fields",
    "Core 2's agent refuses a value without name, type and parameters.",
    'Write {"name": remote, "type": type, "parameters": {…}}.',
)
def value_fields(subject: Subject) -> Iterator[str]:
    given = _object(_value(subject) or "")
    if given is None:
        return
    for field in _FIELDS:
        kind, what = (dict, "an object") if field == "parameters" else (str, "a text")
        if not given.get(field) and not (field == "parameters" and given.get(field) == {}):
            yield f"{field} is missing or empty"
        elif not isinstance(given[field], kind):
            yield f"{field} is not {what}"


@error(
    "not-text",
    "Core 2's agent refuses parameters that are objects or lists.",
    "Write the parameter as one text, JSON within a string.",
)
def not_text(subject: Subject) -> Iterator[str]:
    for name, value in (
        subject.secret.content.described.parameters.items() if subject.secret.content.described else ()
    ):
        if not isinstance(value, str):
            yield f"parameters.{name}"


@warning(
    "unquoted-parameter",
    "A boolean, a number or null is no valid parameter in JSON; the agent reads the value as YAML instead.",
    'Quote it: "true", "5", "".',
)
def unquoted_parameter(subject: Subject) -> Iterator[str]:
    try:
        parameters = json.loads(_value(subject) or "{}").get("parameters", {})
    except (ValueError, AttributeError):
        return
    for name, value in parameters.items() if isinstance(parameters, dict) else ():
        if not isinstance(value, (str, dict, list)):
            yield f"parameters.{name}"


@warning(
    "yaml-comment",
    "YAML takes a # after a space for a comment, and the agent cuts the value there in silence.",
    "Write the value as JSON, or quote the parameter.",
)
def yaml_comment(subject: Subject) -> Iterator[str]:
    value = _value(subject)
    if value is not None and " #" in value and subject.secret.content.described and not _is_json(value):
        yield from (f"parameters.{name}" for name in _commented(value))


@error(
    "line-break",
    "rclone's config/create refuses line breaks in Core 2's parameters; one at the end breaks any credential.",
    "Remove the line break; a key file goes on one line.",
)
def line_break(subject: Subject) -> Iterator[str]:
    for name, value in subject.remote.parameters.items() if subject.remote else ():
        if _has_line_break(subject, value):
            yield name


@error(
    "undeliverable-value",
    "A value does not reach rclone unchanged in this format.",
    "Change the value as the rule says, or use the other format.",
)
def undeliverable_value(subject: Subject) -> Iterator[str]:
    content = FORMATS.get(subject.actual_format or "")
    for name, value in subject.remote.parameters.items() if content and subject.remote else ():
        if content and not _has_line_break(subject, value) and (rule := content.problem(value, name)):
            yield f"{name}: {rule}"


def _value(subject: Subject) -> str | None:
    """What Core 2's agent would read."""
    meant = subject.intended_format == CONFIG_PARAM.name and len(subject.secret.text) == 1
    return next(iter(subject.secret.text.values())) if meant else None


def _object(text: str) -> Mapping[str, Any] | None:
    import yaml

    try:
        value = json.loads(text)
    except ValueError:
        try:
            value = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 - strings only
        except yaml.YAMLError:
            return None
    return value if isinstance(value, dict) else None


def _json_problem(text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as error_:
        return f"no JSON from line {error_.lineno}, column {error_.colno} on, and no YAML object either"
    return "the JSON is not an object"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _commented(text: str) -> Iterator[str]:
    """The parameters that have a comment behind them on their line."""
    import yaml

    root = yaml.compose(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    lines = text.splitlines()
    for key, value in _pairs(root):
        for name, parameter in _pairs(value) if key.value == "parameters" else ():
            end = parameter.end_mark
            plain = isinstance(parameter, yaml.ScalarNode) and not parameter.style
            if plain and lines[end.line][end.column :].lstrip().startswith("#"):
                yield name.value


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    import yaml

    return node.value if isinstance(node, yaml.MappingNode) else []


def _has_line_break(subject: Subject, value: str) -> bool:
    anywhere = subject.actual_format == CONFIG_PARAM.name
    return not {"\n", "\r"}.isdisjoint(value if anywhere else value[-1:])


VALUE = (
    not_json,
    value_fields,
    not_text,
    unquoted_parameter,
    yaml_comment,
    line_break,
    undeliverable_value,
)
