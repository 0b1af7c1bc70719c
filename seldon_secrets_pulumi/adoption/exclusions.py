"""Secrets that a stack must not adopt, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from seldon_secrets_pulumi.inventory.found import decoded
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES, MANAGED_BY_LABEL

# kubectl keeps the whole object there, credentials included (kubectl, "Declarative Management").
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

# The labels and annotations by which tools know what they made, and make anew when it differs from their source.
_OWNERS: Mapping[str, str] = {
    "argocd.argoproj.io/instance": "Argo CD",
    "argocd.argoproj.io/tracking-id": "Argo CD",
    "helm.toolkit.fluxcd.io/name": "Flux",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "meta.helm.sh/release-name": "Helm",
    "reconcile.external-secrets.io/created-by": "External Secrets",
    "reconcile.external-secrets.io/data-hash": "External Secrets",
    "reflector.v1.k8s.emberstack.com/reflects": "Reflector",
    "replicator.v1.mittwald.de/replicated-from-version": "the replicator",
    "sealedsecrets.bitnami.com/managed": "Sealed Secrets",
}
_MANAGERS: Mapping[str, str] = {"Helm": "Helm", "hashicorp-vso": "the Vault Secrets Operator"}
# Shorter values are found anywhere by chance.
_TELLING_LENGTH = 8


def exclusions(secret: Mapping[str, Any], kind: str, *, declared: bool) -> Iterator[str]:
    """Each reason why the Secret is left alone; none repeats a value. `declared`: by the stack itself already."""
    metadata, data = secret["metadata"], secret.get("data") or {}
    yield from _owners(metadata)
    if (metadata.get("labels") or {}).get(MANAGED_BY_LABEL) == "pulumi" and not declared:
        yield (
            f"another stack of Pulumi made it; where that stack is gone, `kubectl label secret --namespace"
            f" {metadata['namespace']} {metadata['name']} {MANAGED_BY_LABEL}-` sets it free"
        )
    if metadata.get("deletionTimestamp"):
        yield "it is being deleted"
    if secret.get("immutable"):
        yield "it is immutable: the provider would replace it at the first change"
    if secret.get("type") != KUBERNETES_TYPES[kind]:
        yield f"its type is {secret.get('type')}, and that of a {kind} secret is {KUBERNETES_TYPES[kind]}; a type can't be changed"
    if not data:
        yield "it holds nothing"
    if unreadable := [key for key in sorted(data) if not decoded({key: data[key]})]:
        yield f"{', '.join(unreadable)} is no text in UTF-8"
    yield from _copies(metadata, data)


def _owners(metadata: Mapping[str, Any]) -> Iterator[str]:
    for owner in metadata.get("ownerReferences") or ():
        yield f"{owner['kind']} {owner['name']} owns it and would put it back"
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    tools = {tool for key, tool in _OWNERS.items() if key in labels or key in annotations}
    if manager := _MANAGERS.get(labels.get(MANAGED_BY_LABEL, "")):
        tools.add(manager)
    yield from (f"{tool} made it and would put it back" for tool in sorted(tools))


def _copies(metadata: Mapping[str, Any], data: Mapping[str, str]) -> Iterator[str]:
    """Labels and annotations that repeat a value: the state keeps them in plain text."""
    texts = {key: it for key, it in decoded(data).items() if len(it) >= _TELLING_LENGTH}
    forms = [*texts.values(), *encoded(texts).values()]
    for kind in ("label", "annotation"):
        for key, value in sorted((metadata.get(f"{kind}s") or {}).items()):
            if key != LAST_APPLIED and any(form in value for form in forms):
                yield f"its {kind} {key} repeats a value, and {kind}s are kept in plain text"
