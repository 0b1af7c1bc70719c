"""Checks of a bucket secret's keys, and of whether its values can be read at all."""

from collections.abc import Iterator

from seldon_secrets_pulumi.doctor.check import error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, ENV_VAR_KEY
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY

_START = "RCLONE_CONFIG_"


@error(
    "no-content",
    "The Secret holds nothing.",
    "Write it anew, with one of the components or by the page on formats.",
)
def no_content(subject: Subject) -> Iterator[str]:
    if not subject.secret.data:
        yield "no keys"


@error(
    "not-utf-8",
    "Neither rclone nor Core 2's agent reads values that are no text.",
    "Write the value as UTF-8 text, encoded in base64 once.",
)
def not_utf_8(subject: Subject) -> Iterator[str]:
    if subject.secret.data and not subject.secret.text:
        yield "a value is not text"


@error(
    "base64-twice",
    "The value was encoded before it was put into a Secret, which encodes it again.",
    "Put the plain text under stringData, or encode it once and put it under data.",
)
def base64_twice(subject: Subject) -> Iterator[str]:
    if subject.secret.kind == "bucket":
        yield from subject.encoded_twice()


@warning(
    "not-for-rclone",
    "The Secret holds nothing that rclone reads, as is right for a custom storage initializer only.",
    "Name its keys RCLONE_CONFIG_<REMOTE>_<PARAMETER>; for another initializer set the format label to env_var.",
)
def not_for_rclone(subject: Subject) -> Iterator[str]:
    bucket = subject.secret.kind == "bucket" and DOCKER_CONFIG_KEY not in subject.secret.data
    if (
        bucket
        and subject.secret.text
        and subject.intended_format is None
        and not any(subject.encoded_twice())
    ):
        yield f"no key starts with {_START}"


@error(
    "lower-case-key",
    "rclone looks only for variables in upper case.",
    "Write the whole key in upper case.",
)
def lower_case_key(subject: Subject) -> Iterator[str]:
    yield from (key for key in _variables(subject) if key != key.upper())


@error(
    "key-shape",
    "rclone finds neither a remote nor a parameter in the key.",
    "Write it as RCLONE_CONFIG_<REMOTE>_<PARAMETER>.",
)
def key_shape(subject: Subject) -> Iterator[str]:
    yield from (key for key in _variables(subject) if not ENV_VAR_KEY.fullmatch(key.upper()))


@warning(
    "foreign-key",
    "The key is no part of a remote; every container that gets this Secret's variables gets it too.",
    "Keep it in a Secret of its own.",
)
def foreign_key(subject: Subject) -> Iterator[str]:
    if subject.actual_format == ENV_VAR.name:
        yield from sorted(set(subject.secret.data) - set(_variables(subject)))


@error(
    "several-remotes",
    "The keys belong to more than one remote, and a bucket secret stands for one.",
    "Write a Secret for each remote.",
)
def several_remotes(subject: Subject) -> Iterator[str]:
    if len(remotes := sorted(_parameters(subject))) > 1:
        yield ", ".join(remotes)


@error(
    "underscore-for-dash",
    "From 1.57.0 on rclone keeps the dashes of a remote, and the variables configure another one.",
    "Write the dashes of the remote in the keys too.",
)
def underscore_for_dash(subject: Subject) -> Iterator[str]:
    if wrong := subject.misspelled_prefix:
        yield f"{wrong}… configures the remote {wrong.removeprefix(_START).rstrip('_').lower()}"


@error(
    "type-missing",
    "Without a type rclone does not know how to reach a remote.",
    "Add the key that ends in _TYPE, such as RCLONE_CONFIG_MODELS_TYPE with s3.",
)
def type_missing(subject: Subject) -> Iterator[str]:
    for remote, parameters in sorted(_parameters(subject).items()):
        if "TYPE" not in parameters and not subject.misspelled_prefix:
            yield f"no key {_START}{remote}_TYPE"


@error(
    "one-key",
    "Core 2 reads a Secret with exactly one key and refuses any other.",
    "Keep one key, whose value is the whole JSON.",
)
def one_key(subject: Subject) -> Iterator[str]:
    # A label that says config_param over the keys of env_var is wrong itself, and has a check of its own.
    if len(subject.secret.data) > 1 and subject.intended_format == CONFIG_PARAM.name:
        yield f"{len(subject.secret.data)} keys"


def _variables(subject: Subject) -> list[str]:
    """The keys that are meant for rclone's environment."""
    return sorted(
        key
        for key in subject.secret.data
        if subject.secret.kind == "bucket" and key.upper().startswith(_START)
    )


def _parameters(subject: Subject) -> dict[str, set[str]]:
    """The parameters of each remote, as their keys name them."""
    found = dict[str, set[str]]()
    for key in _variables(subject):
        if match := ENV_VAR_KEY.fullmatch(key.upper()):
            found.setdefault(match["remote"], set()).add(match["parameter"])
    return found


KEYS = (
    no_content,
    not_utf_8,
    base64_twice,
    not_for_rclone,
    lower_case_key,
    key_shape,
    foreign_key,
    several_remotes,
    underscore_for_dash,
    type_missing,
    one_key,
)
