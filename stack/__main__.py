"""The ready-made stack: declares every Secret in the stack's configuration. `Pulumi.example.yaml` is an example.

It has a folder of its own because the __main__.py in the root is the plugin. Pulumi.yaml points here.
"""

from seldon_secrets_pulumi.stack import SeldonSecrets

SeldonSecrets("seldon-secrets")
