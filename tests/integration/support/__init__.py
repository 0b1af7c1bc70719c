"""Helpers of the integration tests: projects, stacks and Secrets on the real parts."""
