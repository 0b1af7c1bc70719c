"""One rollout over several stacks: `from seldon_secrets_pulumi.rollout.run import run`. It needs no terminal."""
