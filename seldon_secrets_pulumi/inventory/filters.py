"""Filters for Secrets."""

from collections.abc import Callable
from enum import Enum

from seldon_secrets_pulumi.inventory.summary import SecretSummary
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.seldon_labels import KINDS
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend

Filter = Callable[[SecretSummary], bool]


class Context(str, Enum):
    """The contexts in which Seldon Enterprise Platform offers a choice of Secrets."""

    core1 = "core1"
    core2 = "core2"
    batch = "batch"
    reference = "reference"
    runtime = "runtime"


class FormatName(str, Enum):
    """The formats of a bucket secret."""

    env_var = "env_var"
    config_param = "config_param"


def offered_in(context: Context) -> Filter:
    """Select the Secrets that the platform offers in a context, provided that it offers them at all.

    Registry secrets are for Core 1's custom runtimes only (its documentation, "Secrets Management").
    """
    if context is Context.runtime:
        return lambda secret: secret.kind == "registry"
    wanted = CONFIG_PARAM.name if context is Context.core2 else ENV_VAR.name
    return lambda secret: secret.format == wanted


def of_type(name: str) -> Filter:
    """Select Secrets of a kind, or of an rclone type by any of its names. Raises `InvalidArguments` if there is none."""
    if name in KINDS:
        return lambda secret: secret.kind == name
    wanted = backend(name).name
    return lambda secret: secret.type is not None and _canonical(secret.type) == wanted


def _canonical(type_name: str) -> str | None:
    try:
        return backend(type_name).name
    except InvalidArguments:
        return None
