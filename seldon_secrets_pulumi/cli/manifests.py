"""The Secrets among the YAML manifests in a folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def in_manifests(folder: Path) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Mapping[str, str]]]]:
    """Each Secret in a folder and those below it, with the labels of the Namespaces that are there too."""
    manifests = list(_manifests(folder))
    namespaces = {
        it["metadata"]["name"]: it["metadata"].get("labels") or {}
        for it in manifests
        if it.get("kind") == "Namespace"
    }
    for it in manifests:
        if it.get("kind") == "Secret":
            yield it, namespaces


def _manifests(folder: Path) -> Iterator[Mapping[str, Any]]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.rglob("*.yaml")):
        with path.open(encoding="utf-8") as file:
            yield from (it for it in yaml.load_all(file, loader) if isinstance(it, dict) and "metadata" in it)
