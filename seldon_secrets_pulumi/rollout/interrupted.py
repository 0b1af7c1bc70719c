"""Secrets that an interrupted update may have created, and that the stack does not declare any more."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from seldon_secrets_pulumi.automation.pending import clearing_command, unresolved_creations
from seldon_secrets_pulumi.automation.secret_marks import without_marks
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION
from seldon_secrets_pulumi.resource_types import SECRET
from seldon_secrets_pulumi.rollout.verification import (
    Clusters,
    ExpectedSecret,
    differences,
    expected_secrets,
    providers_of,
)


def left_behind(state: Mapping[str, Any], clusters: Clusters) -> list[ExpectedSecret]:
    """The Secrets in the cluster that a pending creation left there. Raises `ClusterError`."""
    declared = {secret.id for secret in expected_secrets(state)}
    return [
        secret
        for secret in _interrupted_secrets(state)
        if secret.id not in declared and _is_from_stack(secret, clusters)
    ]


def removal(secrets: Iterable[ExpectedSecret]) -> str:
    """What happened, and the command that deletes each Secret."""
    lines = ["updated, but an interrupted update left Secrets that the stack does not declare. Delete them:"]
    lines += [shlex.join(["kubectl", *_address(secret)]) for secret in secrets]
    return "\n".join(lines)


def other_creations(state: Mapping[str, Any], stack: str) -> str | None:
    """What to do about pending creations of other types, which only their owners can look for."""
    names = [
        resource["urn"].rpartition("::")[2]
        for resource in unresolved_creations(state)
        if resource["type"] != SECRET
    ]
    if not names:
        return None
    return (
        f"an interrupted update may have created {', '.join(names)}; delete what exists, and then run"
        f" `{clearing_command(stack)}`"
    )


def _interrupted_secrets(state: Mapping[str, Any]) -> Sequence[ExpectedSecret]:
    providers = providers_of(state)
    secrets = (
        ExpectedSecret(
            resource["urn"],
            _id(resource["inputs"]["metadata"]),
            without_marks(resource["inputs"]),
            providers.get(resource.get("provider", ""), {}),
        )
        for resource in unresolved_creations(state)
        if resource["type"] == SECRET and "name" in (resource["inputs"].get("metadata") or {})
    )
    return [secret for secret in secrets if not secret.provider.get("renderYamlToDirectory")]


def _id(metadata: Mapping[str, Any]) -> str:
    return f"{metadata.get('namespace') or 'default'}/{metadata['name']}"


def _is_from_stack(secret: ExpectedSecret, clusters: Clusters) -> bool:
    """Whether the Secret exists and comes from the stack. Somebody else may have created one of the same name."""
    live = clusters.of(secret).secret(secret.namespace, secret.name)
    if live is None:
        return False
    manager = (secret.inputs["metadata"].get("annotations") or {}).get(FIELD_MANAGER_ANNOTATION)
    is_ours = manager is not None and live.annotations.get(FIELD_MANAGER_ANNOTATION) == manager
    return is_ours or not any(differences(secret, live))


def _address(secret: ExpectedSecret) -> list[str]:
    context = secret.provider.get("context")
    return [
        *(["--context", context] if context else []),
        *("delete", "secret", "--namespace", secret.namespace, secret.name),
    ]
