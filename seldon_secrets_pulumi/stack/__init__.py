"""The ready-made stack: everything declared in the stack's configuration, no code."""

from seldon_secrets_pulumi.stack.component import SeldonSecrets

__all__ = ["SeldonSecrets"]
