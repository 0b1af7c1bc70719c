"""The `pulumi` command, driven from Python: projects, stacks and what an operation changes. It prints nothing."""
