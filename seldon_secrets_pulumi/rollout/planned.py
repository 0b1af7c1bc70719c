"""The Secrets that an update changes, with their clusters, as its preview plans them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from seldon_secrets_pulumi.automation.changes import provider_urn
from seldon_secrets_pulumi.automation.secret_marks import has_secret
from seldon_secrets_pulumi.automation.stack import Preview
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION
from seldon_secrets_pulumi.resource_types import NAMESPACE, SECRET
from seldon_secrets_pulumi.rollout.verification import ExpectedSecret, providers_of

# pulumi `sdk/go/common/resource/plugin/rpc.go`, UnknownStringValue: what a preview does not know yet.
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def planned_secrets(
    preview: Preview, state: Callable[[], Mapping[str, Any]]
) -> dict[str, list[ExpectedSecret]]:
    """The Secrets in clusters by the operation that the update carries out on them, also `same`.

    The values of their data are hidden. Secrets of a cluster that is not known before the update are left out. `state` is
    called if the preview hides how to reach a cluster.
    """
    providers = {urn: inputs for urn, inputs in preview.providers.items() if _is_usable(inputs)}
    changes = [change for change in preview.changes if change.type == SECRET]
    if any(change.provider not in providers for change in changes):
        known = {provider_urn(reference): inputs for reference, inputs in providers_of(state()).items()}
        providers = known | providers
    planned: dict[str, list[ExpectedSecret]] = {}
    for change in changes:
        provider = providers.get(change.provider)
        if provider is None or provider.get("renderYamlToDirectory"):
            continue
        inputs = {"metadata": {"labels": change.labels, "annotations": change.annotations}}
        manager = change.annotations.get(FIELD_MANAGER_ANNOTATION)
        secret = ExpectedSecret(change.urn, change.object_name, inputs, provider, manager)
        planned.setdefault(change.operation, []).append(secret)
    return planned


def kept(planned: Mapping[str, Sequence[ExpectedSecret]]) -> list[ExpectedSecret]:
    """The Secrets that the stack has after the update."""
    return [secret for operation, secrets in planned.items() if operation != "delete" for secret in secrets]


def created_namespaces(preview: Preview) -> set[str]:
    """The names of the namespaces that the update creates itself."""
    return {
        change.object_name
        for change in preview.changes
        if change.type == NAMESPACE and change.operation in {"create", "replace"}
    }


def _is_usable(inputs: Mapping[str, Any]) -> bool:
    access = {name: inputs.get(name) for name in ("context", "kubeconfig", "cluster")}
    return not has_secret(access) and _UNKNOWN not in access.values()
