"""The Secrets that the stacks of a rollout declare, to find two that declare the same one."""

import threading
from collections.abc import Iterable

from seldon_secrets_pulumi.errors import RefusedError
from seldon_secrets_pulumi.rollout.verification import Clusters, ExpectedSecret


class Declared:
    """The stack that declares each Secret. Stacks of a group add theirs at the same time."""

    def __init__(self) -> None:
        self._stacks: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def add(self, stack: str, secrets: Iterable[ExpectedSecret], clusters: Clusters) -> None:
        """Record what a stack declares. Raises `RefusedError` if another stack declares the same Secret."""
        twice = []
        with self._lock:
            for secret in secrets:
                address = clusters.of(secret).url, f"{secret.namespace}/{secret.name}"
                other = self._stacks.setdefault(address, stack)
                if other != stack:
                    twice.append(f"{secret.id} is declared by the stack {other}, too")
        if twice:
            raise RefusedError("\n".join([*twice, "remove it from one of the two stacks"]))
