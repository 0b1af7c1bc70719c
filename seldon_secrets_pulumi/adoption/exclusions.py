"""Secrets that a stack must not adopt, and why."""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.inventory.secret import LiveSecret
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


def exclusions(secret: LiveSecret, *, declared: bool) -> Iterator[str]:
    """Each reason not to adopt the Secret; none repeats a value. `declared`: the stack declares it already."""
    yield from _owners(secret)
    if secret.labels.get(MANAGED_BY_LABEL) == "pulumi" and not declared:
        yield (
            f"another stack of Pulumi made it; where that stack is gone, `kubectl label secret --namespace"
            f" {secret.namespace} {secret.name} {MANAGED_BY_LABEL}-` sets it free"
        )
    if secret.being_deleted:
        yield "it is being deleted"
    if secret.immutable:
        yield "it is immutable: the provider would replace it at the first change"
    expected = KUBERNETES_TYPES[secret.kind or "bucket"]
    if secret.type != expected:
        yield f"its type is {secret.type}, and that of a {secret.kind} secret is {expected}; a type can't be changed"
    if not secret.data:
        yield "it holds nothing"
    if secret.not_text:
        yield f"{', '.join(secret.not_text)} is no text in UTF-8"
    yield from _copies(secret)


def _owners(secret: LiveSecret) -> Iterator[str]:
    yield from (f"{owner.kind} {owner.name} owns it and would put it back" for owner in secret.owners)
    tools = {tool for key, tool in _OWNERS.items() if key in secret.labels or key in secret.annotations}
    if manager := _MANAGERS.get(secret.labels.get(MANAGED_BY_LABEL, "")):
        tools.add(manager)
    yield from (f"{tool} made it and would put it back" for tool in sorted(tools))


def _copies(secret: LiveSecret) -> Iterator[str]:
    """Labels and annotations that repeat a value: the state keeps them in plain text."""
    texts = {key: text for key, text in secret.text.items() if len(text) >= _TELLING_LENGTH}
    forms = [*texts.values(), *encoded(texts).values()]
    for noun, metadata in (("label", secret.labels), ("annotation", secret.annotations)):
        for key, value in sorted(metadata.items()):
            if key != LAST_APPLIED and any(form in value for form in forms):
                yield f"its {noun} {key} repeats a value, and {noun}s are kept in plain text"
