"""The plugin, as pulumi starts it from a checkout: PulumiPlugin.yaml makes it run the __main__.py in the root.

An installed package has the command `pulumi-resource-seldon-secrets` instead. The ready-made stack is in stack/.
"""

from seldon_secrets_pulumi.plugin.provider import main

main()
