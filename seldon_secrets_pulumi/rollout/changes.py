"""The changes of a stack, as a rollout counts and shows them."""

from collections import Counter
from collections.abc import Iterable

from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.resource_types import SECRET

OPERATIONS = ("create", "update", "replace", "delete", "same")
REMOVALS = ("replace", "delete")
"""The operations after which a resource is gone, at least for a moment."""


class Changes:
    """What an update does to the resources of a stack."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        counted = [change for change in changes if change.operation in OPERATIONS]
        counts = Counter(change.operation for change in counted)
        self.counts = {operation: counts[operation] for operation in OPERATIONS}
        """The number of resources for each operation."""
        # Pulumi's order differs from run to run.
        self.changed = sorted(
            (change for change in counted if change.operation != "same"),
            key=lambda change: change.object_name,
        )

    @property
    def shown(self) -> list[Change]:
        """The changes that are shown one by one: those of Secrets, and every deletion."""
        return [change for change in self.changed if change.type == SECRET or change.operation == "delete"]

    @property
    def secrets(self) -> list[Change]:
        """The changes of Secrets."""
        return [change for change in self.changed if change.type == SECRET]

    @property
    def removed_secrets(self) -> set[str]:
        """The URNs of the Secrets that are replaced or deleted."""
        return {change.urn for change in self.secrets if change.operation in REMOVALS}

    @property
    def replacements(self) -> list[str]:
        """The Secrets that are deleted and created again: for a moment they do not exist."""
        return [change.object_name for change in self.secrets if change.operation == "replace"]

    @property
    def deletions(self) -> list[str]:
        """All resources that are deleted."""
        return [change.object_name for change in self.changed if change.operation == "delete"]
