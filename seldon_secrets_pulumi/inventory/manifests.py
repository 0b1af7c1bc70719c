"""The Secrets among the manifests in a folder."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})


class ManifestProblem(Exception):  # noqa: N818 - it is shown as a sentence
    """Why a file can't be read, in one line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a manifest names its object; lines and columns count from 1."""

    file: Path
    line: int
    column: int
    end_column: int


class Manifest(dict[str, Any]):
    """A Secret as the API would have it, and the place where it is written."""

    def __init__(self, content: Mapping[str, Any], place: Place) -> None:
        super().__init__(content)
        self.place = place


def in_manifests(folder: Path) -> Iterator[tuple[Manifest, Mapping[str, Mapping[str, str]]]]:
    """Each Secret in a folder and those below it, with the labels of the Namespaces that are there too."""
    manifests = [it for path in manifest_files(folder) for it in _manifests(path)]
    namespaces = {
        it["metadata"]["name"]: it["metadata"].get("labels") or {}
        for it in manifests
        if it.get("kind") == "Namespace"
    }
    for it in manifests:
        if it.get("kind") == "Secret":
            yield _as_the_api_stores_it(it), namespaces


def manifest_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def _manifests(path: Path) -> Iterator[Manifest]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open(encoding="utf-8") as file:
            for node in yaml.compose_all(file, loader):
                content = yaml.constructor.SafeConstructor().construct_document(node)
                yield from _objects(content, node, path)
    except (yaml.MarkedYAMLError, UnicodeDecodeError) as error:
        # The error itself may show the line, and that may hold a credential.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise ManifestProblem(f"{path} can't be read as YAML{where}") from None


def _objects(content: Any, node: Any, path: Path) -> Iterator[Manifest]:
    if not isinstance(content, dict):
        return
    if content.get("kind") == "List" and isinstance(content.get("items"), list):
        for item, inner in zip(content["items"], _value(node, "items").value, strict=True):
            yield from _objects(item, inner, path)
    elif isinstance(content.get("metadata"), dict) and "name" in content["metadata"]:
        name = _value(_value(node, "metadata"), "name")
        start, end = name.start_mark, name.end_mark
        yield Manifest(content, Place(path, start.line + 1, start.column + 1, end.column + 1))


def _value(node: Any, key: str) -> Any:
    return next(value for name, value in node.value if name.value == key)


def _as_the_api_stores_it(it: Manifest) -> Manifest:
    """The API server puts `stringData` into `data` and forgets it."""
    plain = it.pop("stringData", None) or {}
    encoded = {key: base64.b64encode(str(value).encode()).decode() for key, value in plain.items()}
    it["data"] = {key: str(value) for key, value in (it.get("data") or {}).items()} | encoded
    return it
