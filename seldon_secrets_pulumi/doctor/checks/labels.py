"""Checks of a Secret's name and labels, and of its namespace's labels, which the platform goes by."""

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from seldon_secrets_pulumi.doctor.check import Example, error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.inventory.secret import remote_in_name
from seldon_secrets_pulumi.inventory.visibility import namespace_restriction
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, FORMATS
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY
from seldon_secrets_pulumi.model.remote import SeldonName
from seldon_secrets_pulumi.model.seldon_labels import KINDS, SECRET_TYPE_LABEL, SELDON_LABEL
from seldon_secrets_pulumi.problem import did_you_mean

_SELDON_NAME = TypeAdapter[str](SeldonName)


@error(
    "label-missing",
    "Seldon Enterprise Platform offers only Secrets that have both of its labels.",
    'Add the labels seldon-deploy: "true" and secret-type: bucket or registry.',
)
def label_missing(subject: Subject) -> Iterator[str]:
    for key in (SECRET_TYPE_LABEL, SELDON_LABEL):
        if key not in subject.secret.labels:
            yield f"label {key} is missing"


@error(
    "label-value",
    "Seldon Enterprise Platform compares label values exactly, including upper and lower case.",
    'Set seldon-deploy to "true", and secret-type to bucket or registry.',
    Example(wrong='seldon-deploy: "True"', right='seldon-deploy: "true"'),
)
def label_value(subject: Subject) -> Iterator[str]:
    for key, valid in ((SECRET_TYPE_LABEL, KINDS), (SELDON_LABEL, ("true",))):
        value = subject.secret.labels.get(key)
        if value is not None and value not in valid:
            yield f'label {key} is "{value}"; {did_you_mean(value, valid)}'


@error(
    "label-contradiction",
    "A label contradicts the Secret's data, so the platform offers the Secret in the wrong places.",
    "Set secret-type to match the data, and use the format label on bucket secrets only.",
)
def label_contradiction(subject: Subject) -> Iterator[str]:
    kind = subject.secret.labels.get(SECRET_TYPE_LABEL)
    if kind == "registry" and subject.secret.content.format:
        yield f"label {SECRET_TYPE_LABEL} is registry, but the data configures rclone"
    if kind == "bucket" and DOCKER_CONFIG_KEY in subject.secret.data:
        yield f"label {SECRET_TYPE_LABEL} is bucket, but the data is a Docker config"
    if kind == "registry" and subject.format_label.key in subject.secret.labels:
        yield f"label {SECRET_TYPE_LABEL} is registry, but there is a format label, {subject.format_label.key}"


@warning(
    "namespace-restricted",
    "Seldon Enterprise Platform ignores this namespace.",
    'Set the label seldon.restricted: "false" on the namespace.',
    of_namespace=True,
)
def namespace_restricted(subject: Subject) -> Iterator[str]:
    yield from namespace_restriction(subject.secret)


@error(
    "format-label-missing",
    "Without a format label, the platform assumes env_var and does not offer the Secret to Core 2.",
    "Add the format label.",
)
def format_label_missing(subject: Subject) -> Iterator[str]:
    key = subject.format_label.key
    if subject.actual_format is CONFIG_PARAM and key and key not in subject.secret.labels:
        yield f"the data is in the format {CONFIG_PARAM.name}, but label {key} is missing"


@error(
    "format-label-value",
    "The platform does not know this format, so it assumes env_var.",
    "Set the format label to one of the platform's two values.",
)
def format_label_value(subject: Subject) -> Iterator[str]:
    label = subject.format_label
    value = subject.secret.labels.get(label.key)
    if subject.secret.kind == "bucket" and value is not None and subject.labelled_format is None:
        yield f'label {label.key} is "{value}"; {did_you_mean(value, (label.env_var, label.config_param))}'


@error(
    "format-label",
    "The format label contradicts the data, so the platform offers the Secret in the wrong places.",
    "Set the format label to the format of the data.",
)
def format_label(subject: Subject) -> Iterator[str]:
    actual, labelled = subject.actual_format, subject.labelled_format
    if actual and labelled is not None and actual.name != labelled:
        yield f"label {subject.format_label.key} says {labelled}, but the data is in the format {actual.name}"


@warning(
    "secret-name",
    "The Secret's name does not follow the platform's convention, <remote>-bucket-envvars or <remote>-bucket-params.",
    "Re-create the Secret under that name, and update references to it.",
    Example(wrong="name: minio-bucket", right="name: minio-bucket-envvars"),
)
def secret_name(subject: Subject) -> Iterator[str]:
    if subject.actual_format and subject.remote and _format_of_name(subject) is None:
        yield f"expected {subject.actual_format.secret_name(subject.remote.name)}"


@warning(
    "name-of-other-format",
    "The Secret's name has the suffix of the other format, which misleads people and scripts.",
    "Re-create the Secret with the suffix of its format, and update references to it.",
)
def name_of_other_format(subject: Subject) -> Iterator[str]:
    actual, named = subject.actual_format, _format_of_name(subject)
    if actual and named and named != actual.name:
        yield f"the name says {named}, but the data is in the format {actual.name} (suffix -{actual.suffix})"


def _format_of_name(subject: Subject) -> str | None:
    formats = (each for each in FORMATS.values() if subject.secret.name.endswith(f"-{each.suffix}"))
    return next((each.name for each in formats), None)


@error(
    "remote-name",
    "The Secret's name and its data name different remotes, so URIs with the remote in the name fail.",
    "Use the same remote in both.",
)
def remote_name(subject: Subject) -> Iterator[str]:
    named = remote_in_name(subject.secret.name)
    # Another check reports keys that spell the remote's dashes as underscores.
    if named and subject.described and subject.described.name != named and not subject.misspelled_prefix:
        yield f"the Secret's name says {named}, its data {subject.described.name}"


@warning(
    "remote-spelling",
    "Seldon Enterprise Platform does not allow this name for a remote, and Core 2 distinguishes upper and lower case.",
    "Use 1 to 30 lowercase letters, digits and dashes, with a letter or digit at both ends.",
    Example(wrong="Team_Models", right="team-models"),
)
def remote_spelling(subject: Subject) -> Iterator[str]:
    if subject.described is None:
        return
    try:
        _SELDON_NAME.validate_python(subject.described.name)
    except ValidationError:
        yield f"the remote is called {subject.described.name}"


LABELS = (
    label_missing,
    label_value,
    label_contradiction,
    namespace_restricted,
    format_label_missing,
    format_label_value,
    format_label,
    secret_name,
    name_of_other_format,
    remote_name,
    remote_spelling,
)
