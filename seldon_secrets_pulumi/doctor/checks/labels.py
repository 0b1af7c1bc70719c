"""Checks of what the platform goes by: a Secret's name, its labels and those of its namespace."""

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from seldon_secrets_pulumi.inventory.examined import Examined, error, warning
from seldon_secrets_pulumi.inventory.found import named_after, read
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, FORMATS
from seldon_secrets_pulumi.model.registry import DATA_KEY
from seldon_secrets_pulumi.model.remote import SeldonName
from seldon_secrets_pulumi.model.seldon_labels import KINDS, SECRET_TYPE_LABEL, SELDON_LABEL
from seldon_secrets_pulumi.problem import did_you_mean

_SELDON_NAME = TypeAdapter[str](SeldonName)


@error(
    "label-missing",
    "Seldon Enterprise Platform offers only Secrets with its two labels.",
    'Set the labels seldon-deploy: "true" and secret-type: bucket or registry.',
)
def label_missing(it: Examined) -> Iterator[str]:
    yield from (f"no label {key}" for key in (SECRET_TYPE_LABEL, SELDON_LABEL) if key not in it.labels)


@error(
    "label-value",
    "Seldon Enterprise Platform compares the values of its labels letter by letter.",
    'Use the values "true" for seldon-deploy and bucket or registry for secret-type.',
)
def label_value(it: Examined) -> Iterator[str]:
    for key, valid in ((SECRET_TYPE_LABEL, KINDS), (SELDON_LABEL, ("true",))):
        if (given := it.labels.get(key)) is not None and given not in valid:
            yield f'label {key} is "{given}"; {did_you_mean(given, valid)}'


@error(
    "label-contradiction",
    "A label says one kind of Secret and the rest of it another, so that the platform offers it in the wrong places.",
    "Set secret-type to what the Secret holds; only bucket secrets have a format label.",
)
def label_contradiction(it: Examined) -> Iterator[str]:
    kind = it.labels.get(SECRET_TYPE_LABEL)
    if kind == "registry" and read(it.data)[0]:
        yield f"label {SECRET_TYPE_LABEL} is registry, but it holds what rclone reads"
    if kind == "bucket" and DATA_KEY in it.data:
        yield f"label {SECRET_TYPE_LABEL} is bucket, but it holds a docker config"
    if kind == "registry" and it.format_label.key in it.labels:
        yield f"label {SECRET_TYPE_LABEL} is registry beside the format label {it.format_label.key}"


@warning(
    "namespace-restricted",
    "Seldon Enterprise Platform does not look into this namespace.",
    'Set the label seldon.restricted: "false" on the namespace.',
    of_namespace=True,
)
def namespace_restricted(it: Examined) -> Iterator[str]:
    yield from (reason for reason in it.found.unseen if reason.startswith("namespace"))


@error(
    "format-label-missing",
    "The platform takes a bucket secret without a format label for env_var and does not offer it to Core 2.",
    "Set the format label.",
)
def format_label_missing(it: Examined) -> Iterator[str]:
    key = it.format_label.key
    if it.found.content == CONFIG_PARAM.name and key and key not in it.labels:
        yield f"it holds {CONFIG_PARAM.name}, and there is no label {key}"


@error(
    "format-label-value",
    "The platform knows no such format and takes the Secret for env_var.",
    "Set the format label to one of the platform's two values.",
)
def format_label_value(it: Examined) -> Iterator[str]:
    label = it.format_label
    given = it.labels.get(label.key)
    if it.found.kind == "bucket" and given is not None and it.found.assumed:
        yield f'label {label.key} is "{given}"; {did_you_mean(given, (label.env_var, label.config_param))}'


@error(
    "format-label",
    "The platform takes the Secret for a format that it does not have and offers it in the wrong places.",
    "Set the format label to the format that the Secret holds.",
)
def format_label(it: Examined) -> Iterator[str]:
    if it.found.content and it.found.content != it.found.format and not it.found.assumed:
        yield f"label {it.format_label.key} says {it.found.format}, but it holds {it.found.content}"


@warning(
    "secret-name",
    "The Secret is not called as the platform calls it, <remote>-bucket-envvars or <remote>-bucket-params.",
    "Make it anew under that name, and change what refers to it.",
)
def secret_name(it: Examined) -> Iterator[str]:
    content = FORMATS.get(it.found.content or "")
    if content and it.remote and _format_of_name(it) is None:
        yield f"expected {content.secret_name(it.remote.name)}"


@warning(
    "name-of-other-format",
    "The Secret's name ends as those of the other format do, and whoever goes by names picks the wrong one.",
    "Make it anew under the name of its format, and change what refers to it.",
)
def name_of_other_format(it: Examined) -> Iterator[str]:
    content, named = FORMATS.get(it.found.content or ""), _format_of_name(it)
    if content and named and named != content.name:
        yield f"the name says {named}, but it holds {content.name}, whose names end in -{content.suffix}"


def _format_of_name(it: Examined) -> str | None:
    ends = (each.name for each in FORMATS.values() if it.found.secret.endswith(f"-{each.suffix}"))
    return next(ends, None)


@error(
    "remote-name",
    "The remote in the Secret's name is not the one in its content, so that URIs with the former fail.",
    "Use one remote in both.",
)
def remote_name(it: Examined) -> Iterator[str]:
    named = named_after(it.found.secret)
    # Keys that spell its dashes as underscores have a check of their own.
    if named and it.described and it.described.name != named and not it.misnamed_remote:
        yield f"the Secret's name says {named}, its content {it.described.name}"


@warning(
    "remote-spelling",
    "Seldon Enterprise Platform makes no remote with such a name, and Core 2 tells upper and lower case apart.",
    "Use 1 to 30 lower-case letters, digits and dashes, with a letter or digit at both ends.",
)
def remote_spelling(it: Examined) -> Iterator[str]:
    if it.described is None:
        return
    try:
        _SELDON_NAME.validate_python(it.described.name)
    except ValidationError:
        yield f"the remote is called {it.described.name}"


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
