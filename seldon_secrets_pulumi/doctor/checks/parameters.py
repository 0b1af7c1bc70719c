"""Checks of a remote's type and parameters, and of its credentials."""

import json
from collections.abc import Iterator

from seldon_secrets_pulumi.doctor.check import error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.problem import InvalidArguments, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import backend
from seldon_secrets_pulumi.rclone.obscure import reveal
from seldon_secrets_pulumi.rclone.parameters import OPTION_NAME

_GCS = "google cloud storage"
_KEY_FILE = "service_account_credentials"
_SHOWN = 60  # characters of a name
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})  # Go's strconv.ParseBool


@error(
    "unknown-backend",
    "rclone has no backend of this type.",
    "Use a type of https://rclone.org/overview/.",
)
def unknown_backend(subject: Subject) -> Iterator[str]:
    if subject.remote and subject.backend is None:
        try:
            backend(subject.remote.type)
        except InvalidArguments as invalid:
            yield from (f"type {problem.rule}" for problem in invalid.problems)


@error(
    "type-spelling",
    "rclone tells the case of letters apart in a type and knows it by two spellings only.",
    "Use rclone's spelling.",
)
def type_spelling(subject: Subject) -> Iterator[str]:
    if (
        subject.remote
        and subject.backend
        and subject.remote.type not in {subject.backend.name, subject.backend.prefix}
    ):
        yield f"rclone spells it {subject.backend.name}"


@error(
    "parameter-name",
    "rclone has no option with such a name, and a program that changes its case may take it for another one.",
    "Remove the parameter; names are made of letters, digits, `_` and `.` only.",
)
def parameter_name(subject: Subject) -> Iterator[str]:
    yield from (
        _visible(name)
        for name in (subject.secret.content.described.parameters if subject.secret.content.described else ())
        if _is_odd(name)
    )


@error(
    "unknown-option",
    "rclone has no such option and ignores it in silence.",
    "Correct or remove the parameter; the backend's page in rclone's documentation lists them.",
)
def unknown_option(subject: Subject) -> Iterator[str]:
    known = {*subject.backend.options, *subject.backend.unlisted} if subject.backend else ()
    yield from (
        f"{name} {rule}"
        for name, rule in subject.broken_rules
        if _is_given(subject, name) and name not in known and not _is_odd(name)
    )


@error(
    "missing-option",
    "rclone can't open the remote without this option.",
    "Add the parameter.",
)
def missing_option(subject: Subject) -> Iterator[str]:
    yield from (f"{name} {rule}" for name, rule in subject.broken_rules if not _is_given(subject, name))


@error(
    "option-value",
    "rclone refuses this value, or ignores it here.",
    "Correct the parameter by the backend's page in rclone's documentation.",
)
def option_value(subject: Subject) -> Iterator[str]:
    elsewhere = {*_plain(subject), *(["provider"] if any(unknown_provider.find(subject)) else [])}
    for name, rule in subject.broken_rules:
        known = subject.backend and name in {*subject.backend.options, *subject.backend.unlisted}
        if known and _is_given(subject, name) and name not in elsewhere and not _ends_a_line(subject, name):
            yield f"{name} {rule}"


@warning(
    "unknown-provider",
    "rclone does not know this provider and falls back to generic behaviour.",
    "Use one of rclone's providers, or Other.",
)
def unknown_provider(subject: Subject) -> Iterator[str]:
    given, known = _provider(subject)
    if given and known and given.lower() not in {each.lower() for each in known}:
        hint = did_you_mean(given, known)
        yield f"{given} is none of rclone's providers{f'; {hint}' if hint else ''}"


@warning(
    "provider-spelling",
    "rclone compares providers letter by letter and falls back to generic behaviour.",
    "Use rclone's spelling.",
)
def provider_spelling(subject: Subject) -> Iterator[str]:
    given, known = _provider(subject)
    for right in known:
        if right != given and right.lower() == given.lower():
            yield f"rclone spells it {right}"


@error(
    "plain-password",
    "rclone expects this password obscured and fails to reveal a plain one.",
    "Store what `rclone obscure` prints, or use a component, which obscures.",
)
def plain_password(subject: Subject) -> Iterator[str]:
    yield from sorted(_plain(subject))


@error(
    "gcs-anonymous",
    "rclone ignores the credentials of an anonymous remote, and Core 1 presets the remote gs as one.",
    'Set anonymous to "false", or name the remote otherwise.',
)
def gcs_anonymous(subject: Subject) -> Iterator[str]:
    # Seldon's image for Core 1 presets RCLONE_CONFIG_GS_ANONYMOUS=true (seldon-core, storage initializer).
    if subject.backend and subject.remote and subject.backend.name == _GCS:
        parameters = subject.remote.parameters
        preset = "true" if subject.actual_format == ENV_VAR.name and subject.remote.name == "gs" else "false"
        if parameters.get(_KEY_FILE) and parameters.get("anonymous", preset) in _TRUE:
            yield "anonymous is on beside credentials"


@error(
    "service-account",
    "The service account's key file is not one that rclone can use.",
    "Store the whole JSON key file on one line.",
)
def service_account(subject: Subject) -> Iterator[str]:
    key = subject.remote.parameters.get(_KEY_FILE) if subject.remote else None
    if not (key and subject.backend and subject.backend.name == _GCS):
        return
    try:
        GcsBucket.parse({"remote": "any", "namespace": "any", "credentials": key})
    except InvalidArguments as invalid:
        yield from (problem.rule for problem in invalid.problems)
    else:
        yield from _what_the_components_mend(key)


def _what_the_components_mend(key: str) -> Iterator[str]:
    """What is wrong with a key file that a component would read all the same, and rclone does not."""
    try:
        pem = json.loads(key)["private_key"]
    except ValueError:
        yield "is not JSON as it stands, but base64 or with line breaks within its strings"
    else:
        if "\\n" in pem:
            yield "the private_key has \\n as two characters where line breaks belong"


@error(
    "different-formats",
    "The two Secrets of a remote hold different parameters: one was changed and the other forgotten.",
    "Write both from one declaration.",
)
def different_formats(subject: Subject) -> Iterator[str]:
    if not (subject.twin and subject.twin.parameters and subject.remote):
        return
    one, other = subject.digests().parameters, subject.twin.parameters
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            yield f"{name} differs from {subject.twin.secret}"


def _is_odd(name: str) -> bool:
    return not OPTION_NAME.fullmatch(name)


def _visible(name: str) -> str:
    """A stranger's text in ASCII, however long it is."""
    return ascii(name[:_SHOWN]) + ("…" if len(name) > _SHOWN else "")


def _is_given(subject: Subject, name: str) -> bool:
    return subject.remote is not None and name in subject.remote.parameters


def _ends_a_line(subject: Subject, name: str) -> bool:
    """Which has a check of its own."""
    return subject.remote is not None and subject.remote.parameters[name].endswith(("\n", "\r"))


def _provider(subject: Subject) -> tuple[str, tuple[str, ...]]:
    """The provider, and those that rclone knows."""
    if not (subject.backend and subject.remote and "provider" in subject.backend.options):
        return "", ()
    return subject.remote.parameters.get("provider", ""), subject.backend.choices("provider")


def _plain(subject: Subject) -> set[str]:
    if not (subject.backend and subject.remote):
        return set()
    passwords = {name for name, option in subject.backend.options.items() if option.password}
    given = subject.remote.parameters.items()
    return {name for name, value in given if name in passwords and not _is_obscured(value)}


def _is_obscured(value: str) -> bool:
    try:
        reveal(value).decode()
    except ValueError:
        return False
    return True


PARAMETERS = (
    unknown_backend,
    type_spelling,
    parameter_name,
    unknown_option,
    missing_option,
    option_value,
    unknown_provider,
    provider_spelling,
    plain_password,
    gcs_anonymous,
    service_account,
    different_formats,
)
