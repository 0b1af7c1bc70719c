"""The base of all bucket components: their arguments, their outputs and their Secrets."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Optional, cast

import pulumi
from typing_extensions import NotRequired, TypedDict

from seldon_secrets_pulumi.components import stack_config
from seldon_secrets_pulumi.components.arguments import (
    applied,
    argument,
    checked,
    is_plain,
    mapping,
    mapping_argument,
    plain_or_output,
)
from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
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
from seldon_secrets_pulumi.model.bucket import Bucket, RcloneBucket, bucket_annotations, bucket_labels
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, Format, env_var_key
from seldon_secrets_pulumi.model.remote import uri_prefix
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES
from seldon_secrets_pulumi.problem import Problem


class BucketSecretArgs(TypedDict):
    """The arguments of every bucket component."""

    remote: pulumi.Input[str]
    """The name of the remote, and the scheme of its URIs: `models://path`.

    1 to 30 lowercase letters, digits and dashes, starting and ending with a letter or digit (the rule of Seldon
    Enterprise Platform 2.4.0; older releases allow at most 10 letters and digits). A name without a dash works with
    every version of Core 1 and in every shell."""
    namespace: pulumi.Input[str]
    """The Kubernetes namespace of the Secrets. Seldon reads a Secret in the namespace of the model or job."""
    labels: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Additional labels of the Secrets. You can't override the labels that Seldon reads."""
    annotations: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Annotations of the Secrets."""
    reloader: NotRequired[pulumi.Input[bool]]
    """Let Stakater's Reloader restart the workloads that read the `env_var` Secret when it changes. Default: false.

    Sets the annotation `reloader.stakater.com/match` of that Secret. The workloads also need
    `reloader.stakater.com/search: "true"`: Core 1 copies it from the annotations of a SeldonDeployment's `spec`."""


class RcloneArgs(BucketSecretArgs):
    """The arguments of every bucket component whose remote rclone reads."""

    formats: NotRequired[list[str]]
    """The Secrets to create: `env_var` for Core 1, batch jobs and reference data, `config_param` for Core 2.

    A plain list, not an Output. Default: both."""
    allow_unknown_options: NotRequired[bool]
    """Accept options that are not in this package's catalog of rclone, because your rclone is newer.

    A plain value, not an Output. Default: false."""
    targets: NotRequired[list[str]]
    """What reads the Secrets: releases of Seldon Core (`core1:1.18.2`, `core2:2.10`) or of rclone (`rclone:1.71.1`).

    A backend, option or provider that the rclone of a target doesn't have is an error, and so is a dash in the name of
    a remote that the target can't read. A plain list, not an Output. Default: none, so only the catalog counts."""


class FurtherParametersArgs(RcloneArgs):
    """The arguments of the components with typed arguments for the usual options of a backend."""

    parameters: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """Additional options of the rclone backend, spelled as in rclone's config (`storage_class`).

    Options that have their own argument are rejected here. Source of the names: `rclone config providers`."""


class BucketSecret(pulumi.ComponentResource):
    """One remote and its bucket secrets. Use one of the derived classes."""

    remote: pulumi.Output[str]
    """The name of the remote."""
    namespace: pulumi.Output[str]
    """The namespace of the Secrets."""
    uri_prefix: pulumi.Output[str]
    """The start of the remote's URIs: `models://`. Resources that use it depend on the Secrets."""
    env_var_secret_name: pulumi.Output[Optional[str]]  # noqa: UP045 - Pulumi's schema analysis needs this form
    """The Secret in the `env_var` format, `<remote>-bucket-envvars`: for Core 1's `envSecretRefName`.

    None if `formats` omits it."""
    config_param_secret_name: pulumi.Output[Optional[str]]  # noqa: UP045
    """The Secret in the `config_param` format, `<remote>-bucket-params`: for Core 2's `spec.secretName`.

    None if `formats` omits it."""
    env_from: pulumi.Output[Any]
    """An entry of a container's `envFrom`: `{"secretRef": {"name": "<remote>-bucket-envvars"}}`.

    None if `formats` omits `env_var`."""
    checksum: pulumi.Output[str]
    """A hash that changes with the data of the Secrets. As a pod's annotation, it restarts the pod on rotation. Secret."""

    # Not a constructor: Pulumi takes the caller of the class's constructor for the place in the user's program.
    def _declare(
        self, model: type[Bucket], name: str, args: BucketSecretArgs, opts: pulumi.ResourceOptions | None
    ) -> None:
        program = Program.current()
        label = self._label = f'{type(self).__name__} "{name}"'
        args = cast("BucketSecretArgs", mapping(label, args))
        warn_of_replacement(self, program)
        format_label = stack_config.read_format_label()
        plain, problems = _with_plain_formats(args)
        formats = _chosen_formats(model, plain.get("formats"))

        def check(known: Mapping[str, Any], unknown: set[str]) -> dict[str, dict[str, str]] | None:
            bucket = model.parse(
                known,
                unknown=unknown,
                reserved_labels=(format_label.key,),
                other_problems=[*problems, *self._claims(program, label, formats, known)],
            )
            if isinstance(bucket, RcloneBucket):
                for each in formats:
                    problems_of_images = map(str, bucket.lacking_in_newest_release(each))
                    warn_of_older_images(self, program, label, tuple(problems_of_images))
            return {each.name: bucket.data(each) for each in formats} if bucket else None

        data = checked(label, plain, check)
        remote, labels = argument(args, "remote"), mapping_argument(args, "labels")
        if ENV_VAR in formats and issubclass(model, RcloneBucket):
            applied(remote, lambda value: warn_of_dash(self, program, str(value)))
        names = {each: applied(remote, each.secret_name) for each in formats}
        secrets: dict[Format, pulumi.Resource] = {}
        for each in formats:
            inputs = SecretInputs(
                name=names[each],
                namespace=argument(args, "namespace"),
                labels=applied(labels, partial(bucket_labels, each, format_label)),
                annotations=_annotations(each, args),
                data=data.apply(partial(_data_in, each)),
                type=KUBERNETES_TYPES["bucket"],
            )
            secrets[each] = declare(self, f"{name}-{each.suffix}", inputs, opts)

        self.remote = pulumi.Output.from_input(remote)
        self.namespace = pulumi.Output.from_input(argument(args, "namespace"))
        self._after_all = partial(after, list(secrets.values()))
        self._prefix = applied(remote, uri_prefix)
        self.uri_prefix = self._after_all(self._prefix)
        env_var, config_param = (
            [secrets[each]] if each in secrets else [] for each in (ENV_VAR, CONFIG_PARAM)
        )
        self.env_var_secret_name = after(env_var, names.get(ENV_VAR))
        self.config_param_secret_name = after(config_param, names.get(CONFIG_PARAM))
        self.env_from = after(env_var, applied(names.get(ENV_VAR), _env_from))
        self.checksum = pulumi.Output.secret(data.apply(lambda formats: checksum(list(formats.values()))))
        self.register_outputs(kept_outputs(self, BucketSecret, program))

    def _claims(
        self, program: Program, label: str, formats: list[Format], known: Mapping[str, Any]
    ) -> list[Problem]:
        """The problems that other components declare the same Secrets."""
        remote, namespace = known.get("remote"), known.get("namespace")
        if not (isinstance(remote, str) and isinstance(namespace, str)):
            return []
        secrets = (each.secret_name(remote) for each in formats)
        claims = (program.claim(self, label, "remote", namespace, secret) for secret in secrets)
        return [problem for problem in claims if problem]

    def uri(self, path: pulumi.Input[str]) -> pulumi.Output[str]:
        """The URI of a path in the remote, which starts with the bucket: `models://iris/v1`.

        Raises `InvalidDeclaration` if the path is itself a URI.
        """
        inner = applied(plain_or_output(path), self._path)
        return self._after_all(
            applied(self._prefix, lambda prefix: applied(inner, lambda valid: f"{prefix}{valid}"))
        )

    def _path(self, path: Any) -> str:
        if not isinstance(path, str):
            problem = Problem("path", "must be a string", code="type")
        elif "://" in path:
            rule = "must be a path in the remote, such as bucket/folder, without the name of a remote and ://"
            problem = Problem("path", rule)
        else:
            return path.lstrip("/")
        raise InvalidDeclaration(f"{self._label}, uri", [problem])


def _annotations(bucket_format: Format, args: Mapping[str, Any]) -> Any:
    own = mapping_argument(args, "annotations") or None
    reloader = argument(args, "reloader")
    return applied(
        own,
        lambda annotations: applied(
            reloader, lambda is_on: bucket_annotations(bucket_format, annotations, reloader=is_on)
        ),
    )


def _env_from(secret: str | None) -> dict[str, dict[str, str]] | None:
    # The spelling of the Kubernetes API, which custom resources need and pulumi_kubernetes accepts too.
    return {"secretRef": {"name": secret}} if secret is not None else None


def _with_plain_formats(args: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The arguments without `formats` where it is not plain, and the problem with that."""
    if is_plain(args.get("formats")):
        return dict(args), []
    rule = "must be a plain list, because it decides which Secrets exist"
    return {name: value for name, value in args.items() if name != "formats"}, [Problem("formats", rule)]


def _chosen_formats(model: type[Bucket], names: Any) -> list[Format]:
    """The formats of the Secrets to declare. The model reports names that are not valid."""
    items = names if isinstance(names, list | tuple) else [names]
    chosen = [each for each in model.supported if each.name in items]
    return chosen or list(model.supported)


def _data_in(bucket_format: Format, data: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return secret_data(data[bucket_format.name])


def warn_of_older_images(
    component: pulumi.Resource, program: Program, label: str, problems: tuple[str, ...]
) -> None:
    """Warn once of what the rclone in Seldon's newest images does not have."""
    if problems and program.first_time(("images", label, problems)):
        pulumi.log.warn(
            f"{label}: {'; '.join(problems)}. An older rclone ignores such an option, and rejects such a backend. Declare"
            " what reads the Secrets as targets",
            component,
        )


def warn_of_dash(component: pulumi.Resource, program: Program, remote: str) -> None:
    """Warn once of a dash in the name of a remote, which some readers of the `env_var` format lose."""
    if "-" not in remote or not program.first_time(("dash", remote)):
        return
    # rclone `fs/config.go` (pull request 5605), and dash(1), which drops names that are not shell variables.
    pulumi.log.warn(
        f"the name of the remote {remote} contains a dash. In the env_var format, a job that starts its program through "
        f"`sh` loses variables such as {env_var_key(remote, 'type')} if `sh` is dash, and Core 1 before 1.14 "
        f"(rclone before 1.57) reads {env_var_key(remote.replace('-', '_'), 'type')} instead. A name without a "
        "dash works everywhere",
        component,
    )
