"""The plugin, as `pulumi package add` runs it from a checkout."""

from seldon_secrets_pulumi.plugin.provider import main

main()
