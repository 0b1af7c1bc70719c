"""The private parts of pulumi's Automation API that this package cannot do without, in one place.

Checked with pulumi 3.259 and 3.272.

- `StackInitMode` is the type of a parameter of `Stack`'s public constructor. `Stack.select` takes no subclass.
- `Stack.up` and `Stack.import_resources` end by reading the stack's outputs (decrypted, twice) and its history. This
  package uses neither, the events have told it more, and each read takes a third of a second and is one more way to
  fail after a successful update. `QuietStack` skips both. `up` asserts that there is a summary, so an empty one stands
  in. Should pulumi stop calling these methods, `QuietStack` has no effect.
"""

from datetime import datetime, timezone
from importlib.metadata import version

from pulumi import automation

from seldon_secrets_pulumi.errors import SeldonSecretsError


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
    try:
        from pulumi.automation._stack import StackInitMode

        mode = StackInitMode.SELECT
    except (ImportError, AttributeError):
        raise SeldonSecretsError(
            f"pulumi {version('pulumi')} for Python is not supported: it has no StackInitMode.SELECT;"
            " install an earlier release of pulumi"
        ) from None
    return QuietStack(name, workspace, mode)
