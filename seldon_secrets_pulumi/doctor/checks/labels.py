"""Checks of what the platform goes by: a Secret's name, its labels and those of its namespace."""

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from seldon_secrets_pulumi.doctor.check import error, warning
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
    "Seldon Enterprise Platform offers only Secrets with its two labels.",
    'Set the labels seldon-deploy: "true" and secret-type: bucket or registry.',
)
def label_missing(subject: Subject) -> Iterator[str]:
    yield from (
        f"no label {key}" for key in (SECRET_TYPE_LABEL, SELDON_LABEL) if key not in subject.secret.labels
    )


@error(
    "label-value",
    "Seldon Enterprise Platform compares the values of its labels letter by letter.",
    'Use the values "true" for seldon-deploy and bucket or registry for secret-type.',
)
def label_value(subject: Subject) -> Iterator[str]:
    for key, valid in ((SECRET_TYPE_LABEL, KINDS), (SELDON_LABEL, ("true",))):
        if (given := subject.secret.labels.get(key)) is not None and given not in valid:
            yield f'label {key} is "{given}"; {did_you_mean(given, valid)}'


@error(
    "label-contradiction",
    "A label says one kind of Secret and the rest of it another, so that the platform offers it in the wrong places.",
    "Set secret-type to what the Secret holds; only bucket secrets have a format label.",
)
def label_contradiction(subject: Subject) -> Iterator[str]:
    kind = subject.secret.labels.get(SECRET_TYPE_LABEL)
    if kind == "registry" and subject.secret.content.format:
        yield f"label {SECRET_TYPE_LABEL} is registry, but it holds what rclone reads"
    if kind == "bucket" and DOCKER_CONFIG_KEY in subject.secret.data:
        yield f"label {SECRET_TYPE_LABEL} is bucket, but it holds a docker config"
    if kind == "registry" and subject.format_label.key in subject.secret.labels:
        yield f"label {SECRET_TYPE_LABEL} is registry beside the format label {subject.format_label.key}"


@warning(
    "namespace-restricted",
    "Seldon Enterprise Platform does not look into this namespace.",
    'Set the label seldon.restricted: "false" on the namespace.',
    of_namespace=True,
)
def namespace_restricted(subject: Subject) -> Iterator[str]:
    yield from namespace_restriction(subject.secret)


@error(
    "format-label-missing",
    "The platform takes a bucket secret without a format label for env_var and does not offer it to Core 2.",
    "Set the format label.",
)
def format_label_missing(subject: Subject) -> Iterator[str]:
    key = subject.format_label.key
    if subject.actual_format == CONFIG_PARAM.name and key and key not in subject.secret.labels:
        yield f"it holds {CONFIG_PARAM.name}, and there is no label {key}"


@error(
    "format-label-value",
    "The platform knows no such format and takes the Secret for env_var.",
    "Set the format label to one of the platform's two values.",
)
def format_label_value(subject: Subject) -> Iterator[str]:
    label = subject.format_label
    given = subject.secret.labels.get(label.key)
    if subject.secret.kind == "bucket" and given is not None and subject.labelled_format is None:
        yield f'label {label.key} is "{given}"; {did_you_mean(given, (label.env_var, label.config_param))}'


@error(
    "format-label",
    "The platform takes the Secret for a format that it does not have and offers it in the wrong places.",
    "Set the format label to the format that the Secret holds.",
)
def format_label(subject: Subject) -> Iterator[str]:
    if (
        subject.actual_format
        and subject.actual_format != subject.platform_format
        and subject.labelled_format is not None
    ):
        yield f"label {subject.format_label.key} says {subject.platform_format}, but it holds {subject.actual_format}"


@warning(
    "secret-name",
    "The Secret is not called as the platform calls it, <remote>-bucket-envvars or <remote>-bucket-params.",
    "Make it anew under that name, and change what refers to it.",
)
def secret_name(subject: Subject) -> Iterator[str]:
    content = FORMATS.get(subject.actual_format or "")
    if content and subject.remote and _format_of_name(subject) is None:
        yield f"expected {content.secret_name(subject.remote.name)}"


@warning(
    "name-of-other-format",
    "The Secret's name ends as those of the other format do, and whoever goes by names picks the wrong one.",
    "Make it anew under the name of its format, and change what refers to it.",
)
def name_of_other_format(subject: Subject) -> Iterator[str]:
    content, named = FORMATS.get(subject.actual_format or ""), _format_of_name(subject)
    if content and named and named != content.name:
        yield f"the name says {named}, but it holds {content.name}, whose names end in -{content.suffix}"


def _format_of_name(subject: Subject) -> str | None:
    ends = (each.name for each in FORMATS.values() if subject.secret.name.endswith(f"-{each.suffix}"))
    return next(ends, None)


@error(
    "remote-name",
    "The remote in the Secret's name is not the one in its content, so that URIs with the former fail.",
    "Use one remote in both.",
)
def remote_name(subject: Subject) -> Iterator[str]:
    named = remote_in_name(subject.secret.name)
    # Keys that spell its dashes as underscores have a check of their own.
    if (
        named
        and subject.secret.content.described
        and subject.secret.content.described.name != named
        and not subject.misspelled_prefix
    ):
        yield f"the Secret's name says {named}, its content {subject.secret.content.described.name}"


@warning(
    "remote-spelling",
    "Seldon Enterprise Platform makes no remote with such a name, and Core 2 tells upper and lower case apart.",
    "Use 1 to 30 lower-case letters, digits and dashes, with a letter or digit at both ends.",
)
def remote_spelling(subject: Subject) -> Iterator[str]:
    if subject.secret.content.described is None:
        return
    try:
        _SELDON_NAME.validate_python(subject.secret.content.described.name)
    except ValidationError:
        yield f"the remote is called {subject.secret.content.described.name}"


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
