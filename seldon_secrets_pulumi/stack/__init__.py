"""The ready-made stack: everything declared in the stack's configuration, no code."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seldon_secrets_pulumi.stack.component import SeldonSecrets

__all__ = ["SeldonSecrets"]


def __getattr__(name: str) -> object:
    # The command line reads the settings without Pulumi, which takes a third of a second to import.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from seldon_secrets_pulumi.stack import component

    return component.SeldonSecrets
