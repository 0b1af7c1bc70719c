"""What a rollout reports while it runs."""

from seldon_secrets_pulumi.rollout.changes import Changes
from seldon_secrets_pulumi.rollout.outcome import Result


class Reporter:
    """Receives the progress of a rollout. This one ignores it; a subclass shows it.

    The stacks of a batch report from threads of their own.
    """

    def start_phase(self, stack: str, phase: str, total: int) -> None:
        """A stack starts `preview`, `up` or `verify`, with this many resources, or 0 if they are unknown."""

    def finish_resource(self, stack: str, operation: str, name: str) -> None:
        """A resource was created, updated, replaced, deleted or verified."""

    def show_changes(self, stack: str, changes: Changes) -> None:
        """What an update would do."""

    def message(self, stack: str, text: str) -> None:
        """Something worth a sentence has happened."""

    def problem(self, stack: str, result: Result, reason: str) -> None:
        """A stack ends as `FAILED` or `REFUSED`."""
