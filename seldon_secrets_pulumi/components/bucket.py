"""What the bucket components have in common: their arguments, their outputs and the Secrets beneath them."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Optional

import pulumi
from pulumi.output import Unknown
from typing_extensions import NotRequired, TypedDict

from seldon_secrets_pulumi.components import stack_config
from seldon_secrets_pulumi.components.arguments import argument, declared, following, mapping
from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.components.program import Program
from seldon_secrets_pulumi.components.secret import (
    Content,
    checksum,
    declare,
    kept_outputs,
    warn_of_replacement,
)
from seldon_secrets_pulumi.model.bucket import Bucket, RcloneBucket, bucket_labels
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, Format, env_var_key
from seldon_secrets_pulumi.model.remote import uri_prefix
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES
from seldon_secrets_pulumi.problem import Problem


class BucketSecretArgs(TypedDict):
    """The arguments that every bucket component takes."""

    remote: pulumi.Input[str]
    """The remote's name: the scheme of its URIs, `models://path`.

    1 to 30 lower-case letters, digits and dashes, starting and ending with a letter or digit (the rule of Seldon
    Enterprise Platform 2.4.0; before that, at most 10 letters and digits). Without a dash it works with every
    version of Core 1 and in every shell."""
    namespace: pulumi.Input[str]
    """The Kubernetes namespace of the Secrets. Seldon reads a Secret in the namespace of the model or job."""
    labels: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Further labels of the Secrets. The labels that Seldon reads can't be overridden."""
    annotations: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Annotations of the Secrets."""


class RcloneArgs(BucketSecretArgs):
    """The arguments that every bucket component takes whose remote rclone reads."""

    formats: NotRequired[list[str]]
    """Which Secrets to make: `env_var` for Core 1, batch jobs and reference data, `config_param` for Core 2.

    A plain list. Default: both."""
    allow_unknown_options: NotRequired[bool]
    """Accept options of the backend that this package's catalog of rclone does not have, for a newer rclone.

    Plain. Default: false."""


class FurtherParametersArgs(RcloneArgs):
    """The arguments of the components that have arguments of their own for the usual options of a backend."""

    parameters: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Further options of the remote's rclone backend, in rclone's config spelling (`storage_class`).

    An option that has an argument of its own is refused here. Source of the names: `rclone config providers`."""


class BucketSecret(pulumi.ComponentResource):
    """One remote and its bucket secrets. Use one of the classes derived from it."""

    remote: pulumi.Output[str]
    """The remote's name."""
    namespace: pulumi.Output[str]
    """The namespace of the Secrets."""
    uri_prefix: pulumi.Output[str]
    """What the URIs of the remote start with: `models://`."""
    env_var_secret_name: pulumi.Output[Optional[str]]  # noqa: UP045 - Pulumi's schema analysis wants it so
    """The Secret in the `env_var` format, `<remote>-bucket-envvars`: for Core 1's `envSecretRefName`.

    None when `formats` leaves it out."""
    config_param_secret_name: pulumi.Output[Optional[str]]  # noqa: UP045
    """The Secret in the `config_param` format, `<remote>-bucket-params`: for Core 2's `spec.secretName`.

    None when `formats` leaves it out."""
    checksum: pulumi.Output[str]
    """Changes when the content of a Secret does; put it into a pod's annotation to restart on rotation. Secret."""

    # No constructor of its own: Pulumi takes what calls the class's constructor for the place in the user's program.
    def _declare(
        self, model: type[Bucket], name: str, args: BucketSecretArgs, opts: pulumi.ResourceOptions | None
    ) -> None:
        label = f'{type(self).__name__} "{name}"'
        given: Mapping[str, Any] = args
        formats = _formats(label, model, given.get("formats"))
        format_label = stack_config.format_label()
        program = Program.current()
        warn_of_replacement(self, program)

        def claim(known: Mapping[str, Any]) -> Iterator[Problem]:
            remote, namespace = known.get("remote"), known.get("namespace")
            for format_ in formats if remote and namespace else ():
                secret = format_.secret_name(str(remote))
                yield from program.claim(self, label, "remote", str(namespace), secret)

        contents = declared(
            label,
            given,
            partial(model.parse, reserved_labels=(format_label.key,)),
            claim=claim,
            content=lambda it: [it.data(format_) for format_ in formats],
        )
        remote, labels = argument(given, "remote"), mapping(given, "labels")
        if ENV_VAR in formats and issubclass(model, RcloneBucket):
            following(remote, lambda it: warn_of_dash(self, program, str(it)))
        names = {format_: following(remote, format_.secret_name) for format_ in formats}
        for position, format_ in enumerate(formats):
            content = Content(
                name=names[format_],
                namespace=argument(given, "namespace"),
                labels=following(labels, partial(bucket_labels, format_, format_label)),
                annotations=mapping(given, "annotations") or None,
                data=contents.apply(partial(_encoded, position)),
                type=KUBERNETES_TYPES["bucket"],
            )
            declare(self, f"{name}-{format_.suffix}", content, opts)

        self.remote = pulumi.Output.from_input(remote)
        self.namespace = pulumi.Output.from_input(argument(given, "namespace"))
        self.uri_prefix = pulumi.Output.from_input(following(remote, uri_prefix))
        self.env_var_secret_name = pulumi.Output.from_input(names.get(ENV_VAR))
        self.config_param_secret_name = pulumi.Output.from_input(names.get(CONFIG_PARAM))
        self.checksum = checksum(contents)
        self.register_outputs(kept_outputs(self, BucketSecret, program))

    def uri(self, path: str) -> pulumi.Output[str]:
        """The URI of what lies at `path` (bucket first) in the remote: `models://iris/v1`."""
        return pulumi.Output.concat(self.uri_prefix, path.lstrip("/"))


def _formats(label: str, model: type[Bucket], names: Any) -> list[Format]:
    """The formats asked for. What is no format is reported with the other arguments' problems."""
    items = names if isinstance(names, list | tuple) else [names]
    if any(isinstance(it, pulumi.Output | Unknown) for it in items):
        raise InvalidDeclaration(
            label, [Problem("formats", "must be a plain list: it decides which Secrets there are")]
        )
    known = [it for it in model.supported if it.name in items]
    return known or list(model.supported)


def _encoded(position: int, contents: list[dict[str, str]]) -> Mapping[str, str]:
    return encoded(contents[position])


def warn_of_dash(component: pulumi.Resource, program: Program, remote: str) -> None:
    """Warns once of a remote's dash, which some readers of the `env_var` format lose."""
    if "-" not in remote or not program.first_time(("dash", remote)):
        return
    # rclone `fs/config.go` (pull request 5605), and dash(1), which drops what is no shell variable.
    pulumi.log.warn(
        f"the remote {remote} has a dash: in the env_var format a job that starts its program through a `sh` that "
        f"is dash loses {env_var_key(remote, 'type')} and its like, and Core 1 before 1.14 (rclone before 1.57) "
        f"looks for {env_var_key(remote.replace('-', '_'), 'type')}. A remote without a dash works everywhere",
        component,
    )
