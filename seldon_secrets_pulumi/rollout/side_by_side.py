"""Which members of a group run side by side if the user does not say: those with clusters of their own."""

from collections.abc import Iterable

from seldon_secrets_pulumi.automation.project import Project
from seldon_secrets_pulumi.inventory.cluster import Cluster, ClusterError
from seldon_secrets_pulumi.rollout.batches import Batch


def by_clusters(project: Project, groups: Iterable[Batch]) -> list[Batch]:
    """The groups whose members all have different clusters, and each member of the others on its own.

    Raises `UsageError` if a stack of a group does not exist.
    """
    batches: list[Batch] = []
    for group in groups:
        batches += [group] if len(group) == 1 or _are_apart(project, group) else [(name,) for name in group]
    return batches


def _are_apart(project: Project, group: Batch) -> bool:
    try:
        urls = [Cluster(**project.stack(name).kubernetes_settings()).url for name in group]
    except ClusterError:  # the preview reports it
        return False
    return len(set(urls)) == len(group)
