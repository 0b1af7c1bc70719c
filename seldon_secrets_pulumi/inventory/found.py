"""A Secret as it is found, in a cluster or as a manifest, and what it means to Seldon."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, FORMATS
from seldon_secrets_pulumi.model.remote import Remote, uri_prefix
from seldon_secrets_pulumi.model.seldon_labels import KINDS, SECRET_TYPE_LABEL, SELDON_LABEL, FormatLabel

# Seldon Enterprise Platform looks at no other namespaces (its documentation, "Namespace setup").
_NAMESPACE_LABEL = "seldon.restricted"

_NAMES = tuple(f"-{each.suffix}" for each in FORMATS.values())

# What releases before 2.4.0 called their Secrets (seldon-deploy-sdk, tags 1.5.0 to 2.3.1).
_SUFFIXES = (*(each.suffix for each in FORMATS.values()), "bucket")


@dataclass(frozen=True, slots=True)
class Found:
    """What may be shown of a Secret: everything but its values.

    `format` is what Seldon Enterprise Platform takes the Secret for, `assumed` when no label says so; `content` is
    the format that its data has. `unseen` are the reasons why the platform does not offer it; `seen` is None when
    the labels of its namespace are not known.
    """

    secret: str
    namespace: str
    kind: str
    remote: str | None
    type: str | None
    format: str | None
    assumed: bool
    content: str | None
    seen: bool | None
    unseen: tuple[str, ...]
    keys: tuple[str, ...]
    uri_prefix: str | None
    created: str | None


def found(
    secret: Mapping[str, Any],
    namespace_labels: Mapping[str, Mapping[str, str]],
    format_label: FormatLabel,
) -> Iterator[Found]:
    """The Secret, unless it has nothing to do with Seldon.

    One without Seldon's labels has when it holds what rclone reads, or is called as a bucket secret. Namespaces that are not in `namespace_labels`
    have unknown labels.
    """
    metadata, data = secret["metadata"], secret.get("data") or {}
    labels = metadata.get("labels") or {}
    label = labels.get(SECRET_TYPE_LABEL)
    content, remote = read(data)
    kind = label if label in KINDS else _kind(secret, content)
    if kind is None:
        return
    namespace = metadata.get("namespace", "default")
    unseen = tuple(_unseen(labels, namespace_labels.get(namespace)))
    format_, assumed = _format(labels, format_label) if kind == "bucket" else (None, False)
    name = (remote.name if remote else named_after(metadata["name"])) if kind == "bucket" else None
    yield Found(
        secret=metadata["name"],
        namespace=namespace,
        kind=kind,
        remote=name,
        type=remote.type if remote and kind == "bucket" else None,
        format=format_,
        assumed=assumed,
        content=content if kind == "bucket" else None,
        seen=False if unseen else True if namespace in namespace_labels else None,
        unseen=unseen,
        keys=tuple(sorted(data)),
        uri_prefix=uri_prefix(name) if name else None,
        created=metadata.get("creationTimestamp"),
    )


def _kind(secret: Mapping[str, Any], content: str | None) -> str | None:
    """What a Secret without a valid label is meant to be."""
    if content or secret["metadata"]["name"].endswith(_NAMES):
        return "bucket"
    is_pull_secret = secret.get("type") == "kubernetes.io/dockerconfigjson"
    return "registry" if is_pull_secret and SELDON_LABEL in (secret["metadata"].get("labels") or {}) else None


def _unseen(labels: Mapping[str, str], of_namespace: Mapping[str, str] | None) -> Iterator[str]:
    if labels.get(SECRET_TYPE_LABEL) not in KINDS:
        yield f"label {SECRET_TYPE_LABEL} is {_state(labels, SECRET_TYPE_LABEL)}"
    if labels.get(SELDON_LABEL) != "true":
        yield f"label {SELDON_LABEL} is {_state(labels, SELDON_LABEL)}"
    if of_namespace is not None and of_namespace.get(_NAMESPACE_LABEL) != "false":
        yield f"namespace label {_NAMESPACE_LABEL} is {_state(of_namespace, _NAMESPACE_LABEL)}"


def _state(labels: Mapping[str, str], key: str) -> str:
    return f'"{labels[key]}"' if key in labels else "missing"


def _format(labels: Mapping[str, str], format_label: FormatLabel) -> tuple[str, bool]:
    """Without a label that says otherwise, the platform takes a Secret for `env_var` ("Secrets Management")."""
    given = labels.get(format_label.key)
    for name in FORMATS:
        if given == getattr(format_label, name):
            return name, False
    return ENV_VAR.name, True


def named_after(secret: str) -> str | None:
    """The remote that the Secret's name names."""
    for suffix in _SUFFIXES:
        if secret.endswith(f"-{suffix}"):
            return secret.removesuffix(f"-{suffix}")
    return None


def decoded(data: Mapping[str, str]) -> dict[str, str]:
    """The values as text; empty when one of them is none."""
    try:
        return {key: base64.b64decode(value).decode() for key, value in data.items()}
    except ValueError:
        return {}


def read(data: Mapping[str, str]) -> tuple[str | None, Remote | None]:
    """The format in which the data is meant to be, and the remote that it describes where it can be read."""
    text = decoded(data)
    if any(key.upper().startswith("RCLONE_CONFIG_") for key in data):
        with suppress(ValueError):
            return ENV_VAR.name, ENV_VAR.read(text)
        return ENV_VAR.name, None
    if len(text) == 1 and "parameters" in (value := next(iter(text.values()))):
        with suppress(ValueError):
            return CONFIG_PARAM.name, CONFIG_PARAM.read(text)
        if (remote := _read_yaml(value)) is not None:
            return CONFIG_PARAM.name, remote
    return None, None


def _read_yaml(text: str) -> Remote | None:
    """As Core 2's agent does with what is no JSON of strings: every scalar stays the text that it is."""
    import yaml

    try:
        value = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 - strings only
        name, type_, parameters = value["name"], value["type"], value["parameters"]
    except (yaml.YAMLError, KeyError, TypeError):
        return None
    if not (isinstance(name, str) and isinstance(type_, str) and isinstance(parameters, dict)):
        return None
    return Remote(name, type_, parameters)
