"""The one place that declares a Kubernetes Secret."""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import pulumi

from seldon_secrets_pulumi.components.arguments import applied
from seldon_secrets_pulumi.components.program import Program
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION, stack_annotations
from seldon_secrets_pulumi.pulumi_internals import kubernetes_resource_defaults
from seldon_secrets_pulumi.resource_types import SECRET

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SecretInputs:
    """The inputs of a Secret. Each part is an Input of its own, so that an unknown one does not hide the others.

    `data` is in base64, as from `secret_data`.
    """

    name: pulumi.Input[str]
    namespace: pulumi.Input[str]
    labels: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    annotations: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    data: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    type: str


def secret_data(values: Mapping[str, str]) -> Mapping[str, str]:
    """The values in base64. Read-only, which saves time: Pulumi makes an Output of every key and value of a dict."""
    return MappingProxyType(encoded(values))


def declare(
    component: pulumi.ComponentResource, name: str, inputs: SecretInputs, opts: pulumi.ResourceOptions | None
) -> pulumi.Resource:
    """Declare the Secret as a child of the component, exactly as `pulumi_kubernetes.core.v1.Secret` would."""
    # Pulumi passes the provider, protect and aliases on to a component's children, but not the other two. `protect`
    # is here for a child that differs from its component.
    component_opts = opts or pulumi.ResourceOptions()
    metadata = {
        "name": inputs.name,
        "namespace": inputs.namespace,
        "labels": inputs.labels,
        "annotations": applied(inputs.annotations, _with_stack),
    }
    return pulumi.CustomResource(
        SECRET,
        name,
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata,
            "type": inputs.type,
            # Not `stringData`: the provider converts it to `data` anyway, but compares the two in a preview with
            # unknown values (pulumi-kubernetes `pkg/clients/unstructured.go`).
            "data": pulumi.Output.secret(inputs.data),
        },
        pulumi.ResourceOptions.merge(
            kubernetes_resource_defaults(),
            pulumi.ResourceOptions(
                parent=component,
                protect=component_opts.protect,
                depends_on=component_opts.depends_on,
                retain_on_delete=component_opts.retain_on_delete,
                additional_secret_outputs=["data", "stringData"],
                ignore_changes=_fixed_annotations(inputs.annotations),
            ),
        ),
    )


def after(secrets: Collection[pulumi.Resource], value: Any) -> pulumi.Output[Any]:
    """The value as an Output that depends on the Secrets: Pulumi creates its readers after them, and deletes them before.

    The value may be an Output itself, and is known before the Secrets exist.
    """
    if isinstance(value, pulumi.Output):
        return value.apply(lambda resolved: after(secrets, resolved))
    # Not an `apply` on the Secrets' URNs: if a declaration is invalid, Pulumi fails while it cancels the unfinished
    # part of such a chain, and prints a second error (`finally` in pulumi/automation/_server.py).
    return pulumi.Output(set(secrets), _resolved(value), _resolved(True), _resolved(False))


async def _resolved(value: _T) -> _T:
    return value


def _with_stack(annotations: Mapping[str, pulumi.Input[str]] | None) -> Mapping[str, pulumi.Input[str]]:
    """The annotations with those that name the stack, unless they are set already."""
    return {**stack_annotations(pulumi.get_project(), pulumi.get_stack()), **(annotations or {})}


def _fixed_annotations(annotations: object) -> list[str]:
    """The path of the annotation that must stay as it was when the Secret was created: the field manager.

    Every update under another name would conflict with the first one. The name contains that of the stack, which
    `pulumi stack rename` changes.
    """
    if isinstance(annotations, Mapping) and FIELD_MANAGER_ANNOTATION in annotations:
        return []
    return [f'metadata.annotations["{FIELD_MANAGER_ANNOTATION}"]']


def checksum(data: object) -> str:
    """A hash that changes when the data does. It must stay secret, because it would reveal a weak password."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


# Outputs that follow from the others, or that nobody reads from the state.
_NOT_KEPT = frozenset(
    {
        "checksum",
        "config_param_secret_name",
        "env_from",
        "env_var_secret_name",
        "image_pull_secret",
        "uri_prefix",
    }
)


def kept_outputs(
    component: pulumi.Resource, declaring_class: type[pulumi.Resource], program: Program
) -> dict[str, object]:
    """The outputs that the state keeps. Each costs time, because the engine writes all of it with every resource.

    The checksum would even be encrypted. A Python program has the component itself; only programs in other languages
    may read it back from the state, where they find every plain output.
    """
    omitted = {"checksum"} if program.is_served else _NOT_KEPT
    return {name: getattr(component, name) for name in declaring_class.__annotations__ if name not in omitted}


def warn_of_replacement(component: pulumi.ComponentResource, program: Program) -> None:
    """Warn once if the rotation of a credential would delete its Secret before it creates the new one.

    A program can only see the configuration of the default provider, not that of an explicit one.
    """
    if component.get_provider(SECRET) or _secrets_are_mutable() or not program.first_time("replacement"):
        return
    pulumi.log.warn(
        "kubernetes:enableSecretMutable is not true: when a credential changes, its Secret is deleted and created "
        "again, and pods that start in between fail. To update Secrets in place, run "
        "`pulumi config set kubernetes:enableSecretMutable true`",
        component,
    )


def _secrets_are_mutable() -> bool:
    setting = pulumi.Config("kubernetes").get("enableSecretMutable")
    return (setting or os.environ.get("PULUMI_K8S_ENABLE_SECRET_MUTABLE", "")).lower() in {"true", "1"}
