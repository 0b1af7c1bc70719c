"""Secrets in a cluster that an interrupted update of a stack created, and that are no resources of the stack."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.resource_types import SECRET
from seldon_secrets_pulumi.rollout.existing import is_from_stack
from seldon_secrets_pulumi.rollout.verification import Clusters, ExpectedSecret


@dataclass(frozen=True)
class Orphan:
    """A Secret that a stack created and does not have."""

    cluster: Cluster
    secret: LiveSecret

    @property
    def deletion(self) -> Change:
        """What a rollout does with it."""
        return Change("delete", SECRET, "", str(self.secret), ())

    def delete(self) -> None:
        """Delete it, unless it has changed in the meantime. Raises `ClusterError`."""
        self.cluster.delete(self.secret)


@dataclass(frozen=True)
class Search:
    """Where to look for orphans of a stack."""

    annotations: Mapping[str, str]
    """The annotations that the stack gives its Secrets."""
    created: Collection[str]
    """The Secrets that an interrupted update may have created, as `namespace/name`."""
    everywhere: bool
    """Look at every Secret in the namespaces of the stack's Secrets, too."""

    def orphans(
        self, resources: Collection[ExpectedSecret], default_provider: Mapping[str, Any], clusters: Clusters
    ) -> list[Orphan]:
        """The orphans in the clusters of the stack's resources. Raises `ClusterError`.

        If the stack has no resources, the default provider reaches the cluster.
        """
        known = {(clusters.of(secret).url, secret.namespace, secret.name) for secret in resources}
        samples = {secret.access: secret for secret in resources}.values()
        nearby = {secret.namespace for secret in resources} if self.everywhere else set()
        return [
            Orphan(cluster, secret)
            for cluster in map(clusters.of, samples or [ExpectedSecret("", "", {}, default_provider)])
            for secret in self._secrets(cluster, nearby)
            if is_from_stack(secret, self.annotations)
            and (cluster.url, secret.namespace, secret.name) not in known
        ]

    def _secrets(self, cluster: Cluster, nearby: Collection[str]) -> Iterator[LiveSecret]:
        names: dict[str, list[str]] = {namespace: [] for namespace in nearby}
        for address in self.created:
            namespace, _, name = address.partition("/")
            names.setdefault(namespace, []).append(name)
        for namespace, named in sorted(names.items()):
            managed = cluster.managed_secrets(namespace) if namespace in nearby else {}
            yield from {**managed, **cluster.named_secrets(namespace, named)}.values()
