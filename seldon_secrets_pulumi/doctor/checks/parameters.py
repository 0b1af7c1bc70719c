"""Checks of a remote's type, options and credentials."""

from collections.abc import Collection, Iterator

from seldon_secrets_pulumi.doctor.check import Example, error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import BACKENDS_PAGE, backend
from seldon_secrets_pulumi.rclone.parameters import OPTION_NAME
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json, quoted

_GCS = "google cloud storage"
_KEY_FILE = "service_account_credentials"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})  # Go's strconv.ParseBool


@error(
    "unknown-backend",
    "rclone has no backend of this type.",
    f"Use a type from {BACKENDS_PAGE}.",
)
def unknown_backend(subject: Subject) -> Iterator[str]:
    if subject.remote and subject.backend is None:
        try:
            backend(subject.remote.type)
        except InvalidArguments as invalid:
            yield from (f"type {problem.rule}" for problem in invalid.problems)


@error(
    "type-spelling",
    "rclone compares types exactly and accepts only two spellings of this one.",
    "Use rclone's spelling.",
    Example(wrong="S3", right="s3"),
)
def type_spelling(subject: Subject) -> Iterator[str]:
    if not (subject.remote and subject.backend):
        return
    if subject.remote.type not in {subject.backend.name, subject.backend.prefix}:
        yield f"rclone spells it {subject.backend.name}"


@error(
    "parameter-name",
    "rclone has no option with such a name, and a program that changes its case may mistake it for another option.",
    "Remove the option, because names consist of letters, digits, `_` and `.` only.",
)
def parameter_name(subject: Subject) -> Iterator[str]:
    names = subject.described.parameters if subject.described else ()
    yield from (quoted(name) for name in names if _is_odd(name))


@warning(
    "unknown-option",
    "rclone has no such option and silently ignores it.",
    "Correct or remove the option; the backend's page in rclone's documentation lists all options.",
    Example(wrong='"acces_key_id": "…"', right='"access_key_id": "…"'),
)
def unknown_option(subject: Subject) -> Iterator[str]:
    for problem in subject.problems:
        # The check parameter-name reports odd names.
        if problem.code in {"unknown_option", "misspelled_option"} and not _is_odd(problem.argument):
            yield _sentence(problem)


@error(
    "missing-option",
    "rclone can't open the remote without this option.",
    "Add the option.",
)
def missing_option(subject: Subject) -> Iterator[str]:
    yield from (
        _sentence(problem) for problem in subject.problems if problem.argument not in subject.parameters
    )


@error(
    "option-value",
    "rclone rejects this value, or ignores it here.",
    "Correct the value; the backend's page in rclone's documentation describes the option.",
    Example(wrong='"env_auth": "no"', right='"env_auth": "false"'),
)
def option_value(subject: Subject) -> Iterator[str]:
    # The checks plain-password, unknown-provider and line-break report the rest.
    reported = {problem.argument for problem in subject.problems if problem.code == "password"}
    reported |= {"provider"} if any(unknown_provider.find(subject)) else set()
    reported |= {name for name, value in subject.parameters.items() if value.endswith(("\n", "\r"))}
    for problem in subject.problems:
        name = problem.argument
        if name in subject.parameters and name in _options(subject) and name not in reported:
            yield _sentence(problem)


@warning(
    "unknown-provider",
    "rclone does not know this provider and falls back to generic behavior.",
    "Use one of rclone's providers, or Other.",
)
def unknown_provider(subject: Subject) -> Iterator[str]:
    provider, valid = _provider(subject)
    if provider and valid and provider.lower() not in {each.lower() for each in valid}:
        hint = did_you_mean(provider, valid)
        yield f"{provider} is not one of rclone's providers{f'; {hint}' if hint else ''}"


@warning(
    "provider-spelling",
    "rclone compares providers exactly and falls back to generic behavior.",
    "Use rclone's spelling.",
    Example(wrong='"provider": "aws"', right='"provider": "AWS"'),
)
def provider_spelling(subject: Subject) -> Iterator[str]:
    provider, valid = _provider(subject)
    for spelling in valid:
        if spelling != provider and spelling.lower() == provider.lower():
            yield f"rclone spells it {spelling}"


@error(
    "plain-password",
    "rclone expects this password to be obscured and can't use a plain one.",
    "Store the output of `rclone obscure`, or use a component, which obscures passwords.",
)
def plain_password(subject: Subject) -> Iterator[str]:
    yield from sorted({problem.argument for problem in subject.problems if problem.code == "password"})


@error(
    "gcs-anonymous",
    "rclone ignores the credentials of an anonymous remote, and Core 1 makes the remote gs anonymous by default.",
    'Set anonymous to "false", or rename the remote.',
)
def gcs_anonymous(subject: Subject) -> Iterator[str]:
    if not _key_file(subject):
        return
    # Seldon's image for Core 1 presets RCLONE_CONFIG_GS_ANONYMOUS=true (seldon-core, storage initializer).
    is_preset = (
        subject.actual_format is ENV_VAR and subject.remote is not None and subject.remote.name == "gs"
    )
    if subject.parameters.get("anonymous", "true" if is_preset else "false") in _TRUE:
        yield "anonymous is on, but there are credentials"


@error(
    "service-account",
    "rclone can't use this service account key file.",
    "Store the whole JSON key file on one line.",
)
def service_account(subject: Subject) -> Iterator[str]:
    key_file = _key_file(subject)
    if not key_file:
        return
    try:
        GcsBucket.parse({"remote": "any", "namespace": "any", "credentials": key_file})
    except InvalidArguments as invalid:
        yield from (problem.rule for problem in invalid.problems)
    except RecursionError:
        yield "is nested too deeply"
    else:
        yield from _repaired_by_components(key_file)


def _repaired_by_components(key_file: str) -> Iterator[str]:
    """The problem of a key file that the components accept and repair, but rclone rejects."""
    try:
        private_key = parse_json(key_file)["private_key"]
    except UnreadableTextError:
        yield "must be plain JSON, not base64, without line breaks within its strings"
    else:
        if "\\n" in private_key:
            yield "the private_key has \\n as two characters instead of line breaks"


@error(
    "different-formats",
    "The two Secrets of the remote have different parameters, probably because only one of them was changed.",
    "Write both from one declaration.",
)
def different_formats(subject: Subject) -> Iterator[str]:
    if not (subject.twin and subject.twin.parameters and subject.remote):
        return
    own, other = subject.digests().parameters, subject.twin.parameters
    for name in sorted({*own, *other}):
        if own.get(name) != other.get(name):
            yield f"{name} differs from {subject.twin.secret}"


def _is_odd(name: str) -> bool:
    return not OPTION_NAME.fullmatch(name)


def _sentence(problem: Problem) -> str:
    return f"{problem.argument} {problem.rule}"


def _options(subject: Subject) -> Collection[str]:
    """The names that the backend reads."""
    return {*subject.backend.options, *subject.backend.unlisted} if subject.backend else ()


def _key_file(subject: Subject) -> str | None:
    """The service account key file of a Google Cloud Storage remote."""
    is_gcs = subject.backend is not None and subject.backend.name == _GCS
    return subject.parameters.get(_KEY_FILE) if is_gcs else None


def _provider(subject: Subject) -> tuple[str, tuple[str, ...]]:
    """The provider, and the providers that rclone knows."""
    if not (subject.backend and "provider" in subject.backend.options):
        return "", ()
    return subject.parameters.get("provider", ""), subject.backend.choices("provider")


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
