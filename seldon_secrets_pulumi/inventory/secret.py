"""An existing Secret, from a cluster or from a manifest. It is read and decoded once, and nothing in it is trusted."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.inventory.content import Content, read_content
from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import KINDS, KUBERNETES_TYPES, SECRET_TYPE_LABEL, SELDON_LABEL

_BUCKET_NAMES = tuple(f"-{format_.suffix}" for format_ in FORMATS.values())


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an object's name in a manifest. Lines and columns count from 1."""

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
    """A Secret with its values. Its representation shows none of them."""

    namespace: str
    name: str
    type: str
    data: Mapping[str, bytes | None] = field(repr=False)
    """The decoded values. None stands for a value that is not base64."""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict, repr=False)
    namespace_labels: Mapping[str, str] | None = None
    """The labels of the Secret's namespace. None if they are unknown."""
    created: str | None = None
    resource_version: str = ""
    managed_fields: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    owners: Sequence[Owner] = ()
    immutable: bool = False
    being_deleted: bool = False
    place: Place | None = None
    """The place in a file, if the Secret comes from one."""
    envelope: str | None = None
    """Why the values can't be examined, if they are encrypted or placeholders. Then they are not kept."""
    not_strings: Sequence[str] = ()
    """The fields that must be strings but are not, as paths such as `metadata.labels.seldon-deploy`."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    @cached_property
    def text(self) -> Mapping[str, str]:
        """The values as text. Empty if one of them is not text, or if they are not examined."""
        return (
            {}
            if self.not_text or self.envelope
            else {key: value.decode() for key, value in self.data.items() if value is not None}
        )

    @cached_property
    def not_text(self) -> Sequence[str]:
        """The keys whose values are not base64 of UTF-8 text."""
        return [key for key, value in sorted(self.data.items()) if not _is_text(value)]

    @property
    def not_base64(self) -> Sequence[str]:
        """The keys whose values are not base64. Only a manifest can have them, because the API server rejects them."""
        return [key for key, value in sorted(self.data.items()) if value is None]

    @cached_property
    def content(self) -> Content:
        """The remotes that the data describes."""
        return read_content(self.data.keys(), self.text)

    @cached_property
    def kind(self) -> str | None:
        """`bucket` or `registry`, or None if the Secret has nothing to do with Seldon.

        A Secret without a valid label counts if rclone can read its data or if it has the name of a bucket secret.
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
        """The only remote in the data, or else the one in the Secret's name."""
        if self.kind != "bucket":
            return None
        return self.content.remote.name if self.content.remote else remote_in_name(self.name)

    @property
    def remotes(self) -> Sequence[Remote | None]:
        """The remotes of a bucket secret. One None stands for a Secret without a readable remote."""
        return self.content.remotes if self.kind == "bucket" and self.content.remotes else (None,)


# The last suffix is that of releases before 2.4.0 (seldon-deploy-sdk, tags 1.5.0 to 2.3.1).
_SUFFIXES = (*_BUCKET_NAMES, "-bucket")


def remote_in_name(secret_name: str) -> str | None:
    """The remote in a bucket secret's name."""
    for suffix in _SUFFIXES:
        if secret_name.endswith(suffix):
            return secret_name.removesuffix(suffix)
    return None


def read_secret(
    manifest: Mapping[str, Any],
    namespace_labels: Mapping[str, Mapping[str, str]] | None = None,
    place: Place | None = None,
    envelope: str | None = None,
) -> LiveSecret:
    """Read an API object or a manifest, even if its fields have the wrong types.

    `namespace_labels` has the labels of known namespaces by name. `envelope` is why the values can't be examined.
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
        # Not every kubectl accepts null here, though the API server does, as an empty string.
        not_strings.extend(
            f"{path}.{_as_string(key)}" for key, entry in _mapping(value).items() if entry is None
        )
        return {
            string(key, f"{path} (a key)"): string(entry, f"{path}.{_as_string(key)}")
            for key, entry in _mapping(value).items()
        }

    data = _decoded(strings(manifest.get("data"), "data"), strings(manifest.get("stringData"), "stringData"))
    namespace = string(metadata.get("namespace"), "metadata.namespace", "default")
    return LiveSecret(
        namespace=namespace,
        name=string(metadata.get("name"), "metadata.name"),
        type=string(manifest.get("type"), "type", KUBERNETES_TYPES["bucket"]),
        data=dict.fromkeys(data, b"") if envelope else data,
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
        envelope=envelope,
        not_strings=tuple(not_strings),
    )


def _decoded(data: Mapping[str, str], string_data: Mapping[str, str]) -> dict[str, bytes | None]:
    """The values of `data` and `stringData`, merged as the API server merges them."""
    values = {key: _from_base64(value) for key, value in data.items()}
    # A lone surrogate stays, so that `not_text` reports it: it is not UTF-8.
    return values | {key: value.encode("utf-8", "surrogatepass") for key, value in string_data.items()}


def _from_base64(value: str) -> bytes | None:
    try:
        # Kubernetes reads base64 strictly, except that it ignores line breaks (Go's encoding/base64).
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
    """A scalar as YAML writes it. Empty for anything nested."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    # Python can't convert integers with thousands of digits to text (sys.set_int_max_str_digits).
    return str(value) if isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63) else ""


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
