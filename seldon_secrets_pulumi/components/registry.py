"""`RegistrySecret`."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pulumi
from typing_extensions import NotRequired, TypedDict

from seldon_secrets_pulumi.components.arguments import applied, argument, checked, mapping, mapping_argument
from seldon_secrets_pulumi.components.program import Program
from seldon_secrets_pulumi.components.secret import (
    SecretInputs,
    after,
    checksum,
    declare,
    kept_outputs,
    secret_data,
    warn_of_replacement,
)
from seldon_secrets_pulumi.model.registry import Registry, registry_labels
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES
from seldon_secrets_pulumi.problem import Problem


class RegistrySecretArgs(TypedDict):
    """The arguments of `RegistrySecret`: a whole Docker config, or the login of one registry."""

    secret_name: pulumi.Input[str]
    """The name of the Secret: 1 to 30 lowercase letters, digits and dashes, starting and ending with a letter or digit
    (the rule of Seldon Enterprise Platform 2.4.0)."""
    namespace: pulumi.Input[str]
    """The Kubernetes namespace of the Secret, and of the pods that use it to pull images."""
    docker_config_json: NotRequired[pulumi.Input[str]]
    """The text of a Docker `config.json` with one or more registries under `auths`. Everything else in it is dropped.
    Its base64 works too. Secret.

    The text must contain the credentials of every registry, not refer to a credential store or helper."""
    server: NotRequired[pulumi.Input[str]]
    """The host of the registry, such as `ghcr.io`, optionally with a port or path. All names of Docker Hub work and are
    written in the form that the kubelet looks up."""
    username: NotRequired[pulumi.Input[str]]
    """The user name. It can't contain a colon, which ends it in a Docker config."""
    password: NotRequired[pulumi.Input[str]]
    """The password or access token of the user. Secret."""
    email: NotRequired[pulumi.Input[str]]
    """The email address of the user. Only very old registries require it."""
    labels: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Additional labels of the Secret. You can't override the labels that Seldon reads."""
    annotations: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Annotations of the Secret."""


class RegistrySecret(pulumi.ComponentResource):
    """The login of one or more container registries, as an image pull secret.

    Creates a Secret of the type `kubernetes.io/dockerconfigjson` for `imagePullSecrets`: custom runtimes in Core 1,
    servers in Core 2. See https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/.

    Raises `InvalidDeclaration`, already in a preview, if an argument breaks one of the rules above or another
    component of the program declares the same Secret.
    """

    secret_name: pulumi.Output[str]
    """The name of the Secret. Resources that use it depend on the Secret."""
    image_pull_secret: pulumi.Output[Any]
    """An entry of a pod's or a service account's `imagePullSecrets`: `{"name": "<secret name>"}`."""
    namespace: pulumi.Output[str]
    """The namespace of the Secret."""
    checksum: pulumi.Output[str]
    """A hash that changes with the data of the Secret. Secret."""

    def __init__(
        self, name: str, args: RegistrySecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:RegistrySecret", name, None, opts)
        program = Program.current()
        label = f'RegistrySecret "{name}"'
        args = cast("RegistrySecretArgs", mapping(label, args))
        warn_of_replacement(self, program)

        def check(known: Mapping[str, Any], unknown: set[str]) -> dict[str, str] | None:
            claim = self._claim(program, label, known)
            registry = Registry.parse(known, unknown=unknown, other_problems=[claim] if claim else [])
            if registry:
                warn_of_missing_logins(self, registry.secret_name, registry.without_login)
            return registry.data() if registry else None

        data = checked(label, args, check)
        inputs = SecretInputs(
            name=argument(args, "secret_name"),
            namespace=argument(args, "namespace"),
            labels=applied(mapping_argument(args, "labels"), registry_labels),
            annotations=mapping_argument(args, "annotations") or None,
            data=data.apply(secret_data),
            type=KUBERNETES_TYPES["registry"],
        )
        secret = declare(self, name, inputs, opts)
        self.secret_name = after([secret], inputs.name)
        self.image_pull_secret = after(
            [secret], applied(inputs.name, lambda secret_name: {"name": secret_name})
        )
        self.namespace = pulumi.Output.from_input(inputs.namespace)
        self.checksum = pulumi.Output.secret(data.apply(checksum))
        self.register_outputs(kept_outputs(self, RegistrySecret, program))

    def _claim(self, program: Program, label: str, known: Mapping[str, Any]) -> Problem | None:
        """The problem that another component declares the same Secret."""
        secret, namespace = known.get("secret_name"), known.get("namespace")
        if not (isinstance(secret, str) and isinstance(namespace, str)):
            return None
        return program.claim(self, label, "secret_name", namespace, secret)


def warn_of_missing_logins(
    component: pulumi.ComponentResource, secret: str, registries: Sequence[str]
) -> None:
    """Warn of the registries that the Docker config mentions without a login. They are quoted already."""
    if registries:
        pulumi.log.warn(
            f"the Docker config of {secret} has no login for {', '.join(registries)}. The Secret omits these entries, so"
            " nodes pull from there anonymously.",
            component,
        )
