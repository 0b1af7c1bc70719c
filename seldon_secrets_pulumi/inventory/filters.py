"""Which of the Secrets are asked for."""

from collections.abc import Callable
from enum import Enum

from seldon_secrets_pulumi.inventory.found import Found
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.seldon_labels import KINDS
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend


class Context(str, Enum):
    """Where Seldon Enterprise Platform offers a choice of Secrets."""

    core1 = "core1"
    core2 = "core2"
    batch = "batch"
    reference = "reference"
    runtime = "runtime"


class FormatName(str, Enum):
    """The formats of a bucket secret."""

    env_var = "env_var"
    config_param = "config_param"


def offered_in(context: Context) -> Callable[[Found], bool]:
    """Whether the platform offers a Secret there, were it one that it sees ("Secrets Management").

    Registry secrets are for Core 1's custom runtimes only.
    """
    if context is Context.runtime:
        return lambda it: it.kind == "registry"
    wanted = CONFIG_PARAM.name if context is Context.core2 else ENV_VAR.name
    return lambda it: it.format == wanted


def of_type(name: str) -> Callable[[Found], bool]:
    """Whether a Secret is of this kind or its remote of this type. Raises `InvalidArguments` for an unknown one."""
    if name in KINDS:
        return lambda it: it.kind == name
    wanted = backend(name).name
    return lambda it: it.type is not None and _canonical(it.type) == wanted


def _canonical(type_: str) -> str | None:
    try:
        return backend(type_).name
    except InvalidArguments:
        return None
