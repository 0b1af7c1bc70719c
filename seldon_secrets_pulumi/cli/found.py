"""A Secret as it is found, in a cluster or as a manifest, and what it means to Seldon."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.model.formats import FORMATS, Format
from seldon_secrets_pulumi.model.metadata import SECRET_TYPE_LABEL
from seldon_secrets_pulumi.model.remote import Remote, uri_prefix

_SELECTOR = f"{SECRET_TYPE_LABEL} in (bucket, registry)"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What may be shown of a Secret: everything but its values."""

    secret: str
    namespace: str
    kind: str
    remote: str | None
    type: str | None
    format: str | None
    keys: tuple[str, ...]
    uri_prefix: str | None


def in_manifests(folder: Path) -> Iterator[Found]:
    """The Secrets among the YAML manifests in a folder and those below it."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.rglob("*.yaml")):
        with path.open(encoding="utf-8") as file:
            for manifest in yaml.load_all(file, loader):
                if isinstance(manifest, dict) and manifest.get("kind") == "Secret":
                    yield from _found(manifest["metadata"], manifest.get("data") or {})


def in_cluster(namespace: str | None) -> Iterator[Found]:
    """The Secrets that carry Seldon's label, in one namespace or in all of them."""
    from kubernetes import client, config

    config.load_config()  # type: ignore[no-untyped-call]
    api = client.CoreV1Api()
    page = None
    while page != "":
        if namespace:
            answer = api.list_namespaced_secret(
                namespace, label_selector=_SELECTOR, limit=_PAGE, _continue=page
            )
        else:
            answer = api.list_secret_for_all_namespaces(label_selector=_SELECTOR, limit=_PAGE, _continue=page)
        plain = api.api_client.sanitize_for_serialization(answer)
        for item in plain["items"]:
            yield from _found(item["metadata"], item.get("data") or {})
        page = plain["metadata"].get("continue", "")


def _found(metadata: Mapping[str, Any], data: Mapping[str, str]) -> Iterator[Found]:
    kind = (metadata.get("labels") or {}).get(SECRET_TYPE_LABEL)
    if kind not in {"bucket", "registry"}:
        return
    remote = type_ = format_ = None
    if kind == "bucket" and (readable := _read(data)):
        format_, remote, type_ = readable[0].name, readable[1].name, readable[1].type
    yield Found(
        secret=metadata["name"],
        namespace=metadata.get("namespace", "default"),
        kind=kind,
        remote=remote,
        type=type_,
        format=format_,
        keys=tuple(sorted(data)),
        uri_prefix=uri_prefix(remote) if remote else None,
    )


def _read(data: Mapping[str, str]) -> tuple[Format, Remote] | None:
    """The format in which the data can be read, and the remote that it describes."""
    try:
        text = {key: base64.b64decode(value).decode() for key, value in data.items()}
    except (binascii.Error, UnicodeDecodeError):
        return None
    for format_ in FORMATS.values():
        with suppress(ValueError):
            return format_, format_.read(text)
    return None
