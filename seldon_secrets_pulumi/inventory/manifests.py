"""The Secrets among the manifests in a folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.inventory.envelope import ENVELOPE_KINDS, envelope_of, secret_in
from seldon_secrets_pulumi.inventory.secret import LiveSecret, Place, read_secret
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, node_value, yaml_nodes

if TYPE_CHECKING:
    from yaml import Node

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_KINDS = frozenset({"Secret", *ENVELOPE_KINDS})
_Object = tuple[Mapping[str, Any], Place]


@dataclass
class Manifests:
    """The Secrets in a folder and its subfolders."""

    secrets: list[LiveSecret]
    unreadable: dict[Path, str] = field(default_factory=dict)
    """Files that can't be read, or only in part, each with the first reason."""


def read_manifests(folder: Path) -> Manifests:
    """Read every Secret, with the labels of its Namespace if that is in the folder too."""
    manifests = Manifests([])
    objects: list[_Object] = []
    for path in manifest_files(folder):
        objects += _objects_in_file(path, manifests.unreadable)
    namespaces = [read_secret(manifest) for manifest, _ in objects if manifest.get("kind") == "Namespace"]
    labels = {namespace.name: namespace.labels for namespace in namespaces}
    manifests.secrets = [
        read_secret(secret_in(manifest), labels, place, envelope_of(manifest))
        for manifest, place in objects
        if manifest.get("kind") in _KINDS
    ]
    return manifests


def manifest_files(folder: Path) -> list[Path]:
    """The files in a folder and its subfolders that can be manifests."""
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def _objects_in_file(path: Path, unreadable: dict[Path, str]) -> list[_Object]:
    """The objects in a file, up to the place where it can't be read."""
    objects: list[_Object] = []
    try:
        for node in yaml_nodes(path.read_text(encoding="utf-8")):
            objects += _objects_in_document(node, path, unreadable)
    except (UnreadableTextError, UnicodeDecodeError, OSError) as error:
        unreadable.setdefault(path, _reason(error))
    return objects


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8 text"
    return f"can't be opened: {error.strerror}" if isinstance(error, OSError) else str(error)


def _objects_in_document(node: "Node", path: Path, unreadable: dict[Path, str]) -> list[_Object]:
    """The objects in a document. An invalid value makes only its document unreadable, not the whole file."""
    try:
        return list(_objects(node_value(node), node, path))
    except UnreadableTextError as error:
        unreadable.setdefault(path, str(error))
        return []


def _objects(value: Any, node: "Node", path: Path) -> Iterator[_Object]:
    """The Kubernetes objects in a value, including those in a List."""
    if not isinstance(value, dict):
        return
    items = value.get("items")
    if value.get("kind") == "List" and isinstance(items, list):
        for item, inner in zip(items, _items(node, len(items)), strict=True):
            yield from _objects(item, inner, path)
    elif isinstance(value.get("metadata"), dict) and "name" in value["metadata"]:
        name = _field(_field(node, "metadata"), "name")
        start, end = name.start_mark, name.end_mark
        yield value, Place(path, start.line + 1, start.column + 1, end.column + 1)


def _items(node: Any, number: int) -> list[Any]:
    items = _field(node, "items").value
    return items if len(items) == number else [node] * number


def _field(node: Any, key: str) -> Any:
    """The node of a field, or of the whole mapping if a merge (`<<`) adds the field."""
    pairs = node.value if node.id == "mapping" else []
    return next((value for name, value in pairs if name.value == key), node)
