"""The one place where a Kubernetes Secret is declared."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from seldon_secrets_pulumi.components.program import Program
from seldon_secrets_pulumi.resource_types import SECRET


@dataclass(frozen=True, slots=True)
class Content:
    """A Secret before it is declared. Each part is an Input of its own, so that an unknown one hides no other.

    `data` is in base64: see `model/secret_data.py`. Pulumi marks it as secret.
    """

    name: pulumi.Input[str]
    namespace: pulumi.Input[str]
    labels: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    annotations: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    data: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    type: str


def declare(
    component: pulumi.ComponentResource, name: str, content: Content, opts: pulumi.ResourceOptions | None
) -> None:
    """Declares the Secret as a child of the component.

    It registers what `pulumi_kubernetes.core.v1.Secret` does, whose module takes a quarter of each preview's time in
    Python to import.
    """
    from pulumi_kubernetes import _utilities  # noqa: PLC0415 - only the declaration of a Secret needs it

    # The provider, protect and aliases reach a component's children by themselves; these two do not.
    given = opts or pulumi.ResourceOptions()
    metadata = {"name": content.name, "namespace": content.namespace, "labels": content.labels}
    if content.annotations is not None:
        metadata["annotations"] = content.annotations
    pulumi.CustomResource(
        SECRET,
        name,
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata,
            "type": content.type,
            # `data`, since the provider turns `stringData` into it anyway, but compares the two in a preview that has
            # unknown values (pulumi-kubernetes `pkg/clients/unstructured.go`).
            "data": pulumi.Output.secret(content.data),
        },
        pulumi.ResourceOptions.merge(
            _utilities.get_resource_opts_defaults(),
            pulumi.ResourceOptions(
                parent=component,
                depends_on=given.depends_on,
                retain_on_delete=given.retain_on_delete,
                additional_secret_outputs=["data", "stringData"],
            ),
        ),
    )


def checksum(content: pulumi.Output[Any]) -> pulumi.Output[str]:
    """Changes when the content does. Secret: a plain hash would give a weak password away."""

    def digest(content: object) -> str:
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    return pulumi.Output.secret(content.apply(digest))


# What the other outputs tell already, or what nobody reads there.
_NOT_KEPT = frozenset({"checksum", "uri_prefix", "env_var_secret_name", "config_param_secret_name"})


def kept_outputs(
    component: pulumi.Resource, declared: type[pulumi.Resource], program: Program
) -> dict[str, object]:
    """The outputs that the state keeps, where each costs time: the engine writes all of it with every resource.

    The checksum would even be encrypted. A program has the component itself at hand; only programs in other languages
    may read one back from the state, and find everything plain there.
    """
    left_out = {"checksum"} if program.served else _NOT_KEPT
    return {name: getattr(component, name) for name in declared.__annotations__ if name not in left_out}


def warn_of_replacement(component: pulumi.ComponentResource, program: Program) -> None:
    """Warns once when a rotated credential would delete its Secret before it makes the new one.

    Only the default provider's configuration can be seen from a program; what an explicit provider was given
    can't be read back.
    """
    if component.get_provider(SECRET) or _secrets_are_mutable() or not program.first_time("replacement"):
        return
    pulumi.log.warn(
        "kubernetes:enableSecretMutable is not true: when a credential changes, Kubernetes is without its Secret "
        "for a moment, and pods that start then fail. `pulumi config set kubernetes:enableSecretMutable true` "
        "updates Secrets in place",
        component,
    )


def _secrets_are_mutable() -> bool:
    setting = pulumi.Config("kubernetes").get("enableSecretMutable")
    return (setting or os.environ.get("PULUMI_K8S_ENABLE_SECRET_MUTABLE", "")).lower() in {"true", "1"}
