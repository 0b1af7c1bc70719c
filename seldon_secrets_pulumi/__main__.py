"""`python -m seldon_secrets_pulumi` is the same as the command `seldon-secrets`."""

from seldon_secrets_pulumi.cli import main

main()
