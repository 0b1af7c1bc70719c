"""All of Seldon's Secrets that the stack's configuration declares. `Pulumi.example.yaml` shows how."""

from seldon_secrets_pulumi.stack import SeldonSecrets

SeldonSecrets("seldon-secrets")
