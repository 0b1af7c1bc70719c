"""Kubernetes' rules for names, labels and annotations."""

import re
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from seldon_secrets_pulumi.model.seldon_labels import seldon_labels

# Kubernetes, "Object Names and IDs": an RFC 1123 label.
_DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Kubernetes, "Object Names and IDs": an RFC 1123 subdomain.
DNS_SUBDOMAIN = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
)
# Kubernetes, "Labels and Selectors" and "Annotations": an optional DNS subdomain and a slash, then a name.
_KEY_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
# k8s.io/apimachinery, TotalAnnotationSizeLimitB: keys and values of all annotations together.
_ANNOTATIONS_LIMIT = 256 * 1024


def namespace_rule(name: str) -> str | None:
    """The rule that the name of a namespace breaks, if it does."""
    if _DNS_LABEL.fullmatch(name):
        return None
    return (
        "must be the name of a namespace: 1 to 63 lowercase letters, digits and dashes, "
        "starting and ending with a letter or digit"
    )


def _namespace(name: str) -> str:
    if broken := namespace_rule(name):
        raise ValueError(broken)
    return name


def key_rule(key: str) -> str | None:
    """The rule that the key of a label or annotation breaks, if it does."""
    prefix, slash, name = key.rpartition("/")
    if slash and not DNS_SUBDOMAIN.fullmatch(prefix):
        return f"the part of {key!r} before the slash must be a lowercase DNS name"
    if not _KEY_NAME.fullmatch(name):
        return (
            f"{key!r} must be 1 to 63 letters, digits, '-', '_' and '.', starting and ending with a letter "
            "or digit (optionally after a DNS name and a slash)"
        )
    return None


def label_value_rule(value: str) -> str | None:
    """The rule that the value of a label breaks, if it does."""
    if value and not _KEY_NAME.fullmatch(value):
        return (
            "must be at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit"
        )
    return None


def _labels(labels: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    reserved = {*seldon_labels("bucket"), *(info.context or {}).get("reserved_labels", ())}
    for key, value in labels.items():
        if key in reserved:
            raise ValueError(f"{key!r} is set by this package and can't be overridden")
        if broken := key_rule(key) or label_value_rule(value):
            raise ValueError(broken if repr(key) in broken else f"the value of {key!r} {broken}")
    return labels


def _annotations(annotations: dict[str, str]) -> dict[str, str]:
    for key in annotations:
        if broken := key_rule(key):
            raise ValueError(broken)
    if sum(len(key) + len(value.encode()) for key, value in annotations.items()) > _ANNOTATIONS_LIMIT:
        raise ValueError("annotations may have at most 256 KiB in total")
    return annotations


Namespace = Annotated[str, AfterValidator(_namespace)]
Labels = Annotated[dict[str, str], AfterValidator(_labels)]
Annotations = Annotated[dict[str, str], AfterValidator(_annotations)]
