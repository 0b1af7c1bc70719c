"""The Secrets that the stack's configuration declares, in every environment by the same program."""

from seldon_secrets_pulumi.stack import SeldonSecrets

SeldonSecrets("environments")
