"""Whether the caller may delete the Secrets that an update deletes."""

from collections.abc import Iterable

from seldon_secrets_pulumi.rollout.verification import Clusters, Expected

# The provider lists Secrets to see one go. Where it may not, it deletes all the same and then waits without a word and
# without an end (pulumi-kubernetes `provider/pkg/await/await.go`, `Deletion`). It watches too where it may.
_VERBS = ("delete", "list")


def denied_deletions(secrets: Iterable[Expected]) -> list[str]:
    """What the caller may not do of what a deletion takes, a sentence each. Raises `ClusterError`."""
    clusters = Clusters()
    # One question for all Secrets of a namespace; several providers may lead to namespaces of one name.
    asked = {(id(cluster := clusters.of(it)), it.namespace): (cluster, it.namespace) for it in secrets}
    return [
        f"you may not {verb} Secrets in the namespace {namespace}, which their deletion takes"
        for cluster, namespace in asked.values()
        for verb in cluster.denied(namespace, _VERBS)
    ]
