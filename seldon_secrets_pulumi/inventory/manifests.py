"""The Secrets among the manifests in a folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.inventory.secret import LiveSecret, Place, read_secret
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, node_value, yaml_nodes

if TYPE_CHECKING:
    from yaml import Node

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})


@dataclass
class Manifests:
    """The objects in a folder and the folders below it."""

    secrets: list[LiveSecret]
    unreadable: dict[Path, str] = field(default_factory=dict)
    """Files that can't be read, each with the reason."""


def read_manifests(folder: Path) -> Manifests:
    """Read every Secret, with the labels of the Namespaces that stand beside it."""
    manifests = Manifests([])
    objects: list[tuple[Mapping[str, Any], Place]] = []
    for path in manifest_files(folder):
        found, reason = _read(path)
        objects += found
        if reason:
            manifests.unreadable[path] = reason
    namespaces = [read_secret(manifest) for manifest, _ in objects if manifest.get("kind") == "Namespace"]
    labels = {namespace.name: namespace.labels for namespace in namespaces}
    manifests.secrets = [
        read_secret(manifest, labels, place)
        for manifest, place in objects
        if manifest.get("kind") == "Secret"
    ]
    return manifests


def manifest_files(folder: Path) -> list[Path]:
    """The files in a folder and the folders below it that can be manifests."""
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def _read(path: Path) -> tuple[list[tuple[Mapping[str, Any], Place]], str | None]:
    """The objects in a file, or why it can't be read."""
    try:
        return _objects_in(path), None
    except UnreadableTextError as error:
        return [], str(error)
    except UnicodeDecodeError:
        return [], "is not text in UTF-8"
    except OSError as error:
        return [], f"can't be opened: {error.strerror}"


def _objects_in(path: Path) -> list[tuple[Mapping[str, Any], Place]]:
    nodes = yaml_nodes(path.read_text(encoding="utf-8"))
    return [pair for node in nodes for pair in _objects(node_value(node), node, path)]


def _objects(value: Any, node: "Node", path: Path) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """The Kubernetes objects in a document, those in a List too."""
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
    """The node of a field; that of the whole mapping if a merge (`<<`) brings the field."""
    pairs = node.value if node.id == "mapping" else []
    return next((value for name, value in pairs if name.value == key), node)
