"""Why a stack must not adopt a Secret."""

from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES, MANAGED_BY_LABEL

# kubectl keeps the whole object there, including credentials (kubernetes.io, "Declarative Management of Kubernetes
# Objects Using Configuration Files").
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

# Tools put these labels and annotations on their objects, and restore an object that differs from its source.
_TOOLS_BY_KEY: Mapping[str, str] = {
    "argocd.argoproj.io/instance": "Argo CD",
    "argocd.argoproj.io/tracking-id": "Argo CD",
    "helm.toolkit.fluxcd.io/name": "Flux",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "meta.helm.sh/release-name": "Helm",
    "reconcile.external-secrets.io/created-by": "External Secrets",
    "reconcile.external-secrets.io/data-hash": "External Secrets",
    "reflector.v1.k8s.emberstack.com/reflects": "Reflector",
    "replicator.v1.mittwald.de/replicated-from-version": "Replicator",
    "sealedsecrets.bitnami.com/managed": "Sealed Secrets",
}
_TOOLS_BY_MANAGER: Mapping[str, str] = {"Helm": "Helm", "hashicorp-vso": "Vault Secrets Operator"}
# Shorter values also occur by chance.
_MIN_COPY_LENGTH = 8


def skip_reasons(secret: LiveSecret, *, is_declared: bool) -> Iterator[str]:
    """Each reason, without a value. `is_declared` is whether the stack already declares the Secret."""
    yield from _owner_reasons(secret)
    if secret.labels.get(MANAGED_BY_LABEL) == "pulumi" and not is_declared:
        yield (
            "another Pulumi stack created it; if that stack no longer exists, remove the label: `kubectl label secret"
            f" --namespace {secret.namespace} {secret.name} {MANAGED_BY_LABEL}-`"
        )
    if secret.being_deleted:
        yield "it is being deleted"
    if secret.immutable:
        yield "it is immutable, so the provider would replace it at the first change"
    expected_type = KUBERNETES_TYPES[secret.kind or "bucket"]
    if secret.type != expected_type:
        yield f"its type is {secret.type} instead of {expected_type}, and a Secret's type can't be changed"
    if not secret.data:
        yield "it has no data"
    if secret.not_text:
        yield f"not UTF-8 text: {', '.join(secret.not_text)}"
    yield from _copy_reasons(secret)


def _owner_reasons(secret: LiveSecret) -> Iterator[str]:
    yield from (f"{owner.kind} {owner.name} owns it and would restore it" for owner in secret.owners)
    keys = secret.labels.keys() | secret.annotations.keys()
    tools = {tool for key, tool in _TOOLS_BY_KEY.items() if key in keys}
    if tool := _TOOLS_BY_MANAGER.get(secret.labels.get(MANAGED_BY_LABEL, "")):
        tools.add(tool)
    yield from (f"{tool} created it and would restore it" for tool in sorted(tools))


def _copy_reasons(secret: LiveSecret) -> Iterator[str]:
    """Labels and annotations that repeat a value."""
    values = {key: text for key, text in secret.text.items() if len(text) >= _MIN_COPY_LENGTH}
    copies = [*values.values(), *encoded(values).values()]
    for noun, metadata in (("label", secret.labels), ("annotation", secret.annotations)):
        for key, text in sorted(metadata.items()):
            if key != LAST_APPLIED and any(copy in text for copy in copies):
                yield f"its {noun} {key} repeats a value, and Pulumi's state keeps {noun}s in plain text"
