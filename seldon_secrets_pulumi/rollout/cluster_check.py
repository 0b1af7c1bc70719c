"""Whether an update can reach its clusters, and finds there what it needs: namespaces and permissions.

Pulumi finds out during the update: a missing namespace costs a minute of retries for each Secret.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from seldon_secrets_pulumi.inventory.cluster import Cluster, ClusterError
from seldon_secrets_pulumi.rollout.verification import Clusters, ExpectedSecret
from seldon_secrets_pulumi.untrusted_text import printable

# What the Kubernetes provider does with a Secret. It lists Secrets to see that one is gone: without the permission it still
# deletes, and then waits forever and silently (pulumi-kubernetes `provider/pkg/await/await.go`, `Deletion`).
VERBS: Mapping[str, Sequence[str]] = {
    "create": ("get", "create", "patch"),
    "update": ("get", "patch"),
    "replace": ("get", "create", "patch", "delete", "list"),
    "delete": ("delete", "list"),
    "same": ("get",),
}

SecretsByOperation = Mapping[str, Sequence[ExpectedSecret]]


def unmet_needs(secrets: SecretsByOperation, created: Collection[str], clusters: Clusters) -> Iterator[str]:
    """What is missing, one sentence each. `created` are namespaces that the update creates itself.

    Raises `ClusterError` if a cluster does not answer.
    """
    by_cluster: dict[int, tuple[Cluster, dict[str, set[str]]]] = {}
    for operation, planned in secrets.items():
        for secret in planned:
            cluster = clusters.of(secret)
            _, verbs = by_cluster.setdefault(id(cluster), (cluster, {}))
            verbs.setdefault(secret.namespace, set()).update(VERBS.get(operation, ()))
    for cluster, verbs in by_cluster.values():
        missing = cluster.missing_of(namespace for namespace in verbs if namespace not in created)
        yield from _missing(missing)
        yield from _denied(cluster, {name: each for name, each in verbs.items() if name not in missing})


def _missing(namespaces: Mapping[str, str]) -> Iterator[str]:
    for name, hint in namespaces.items():
        text = printable(name)
        yield (
            f"the namespace {text} does not exist{hint and f'; {hint}'}; create it first:"
            f" kubectl create namespace {text}"
        )


def _denied(cluster: Cluster, verbs: Mapping[str, Iterable[str]]) -> Iterator[str]:
    for namespace, needed in sorted(verbs.items()):
        try:
            denied = cluster.denied(namespace, sorted(needed))
        except ClusterError:
            return  # the API server does not say it; the update itself will
        for verb in denied:
            reason = "deleting them requires it" if verb in VERBS["delete"] else "the update requires it"
            yield f"you may not {verb} Secrets in the namespace {namespace}; {reason}"
