"""A Secret that exists, in a cluster or in a manifest: read once, decoded once, and trusted in nothing."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.inventory.content import Content, read_content
from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.seldon_labels import KINDS, KUBERNETES_TYPES, SECRET_TYPE_LABEL, SELDON_LABEL

_BUCKET_NAMES = tuple(f"-{format_.suffix}" for format_ in FORMATS.values())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a manifest names its object; lines and columns count from 1."""

    file: Path
    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Owner:
    """An object that controls the Secret."""

    kind: str
    name: str


@dataclass(frozen=True)
class LiveSecret:
    """A Secret with its values, none of which its representation shows."""

    namespace: str
    name: str
    type: str
    data: Mapping[str, bytes | None] = field(repr=False)
    """The decoded values; None for one that is not base64."""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict, repr=False)
    namespace_labels: Mapping[str, str] | None = None
    """The labels of the Secret's namespace; None if they are unknown."""
    created: str | None = None
    resource_version: str = ""
    managed_fields: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    owners: Sequence[Owner] = ()
    immutable: bool = False
    being_deleted: bool = False
    place: Place | None = None
    """Where it is written, if it comes from a file."""
    not_strings: Sequence[str] = ()
    """Fields that must be strings and are not, as paths such as `metadata.labels.seldon-deploy`."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    @cached_property
    def text(self) -> Mapping[str, str]:
        """The values as text; empty if one of them is not text."""
        return (
            {}
            if self.not_text
            else {key: value.decode() for key, value in self.data.items() if value is not None}
        )

    @cached_property
    def not_text(self) -> Sequence[str]:
        """The keys whose values are not base64 of UTF-8."""
        return [key for key, value in sorted(self.data.items()) if not _is_text(value)]

    @cached_property
    def content(self) -> Content:
        """What the data says about a remote."""
        return read_content(self.data.keys(), self.text)

    @cached_property
    def kind(self) -> str | None:
        """`bucket` or `registry`; None if the Secret has nothing to do with Seldon.

        A Secret without a valid label counts if it holds what rclone reads or has the name of a bucket secret.
        """
        label = self.labels.get(SECRET_TYPE_LABEL)
        if label in KINDS:
            return label
        if self.content.format or self.name.endswith(_BUCKET_NAMES):
            return "bucket"
        is_pull_secret = self.type == KUBERNETES_TYPES["registry"] and SELDON_LABEL in self.labels
        return "registry" if is_pull_secret else None

    @property
    def remote_name(self) -> str | None:
        """The remote that the content, or else the Secret's name, names."""
        if self.kind != "bucket":
            return None
        return self.content.remote.name if self.content.remote else remote_in_name(self.name)


# What releases before 2.4.0 called their Secrets (seldon-deploy-sdk, tags 1.5.0 to 2.3.1).
_SUFFIXES = (*_BUCKET_NAMES, "-bucket")


def remote_in_name(secret_name: str) -> str | None:
    """The remote that a bucket secret's name names."""
    for suffix in _SUFFIXES:
        if secret_name.endswith(suffix):
            return secret_name.removesuffix(suffix)
    return None


def read_secret(
    manifest: Mapping[str, Any],
    namespace_labels: Mapping[str, Mapping[str, str]] | None = None,
    place: Place | None = None,
) -> LiveSecret:
    """The Secret in an API object or a manifest, whatever its fields hold.

    `namespace_labels` has the labels of the namespaces that are known, by name.
    """
    metadata = _mapping(manifest.get("metadata"))
    not_strings: list[str] = []

    def string(value: object, path: str, default: str = "") -> str:
        if value is None:
            return default
        if not isinstance(value, str):
            not_strings.append(path)
        return _as_string(value)

    def strings(value: object, path: str) -> dict[str, str]:
        return {
            string(key, f"{path} (a key)"): string(entry, f"{path}.{_as_string(key)}")
            for key, entry in _mapping(value).items()
        }

    namespace = string(metadata.get("namespace"), "metadata.namespace", "default")
    return LiveSecret(
        namespace=namespace,
        name=string(metadata.get("name"), "metadata.name"),
        type=string(manifest.get("type"), "type", KUBERNETES_TYPES["bucket"]),
        data=_decoded(
            strings(manifest.get("data"), "data"), strings(manifest.get("stringData"), "stringData")
        ),
        labels=strings(metadata.get("labels"), "metadata.labels"),
        annotations=strings(metadata.get("annotations"), "metadata.annotations"),
        namespace_labels=(namespace_labels or {}).get(namespace),
        created=string(metadata.get("creationTimestamp"), "metadata.creationTimestamp") or None,
        resource_version=string(metadata.get("resourceVersion"), "metadata.resourceVersion"),
        managed_fields=[
            field for field in _list(metadata.get("managedFields")) if isinstance(field, Mapping)
        ],
        owners=list(_owners(metadata.get("ownerReferences"))),
        immutable=manifest.get("immutable") is True,
        being_deleted=bool(metadata.get("deletionTimestamp")),
        place=place,
        not_strings=tuple(not_strings),
    )


def _decoded(data: Mapping[str, str], string_data: Mapping[str, str]) -> dict[str, bytes | None]:
    """The API server puts `stringData` into `data` and forgets it."""
    values = {key: _from_base64(value) for key, value in data.items()}
    # A lone surrogate is no UTF-8, and stays what `not_text` reports.
    return values | {key: value.encode("utf-8", "surrogatepass") for key, value in string_data.items()}


def _from_base64(value: str) -> bytes | None:
    try:
        # Kubernetes reads base64 strictly, but for line breaks (Go's encoding/base64).
        return base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except ValueError:
        return None


def _owners(references: object) -> Iterator[Owner]:
    for reference in _list(references):
        entry = _mapping(reference)
        yield Owner(_as_string(entry.get("kind", "")), _as_string(entry.get("name", "")))


def _is_text(value: bytes | None) -> bool:
    try:
        return value is not None and value.decode() is not None
    except UnicodeDecodeError:
        return False


def _as_string(value: object) -> str:
    """How YAML writes a scalar; nothing of what is nested."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    # An integer of thousands of digits can't be turned into text (sys.set_int_max_str_digits).
    return str(value) if isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63) else ""


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
