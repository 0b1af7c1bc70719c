"""Decides whether Seldon Enterprise Platform offers a Secret, and as which format, from labels."""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.formats import ENV_VAR, FORMATS
from seldon_secrets_pulumi.model.seldon_labels import KINDS, SECRET_TYPE_LABEL, SELDON_LABEL, FormatLabel

# Seldon Enterprise Platform ignores namespaces without it (its documentation, "Namespace setup").
_NAMESPACE_LABEL = "seldon.restricted"


def is_offered(secret: LiveSecret) -> bool | None:
    """Whether the platform offers the Secret. None if the labels of its namespace are unknown."""
    if any(reasons_not_offered(secret)):
        return False
    return None if secret.namespace_labels is None else True


def reasons_not_offered(secret: LiveSecret) -> Iterator[str]:
    """The reasons why the platform does not offer the Secret."""
    if secret.labels.get(SECRET_TYPE_LABEL) not in KINDS:
        yield f"label {SECRET_TYPE_LABEL} is {_state(secret.labels, SECRET_TYPE_LABEL)}"
    if secret.labels.get(SELDON_LABEL) != "true":
        yield f"label {SELDON_LABEL} is {_state(secret.labels, SELDON_LABEL)}"
    yield from namespace_restriction(secret)


def namespace_restriction(secret: LiveSecret) -> Iterator[str]:
    """The reason why the platform ignores the Secret's namespace."""
    labels = secret.namespace_labels
    if labels is not None and labels.get(_NAMESPACE_LABEL) != "false":
        yield f"namespace label {_NAMESPACE_LABEL} is {_state(labels, _NAMESPACE_LABEL)}"


def labelled_format(secret: LiveSecret, format_label: FormatLabel) -> str | None:
    """The format that the format label names."""
    value = secret.labels.get(format_label.key)
    return next((name for name in FORMATS if value == getattr(format_label, name)), None)


def platform_format(secret: LiveSecret, format_label: FormatLabel) -> str | None:
    """The format that the platform assumes for a bucket secret: `env_var`, unless a label says otherwise.

    Source: its documentation, "Secrets Management".
    """
    if secret.kind != "bucket":
        return None
    return labelled_format(secret, format_label) or ENV_VAR.name


def _state(labels: Mapping[str, str], key: str) -> str:
    return f'"{labels[key]}"' if key in labels else "missing"
