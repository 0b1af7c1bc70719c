"""The private parts of Pulumi's Python SDKs that this package depends on, all in one place.

Checked with pulumi 3.259 to 3.272 and pulumi-kubernetes 4.18 to 4.25. The plugin also overrides methods of
`pulumi.provider.server`, which needs a class of its own: see `plugin/provider.py`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pulumi

from seldon_secrets_pulumi.errors import SeldonSecretsError

if TYPE_CHECKING:
    from pulumi.automation._stack import StackInitMode


class UnsupportedPulumiError(SeldonSecretsError, pulumi.RunError):
    """The installed SDK lacks something that this package depends on."""


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except (ImportError, AttributeError) as error:
        raise UnsupportedPulumiError(
            f"seldon-secrets-pulumi does not support this release of Pulumi's Python SDK ({error}); use pulumi 3.272"
            " and pulumi-kubernetes 4.25"
        ) from None


def kubernetes_resource_defaults() -> pulumi.ResourceOptions:
    """The options that every resource of pulumi-kubernetes has: the version of its provider."""
    with _guarded():
        # Not `pulumi_kubernetes.core.v1`, whose import takes a quarter of each preview's time in Python.
        from pulumi_kubernetes import _utilities  # noqa: PLC0415 - only the declaration of a Secret needs it

        options: pulumi.ResourceOptions = _utilities.get_resource_opts_defaults()
        return options


def configuration() -> Mapping[str, str]:
    """All settings of the stack as texts, decrypted. `pulumi.Config` only reads settings whose names are known."""
    with _guarded():
        from pulumi.runtime import config  # noqa: PLC0415 - guarded

        return {**config.get_config_env(), **config.CONFIG.get()}


def secret_setting_names() -> frozenset[str]:
    """The names of the settings that are encrypted, in full or in part."""
    with _guarded():
        from pulumi.runtime import config  # noqa: PLC0415 - guarded

        return frozenset({*config._SECRET_KEYS.get(), *config.get_config_secret_keys_env()})  # noqa: SLF001


def existing_stack_mode() -> "StackInitMode":
    """What `Stack`'s public constructor needs to select a stack that exists. `Stack.select` takes no subclass."""
    with _guarded():
        from pulumi.automation._stack import StackInitMode  # noqa: PLC0415 - takes a third of a second

        return StackInitMode.SELECT
