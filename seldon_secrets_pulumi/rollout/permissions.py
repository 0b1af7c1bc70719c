"""Whether the caller may delete the Secrets that an update deletes."""

from collections.abc import Iterable

from seldon_secrets_pulumi.rollout.verification import Clusters, ExpectedSecret

# The Kubernetes provider lists Secrets to see that one is gone. Without the permission it still deletes, and then waits
# forever and silently (pulumi-kubernetes `provider/pkg/await/await.go`, `Deletion`). It also watches if it may.
_VERBS = ("delete", "list")


def denied_deletions(secrets: Iterable[ExpectedSecret]) -> list[str]:
    """The missing permissions, one sentence each. Raises `ClusterError`."""
    clusters = Clusters()
    # One question for all Secrets of a namespace. Different clusters may have namespaces of the same name.
    namespaces = {
        (id(cluster), secret.namespace): cluster for secret in secrets for cluster in [clusters.of(secret)]
    }
    return [
        f"you may not {verb} Secrets in the namespace {namespace}; deleting them requires it"
        for (_, namespace), cluster in namespaces.items()
        for verb in cluster.denied(namespace, _VERBS)
    ]
