"""Secrets of the stack whose fields belong to a lost field manager of Pulumi's, which would fail every rotation.

pulumi-kubernetes invents a field manager for an object without the annotation `pulumi.com/patchFieldManager`. If a run
ended before it saved the name, only the object has it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.inventory.field_ownership import Fields, transfer_patch
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION
from seldon_secrets_pulumi.rollout.verification import Clusters, ExpectedSecret

# pulumi-kubernetes `provider/pkg/provider/provider.go`, fieldManagerName. The name without digits is of a creation by
# version 4.29 or later. A name that a user chose is not lost.
_INVENTED = re.compile(r"pulumi-kubernetes(-[0-9a-f]+)?")


@dataclass(frozen=True)
class Takeover:
    """A patch that makes the stack's field manager the owner of a Secret's fields."""

    secret: ExpectedSecret
    managers: Sequence[str]
    """The field managers that lose all their fields."""
    patch: Sequence[Mapping[str, Any]] = field(repr=False)


def takeovers(
    secrets: Iterable[ExpectedSecret], changes: Iterable[Change], clusters: Clusters
) -> list[Takeover]:
    """The takeovers before an update with these changes. Raises `ClusterError`."""
    updates = {change.urn: change for change in changes if change.operation == "update"}
    planned = (
        _takeover(
            secret,
            updates[secret.urn].annotations.get(FIELD_MANAGER_ANNOTATION) or secret.field_manager,
            clusters,
        )
        for secret in secrets
        if secret.urn in updates
    )
    return [takeover for takeover in planned if takeover]


def are_lost(managers: Iterable[str], secrets: Iterable[ExpectedSecret]) -> bool:
    """Whether these field managers are all Pulumi's: invented ones, or former ones of these Secrets."""
    former = {secret.field_manager for secret in secrets}
    return all(is_invented(manager) or manager in former for manager in managers)


def is_invented(manager: object) -> bool:
    """Whether the Kubernetes provider chose the name of a field manager itself."""
    return isinstance(manager, str) and _INVENTED.fullmatch(manager) is not None


def _takeover(secret: ExpectedSecret, manager: str | None, clusters: Clusters) -> Takeover | None:
    live = clusters.of(secret).secret(secret.namespace, secret.name)
    if live is None or manager is None:
        return None
    managers: list[str] = []

    def take(owner: str, fields: Fields) -> Fields:
        if owner == manager or not (fields and are_lost([owner], [secret])):
            return {}
        managers.append(owner)
        taken = dict(fields)
        fields.clear()
        return taken

    patch = transfer_patch(live, manager, take)
    return Takeover(secret, managers, patch) if patch else None


def take_over(planned: Iterable[Takeover], clusters: Clusters) -> None:
    """Carry out takeovers. Raises `ClusterError`, also if a Secret has changed since they were planned."""
    for takeover in planned:
        secret = takeover.secret
        clusters.of(secret).patch(secret.namespace, secret.name, takeover.patch)
