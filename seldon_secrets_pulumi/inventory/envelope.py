"""Manifests whose values are encrypted or not filled in yet, so that nobody can check their content."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# What the controllers of these kinds make Secrets of.
_SEALED, _EXTERNAL = "SealedSecret", "ExternalSecret"
ENVELOPE_KINDS = frozenset({_SEALED, _EXTERNAL})
_ENCRYPTED = "ENC[AES256_GCM,"  # getsops/sops `aes/cipher.go`
_PLACEHOLDER = re.compile(
    r"<path:[^<>]+>"  # Argo CD Vault Plugin, "How it works"
    r"|\$\{[A-Za-z_][^{}\s\"']*\}"  # envsubst, and Flux's "Post build variable substitution"
    r"|\{\{[^{}\"]*\}\}"  # Helm and other templates
)
_WHOLE_PLACEHOLDER = re.compile(r"<[A-Za-z][\w.|\s-]*>|\$[A-Z_][A-Z0-9_]*")


def envelope_of(manifest: Mapping[str, Any]) -> str | None:
    """Why the values of a manifest can't be examined. None if they can."""
    kind = manifest.get("kind")
    if kind in ENVELOPE_KINDS:
        return f"the values are elsewhere: its kind is {kind}"
    values = list(_strings(manifest))
    if isinstance(manifest.get("sops"), Mapping) or any(value.startswith(_ENCRYPTED) for value in values):
        return "the values are encrypted with SOPS"
    if any(_PLACEHOLDER.search(value) or _WHOLE_PLACEHOLDER.fullmatch(value.strip()) for value in values):
        return "the values contain placeholders"
    return None


def secret_in(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """The Secret that a controller will make, as far as the manifest shows it: its name, labels and keys."""
    if manifest.get("kind") not in ENVELOPE_KINDS:
        return manifest
    metadata, spec = _mapping(manifest.get("metadata")), _mapping(manifest.get("spec"))
    target = _mapping(spec.get("target"))
    template = _mapping(target.get("template") or spec.get("template"))
    labels = _mapping(_mapping(template.get("metadata")).get("labels"))
    keys = [*_mapping(spec.get("encryptedData")), *_mapping(template.get("data"))]
    items = spec.get("data") if isinstance(spec.get("data"), list) else []
    keys += [item.get("secretKey") for item in items or () if isinstance(item, Mapping)]
    return {
        "type": template.get("type"),
        "metadata": {**metadata, "name": target.get("name") or metadata.get("name"), "labels": labels},
        "stringData": {key: "" for key in keys if isinstance(key, str)},
    }


def _strings(manifest: Mapping[str, Any]) -> Iterator[str]:
    for field in ("data", "stringData"):
        yield from (value for value in _mapping(manifest.get(field)).values() if isinstance(value, str))


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
