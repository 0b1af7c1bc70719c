"""Creates the Secrets in the stack's configuration. All environments share this program."""

from seldon_secrets_pulumi.stack import SeldonSecrets

SeldonSecrets("environments")
