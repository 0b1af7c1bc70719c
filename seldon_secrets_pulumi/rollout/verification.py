"""Whether the Secrets in the cluster match the stack's state."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from seldon_secrets_pulumi.automation.changes import KUBERNETES_PROVIDER
from seldon_secrets_pulumi.automation.secret_marks import without_marks
from seldon_secrets_pulumi.inventory.cluster import Cluster, ClusterError
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.seldon_labels import SECRET_TYPE_LABEL
from seldon_secrets_pulumi.resource_types import SECRET
from seldon_secrets_pulumi.rollout.retries import Wait, waits, with_retries


@dataclass(frozen=True, repr=False)
class ExpectedSecret:
    """A Secret of the state, and the inputs of the provider that knows its cluster."""

    urn: str
    id: str
    """`namespace/name`, or the name alone in the namespace `default`."""
    inputs: Mapping[str, Any]
    provider: Mapping[str, Any]
    field_manager: str | None = None
    """The name under which the Kubernetes provider changes the Secret."""

    def __repr__(self) -> str:
        return f"ExpectedSecret({self.id})"

    @property
    def namespace(self) -> str:
        """The Secret's namespace."""
        return self.id.rpartition("/")[0] or "default"

    @property
    def name(self) -> str:
        """The Secret's name within its namespace."""
        return self.id.rpartition("/")[2]

    @property
    def access(self) -> str:
        """How to reach the Secret's cluster. It may contain credentials."""
        return json.dumps([self.provider.get(name) for name in ("context", "kubeconfig", "cluster")])

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels that the stack sets."""
        return (self.inputs.get("metadata") or {}).get("labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        """The annotations that the stack sets."""
        return (self.inputs.get("metadata") or {}).get("annotations") or {}

    @property
    def data(self) -> Mapping[str, bytes]:
        """The decoded values."""
        string_data = self.inputs.get("stringData") or {}
        return _decoded(self.inputs.get("data")) | {key: text.encode() for key, text in string_data.items()}


@dataclass(frozen=True)
class Verification:
    """How a Secret in the cluster differs from the state, or why it could not be read. Never a value."""

    secret: str
    differences: tuple[str, ...] = ()
    unread: str | None = None


class Clusters:
    """The clusters of a stack's providers. Each is connected to once."""

    def __init__(self) -> None:
        self._connected: dict[str, Cluster] = {}

    def of(self, secret: ExpectedSecret) -> Cluster:
        """The Secret's cluster. Raises `ClusterError`."""
        provider = secret.provider
        if provider.get("cluster"):
            raise ClusterError("kubernetes:cluster is not supported here; set kubernetes:context instead")
        if (key := secret.access) not in self._connected:
            self._connected[key] = Cluster(provider.get("context"), provider.get("kubeconfig"))
        return self._connected[key]

    def read(self, secrets: Sequence[ExpectedSecret]) -> dict[str, LiveSecret]:
        """Those of the Secrets that exist, by name. All are in one namespace of one cluster. Raises `ClusterError`."""
        return self.of(secrets[0]).named_secrets(secrets[0].namespace, [secret.name for secret in secrets])


def by_namespace(secrets: Iterable[ExpectedSecret]) -> list[list[ExpectedSecret]]:
    """The Secrets of each namespace in each cluster."""
    groups: dict[tuple[str, str], list[ExpectedSecret]] = {}
    for secret in secrets:
        groups.setdefault((secret.access, secret.namespace), []).append(secret)
    return list(groups.values())


def providers_of(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of the Kubernetes providers in a decrypted state, by the references of their resources."""
    return {
        f"{resource['urn']}::{resource.get('id')}": without_marks(resource.get("inputs") or {})
        for resource in deployment.get("resources") or []
        if resource["type"] == KUBERNETES_PROVIDER
    }


def expected_secrets(deployment: Mapping[str, Any]) -> list[ExpectedSecret]:
    """The Secrets of a decrypted state that exist in a cluster, and not in a folder of rendered manifests."""
    providers = providers_of(deployment)
    secrets = (
        ExpectedSecret(
            resource["urn"],
            resource["id"],
            without_marks(resource["inputs"]),
            providers.get(resource.get("provider", ""), {}),
            (resource.get("outputs") or {}).get("__fieldManager"),
        )
        for resource in deployment.get("resources") or []
        if _is_secret(resource)
    )
    in_clusters = (secret for secret in secrets if not secret.provider.get("renderYamlToDirectory"))
    return sorted(in_clusters, key=lambda secret: secret.id)


def _is_secret(resource: Mapping[str, Any]) -> bool:
    is_managed = resource.get("id") and not (resource.get("delete") or resource.get("external"))
    return bool(resource["type"] == SECRET and is_managed)


def verify(
    secrets: Iterable[ExpectedSecret], clusters: Clusters, wait: Wait, on_message: Callable[[str], None]
) -> Iterator[Verification]:
    """Compare each Secret with its cluster. Those of a namespace are read together.

    All of them share the further tries after failures of API servers.
    """
    further_tries = waits()
    for group in by_namespace(secrets):
        try:
            live = with_retries(partial(clusters.read, group), wait, on_message, further_tries)
        except ClusterError as problem:
            yield from (Verification(secret.id, unread=str(problem)) for secret in group)
            continue
        for secret in group:
            yield Verification(secret.id, tuple(differences(secret, live.get(secret.name))))


def _decoded(data: Mapping[str, str] | None) -> dict[str, bytes]:
    return {key: base64.b64decode(value or "") for key, value in (data or {}).items()}


def differences(expected: ExpectedSecret, live: LiveSecret | None) -> Iterator[str]:
    """How a Secret in the cluster differs from the state. Names labels and keys, never a value."""
    if live is None:
        yield "does not exist"
        return
    for label, value in sorted(expected.labels.items()):
        if live.labels.get(label) != value:
            yield f"label {label} differs"
    data = expected.data
    for key in sorted(data.keys() | live.data.keys()):
        if key not in live.data:
            yield f"key {key} is missing"
        elif key not in data:
            # Controllers add keys to other kinds of Secrets, such as a service account's token. Seldon reads an
            # additional key as another variable, or can't tell which of two keys to read.
            if SECRET_TYPE_LABEL in expected.labels:
                yield f"key {key} is unexpected"
        elif data[key] != live.data[key]:
            yield f"key {key} has another value"
