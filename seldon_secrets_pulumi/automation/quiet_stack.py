"""A stack of pulumi's Automation API that reads nothing after an operation.

`Stack.up` and `Stack.import_resources` end by reading the stack's outputs (decrypted, twice) and its history. This
package uses neither: the events have told it more, and each read takes a third of a second and is one more way to fail
after a successful update. `up` asserts that there is a summary, so an empty one stands in. Should pulumi stop calling
these methods, this class has no effect.
"""

from datetime import datetime, timezone

from pulumi import automation

from seldon_secrets_pulumi.pulumi_internals import existing_stack_mode


class QuietStack(automation.Stack):
    """A stack that reads nothing after an operation."""

    def outputs(self) -> automation.OutputMap:
        """No outputs."""
        return {}

    def info(self, show_secrets: bool = True) -> automation.UpdateSummary:  # noqa: ARG002
        """An empty summary."""
        now = datetime.now(timezone.utc)
        return automation.UpdateSummary("", now, message="", environment={}, config={}, result="")


def select_stack(name: str, workspace: automation.Workspace) -> QuietStack:
    """`Stack.select` for a `QuietStack`. Raises `CommandError`."""
    return QuietStack(name, workspace, existing_stack_mode())
