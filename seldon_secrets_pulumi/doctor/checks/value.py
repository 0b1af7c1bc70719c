"""Checks of the value of a `config_param` secret, as Core 2's agent parses it: as JSON, and if that fails as YAML.

Source: seldon-core `scheduler/pkg/agent/rclone/rclone.go`, RcloneConfigCreate.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from seldon_secrets_pulumi.doctor.check import Example, error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.inventory.agent_value import read_agent_value
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM
from seldon_secrets_pulumi.untrusted_text import (
    UnreadableTextError,
    parse_json,
    printable,
    yaml_nodes,
)

# rclone `fs/config/config.go`, UpdateRemoteOpt: the fields that are true or false.
_SWITCHES = frozenset({"all", "continue", "edit", "nooutput", "noninteractive", "noobscure", "obscure"})
_FIELDS = {"name": (str, "a string"), "type": (str, "a string"), "parameters": (dict, "an object")}


@error(
    "not-json",
    "The value is neither a JSON nor a YAML object, so Core 2's agent can't read it.",
    "Write the whole value as one JSON object on one line.",
)
def not_json(subject: Subject) -> Iterator[str]:
    value = _value(subject)
    if value is not None and _object(value) is None and not any(subject.encoded_twice()):
        yield _json_problem(value)


@error(
    "value-fields",
    "Core 2's agent requires a name, a type and parameters.",
    'Write {"name": remote, "type": type, "parameters": {…}}.',
    Example(
        wrong='{"name": "models", "provider": "AWS"}',
        right='{"name": "models", "type": "s3", "parameters": {"provider": "AWS"}}',
    ),
)
def value_fields(subject: Subject) -> Iterator[str]:
    fields = _object(_value(subject) or "")
    for name, (kind, description) in _FIELDS.items() if fields is not None else ():
        value = (fields or {}).get(name)
        if not value and not (name == "parameters" and value == {}):
            yield f"{name} is missing or empty"
        elif not isinstance(value, kind):
            yield f"{name} is not {description}"


@error(
    "not-text",
    "Core 2's agent rejects parameters that are objects or lists.",
    "Write the parameter as one string, with the JSON inside it.",
    Example(wrong='"token": {"expiry": "…"}', right='"token": "{\\"expiry\\": \\"…\\"}"'),
)
def not_text(subject: Subject) -> Iterator[str]:
    for name, value in subject.described.parameters.items() if subject.described else ():
        if not isinstance(value, str):
            yield _path(name)


@error(
    "opt",
    "Core 2's agent expects strings in opt, and rclone's config/create rejects strings for its switches.",
    "Remove opt.",
    Example(wrong='"opt": {"noObscure": true}', right='"parameters": {…}'),
)
def opt(subject: Subject) -> Iterator[str]:
    options = (_object(_value(subject) or "") or {}).get("opt", {})
    if not isinstance(options, dict):
        yield "opt is not an object"
    else:
        yield from (
            f"opt.{printable(name)}"
            for name, value in options.items()
            if not isinstance(value, str) or name.lower() in _SWITCHES
        )


@warning(
    "unquoted-parameter",
    "JSON with a boolean or a number as a parameter is invalid for Core 2's agent, which then reads it as YAML.",
    'Quote the parameter, as in "true" or "5".',
    Example(wrong='"env_auth": false', right='"env_auth": "false"'),
)
def unquoted_parameter(subject: Subject) -> Iterator[str]:
    fields = _json(_value(subject) or "")
    parameters = fields.get("parameters") if isinstance(fields, dict) else None
    for name, value in parameters.items() if isinstance(parameters, dict) else ():
        if not isinstance(value, str | dict | list | None):
            yield _path(name)


@warning(
    "yaml-comment",
    "In YAML, a # after a space starts a comment, so the agent silently drops the rest of the value.",
    "Write the value as JSON, or quote the parameter.",
    Example(wrong="secret_access_key: … #9", right='secret_access_key: "… #9"'),
)
def yaml_comment(subject: Subject) -> Iterator[str]:
    value = _value(subject)
    if value is not None and " #" in value and subject.described and _json(value) is None:
        yield from map(_path, _commented(value))


@error(
    "line-break",
    "rclone's config/create rejects line breaks in Core 2's parameters, and one at the end breaks any credential.",
    "Remove the line break, and write a key file on one line.",
)
def line_break(subject: Subject) -> Iterator[str]:
    yield from (name for name, value in subject.parameters.items() if _has_line_break(subject, value))


@error(
    "undeliverable-value",
    "This format can't deliver the value to rclone unchanged.",
    "Change the value as the finding says, or use the other format.",
)
def undeliverable_value(subject: Subject) -> Iterator[str]:
    for name, value in subject.parameters.items() if subject.actual_format else ():
        # The check line-break reports line breaks.
        if subject.actual_format and not _has_line_break(subject, value):
            rule = subject.actual_format.problem(value, name)
            yield from [f"{name}: {rule}"] if rule else []
    if subject.actual_format and subject.backend:
        yield from map(str, subject.actual_format.remote_problems(subject.backend.name, subject.parameters))


def _value(subject: Subject) -> str | None:
    """The value that Core 2's agent reads."""
    is_read = subject.is_for_core2 and len(subject.secret.text) == 1
    return next(iter(subject.secret.text.values())) if is_read else None


def _object(text: str) -> Mapping[str, Any] | None:
    """The fields that the agent uses, or None if it can't read the value."""
    try:
        return read_agent_value(text).fields
    except UnreadableTextError:
        return None


def _json(text: str) -> Any:
    """The value of a JSON text; None if it is not JSON."""
    try:
        return parse_json(text)
    except UnreadableTextError:
        return None


def _json_problem(text: str) -> str:
    try:
        fields = parse_json(text)
    except UnreadableTextError as error:
        return f"the value {error}, and is not a YAML object either"
    if not isinstance(fields, dict):
        return "the value is JSON, but not an object"
    return (
        r"the value is JSON with other fields than strings, so that it is read as YAML, which does not know the escapes \/"
        r" and \ud800 to \udfff in it: quote every parameter"
    )


def _path(parameter: object) -> str:
    return f"parameters.{parameter}"


def _commented(text: str) -> Iterator[str]:
    """The parameters that are followed by a comment on the same line."""
    lines = text.splitlines()
    for field, parameters in _pairs(next(yaml_nodes(text))):
        for name, value in _pairs(parameters) if field.value == "parameters" else ():
            is_plain = value.id == "scalar" and not value.style
            if is_plain and lines[value.end_mark.line][value.end_mark.column :].lstrip().startswith("#"):
                yield name.value


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return node.value if node.id == "mapping" else []


def _has_line_break(subject: Subject, value: str) -> bool:
    anywhere = subject.actual_format is CONFIG_PARAM
    return not {"\n", "\r"}.isdisjoint(value if anywhere else value[-1:])


VALUE = (
    not_json,
    value_fields,
    not_text,
    opt,
    unquoted_parameter,
    yaml_comment,
    line_break,
    undeliverable_value,
)
