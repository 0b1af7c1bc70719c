"""Checks of a remote's type, options and credentials."""

from collections.abc import Iterator
from itertools import islice

from seldon_secrets_pulumi.doctor.check import Example, error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import BACKENDS_PAGE, backend
from seldon_secrets_pulumi.rclone.parameters import OPTION_NAME, option_of
from seldon_secrets_pulumi.rclone.s3_endpoint import endpoint_doubts
from seldon_secrets_pulumi.rclone.value_syntax import stored_problems
from seldon_secrets_pulumi.untrusted_text import quoted

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
    "rclone compares types exactly and does not accept this spelling.",
    "Use rclone's spelling.",
    Example(wrong="S3", right="s3"),
)
def type_spelling(subject: Subject) -> Iterator[str]:
    if not (subject.remote and subject.backend):
        return
    if subject.remote.type not in subject.backend.spellings:
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
    reported |= {_KEY_FILE}
    for problem in subject.problems:
        name = problem.argument
        if name in subject.parameters and _is_option(subject, name) and name not in reported:
            yield _sentence(problem)
    # The check service-account reports key files.
    stored = stored_problems(subject.backend, subject.parameters) if subject.backend else ()
    yield from (_sentence(problem) for problem in stored if problem.argument != _KEY_FILE)


@warning(
    "s3-endpoint",
    "rclone puts the name of the bucket in front of the host of an AWS endpoint, and after the path of any endpoint.",
    "Set endpoint to the scheme and host of the service, and name the bucket in the URI.",
    Example(wrong="https://models.s3.eu-west-1.amazonaws.com", right="https://s3.eu-west-1.amazonaws.com"),
)
def s3_endpoint(subject: Subject) -> Iterator[str]:
    if subject.backend and subject.backend.name == "s3":
        yield from endpoint_doubts(subject.parameters)


@warning(
    "unknown-provider",
    "rclone does not know this provider and falls back to generic behavior.",
    "Use one of rclone's providers, or Other.",
)
def unknown_provider(subject: Subject) -> Iterator[str]:
    provider, valid = _provider(subject)
    if provider and valid and provider.lower() not in {each.lower() for each in valid}:
        hint = did_you_mean(provider, valid)
        # Not the provider itself: it may be a credential in the wrong place.
        yield f"it is not one of rclone's providers{f'; {hint}' if hint else ''}"


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
    if not subject.backend:
        return
    problems = [*stored_problems(subject.backend, subject.parameters), *subject.problems]
    rules = (problem.rule for problem in problems if problem.argument == _KEY_FILE)
    yield from islice(rules, 1)


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


def _is_option(subject: Subject, name: str) -> bool:
    """Whether the backend reads the option."""
    backend = subject.backend
    return backend is not None and (name in backend.unlisted or option_of(backend, name) is not None)


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
    s3_endpoint,
    unknown_provider,
    provider_spelling,
    plain_password,
    gcs_anonymous,
    service_account,
    different_formats,
)
