"""The ready-made stack: a stack's configuration declares everything, without code."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seldon_secrets_pulumi.stack.component import SeldonSecrets

__all__ = ["SeldonSecrets"]


def __getattr__(name: str) -> object:
    # Imported on first use: the command line reads settings without Pulumi, which takes a third of a second to import.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from seldon_secrets_pulumi.stack import component

    return component.SeldonSecrets
