"""Checks of a bucket secret's keys, and of whether its values can be read at all."""

from collections.abc import Iterator

from seldon_secrets_pulumi.doctor.check import Example, error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.model.rclone_variables import VARIABLE_START
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY


@error(
    "no-content",
    "The Secret contains no data.",
    "Re-create it with one of the components, or add the keys of its format.",
)
def no_content(subject: Subject) -> Iterator[str]:
    if not subject.secret.data:
        yield "no keys"


@error(
    "not-utf-8",
    "rclone and Core 2's agent can read only values that are UTF-8 text.",
    "Write the value as UTF-8 text, and encode it in base64 once.",
)
def not_utf_8(subject: Subject) -> Iterator[str]:
    yield from (key for key in subject.secret.not_text if key not in subject.secret.not_base64)


@error(
    "base64-twice",
    "The value is encoded in base64 twice, but Kubernetes decodes it only once.",
    "Put the plain text into stringData, or encode it once and put it into data.",
)
def base64_twice(subject: Subject) -> Iterator[str]:
    if subject.secret.kind == "bucket":
        yield from subject.encoded_twice()


@warning(
    "not-for-rclone",
    "rclone reads none of the Secret's keys, which is right only for a custom storage initializer.",
    "Name the keys RCLONE_CONFIG_<REMOTE>_<OPTION>, or set the format label to env_var for a custom initializer.",
)
def not_for_rclone(subject: Subject) -> Iterator[str]:
    bucket = subject.secret.kind == "bucket" and DOCKER_CONFIG_KEY not in subject.secret.data
    is_text = bool(subject.secret.text)
    if bucket and is_text and subject.intended_format is None and not any(subject.encoded_twice()):
        yield f"no key starts with {VARIABLE_START}"


@error(
    "lower-case-key",
    "rclone reads only environment variables in uppercase.",
    "Write the whole key in uppercase.",
    Example(wrong="RCLONE_CONFIG_models_type", right="RCLONE_CONFIG_MODELS_TYPE"),
)
def lower_case_key(subject: Subject) -> Iterator[str]:
    yield from (key for key in _variables(subject) if key != key.upper())


@error(
    "key-shape",
    "rclone ignores the key because it does not name both a remote and an option.",
    "Write it as RCLONE_CONFIG_<REMOTE>_<OPTION>.",
    Example(wrong="RCLONE_CONFIG_TYPE", right="RCLONE_CONFIG_MODELS_TYPE"),
)
def key_shape(subject: Subject) -> Iterator[str]:
    yield from subject.variables.without_remote


@warning(
    "foreign-key",
    "The key is not part of the remote, but every container that uses the Secret gets it as a variable.",
    "Move the key to a Secret of its own.",
)
def foreign_key(subject: Subject) -> Iterator[str]:
    if subject.actual_format is ENV_VAR:
        yield from sorted(set(subject.secret.data) - set(_variables(subject)))


@warning(
    "several-remotes",
    "The keys configure several remotes, which rclone accepts, but the platform shows one remote for each Secret.",
    "Create one Secret for each remote.",
)
def several_remotes(subject: Subject) -> Iterator[str]:
    if len(remotes := sorted(subject.variables.remotes)) > 1:
        yield ", ".join(remotes)


@error(
    "underscore-for-dash",
    "Since rclone 1.57.0, a dash in a remote's name stays a dash, so the keys configure another remote.",
    "Write the dashes of the remote in the keys too.",
    Example(wrong="RCLONE_CONFIG_MY_STORE_TYPE", right="RCLONE_CONFIG_MY-STORE_TYPE"),
)
def underscore_for_dash(subject: Subject) -> Iterator[str]:
    if prefix := subject.misspelled_prefix:
        remote = prefix.removeprefix(VARIABLE_START).rstrip("_").lower()
        yield f"{prefix}… configures the remote {remote}"


@error(
    "type-missing",
    "rclone can't open a remote without a type.",
    "Add the key that ends in _TYPE, such as RCLONE_CONFIG_MODELS_TYPE with the value s3.",
)
def type_missing(subject: Subject) -> Iterator[str]:
    for remote, options in sorted(subject.variables.remotes.items()):
        if "type" not in options and not subject.misspelled_prefix:
            yield f"no key {VARIABLE_START}{remote.upper()}_TYPE"


@error(
    "one-key",
    "Core 2 accepts only Secrets with exactly one key.",
    "Keep one key, with the whole JSON as its value.",
)
def one_key(subject: Subject) -> Iterator[str]:
    # The check format-label reports a label that says config_param if the keys are those of env_var.
    if len(subject.secret.data) > 1 and subject.is_for_core2:
        yield f"{len(subject.secret.data)} keys"


def _variables(subject: Subject) -> list[str]:
    """The keys that look like rclone's environment variables."""
    keys = subject.secret.data if subject.secret.kind == "bucket" else ()
    return sorted(key for key in keys if key.upper().startswith(VARIABLE_START))


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
