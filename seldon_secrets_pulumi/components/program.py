"""The declarations of one Pulumi program so far, so that no two of them overwrite each other's Secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import pulumi

from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.resource_types import SECRET


@dataclass(slots=True)
class Program:
    """Lives on the program's own stack resource: it ends with the program, and other programs can't see it."""

    _owners: dict[tuple[pulumi.ProviderResource | None, str, str], tuple[pulumi.Resource, str]] = field(
        default_factory=dict
    )
    _warnings: set[object] = field(default_factory=set)
    is_served: bool = False
    """Whether the program is in another language, and the plugin makes the components."""

    @staticmethod
    def current() -> "Program":
        if (shared := _SHARED.get()) is not None:
            return shared
        stack = pulumi.runtime.get_root_resource()
        program: Program = vars(stack).setdefault("_seldon_secrets", Program()) if stack else Program()
        return program

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Make this the current program where no stack resource can hold it: in the plugin."""
        token = _SHARED.set(self)
        try:
            yield
        finally:
            _SHARED.reset(token)

    def claim(
        self, owner: pulumi.Resource, label: str, argument: str, namespace: str, secret: str
    ) -> Problem | None:
        """Register the owner of a Secret. The problem if it has another owner; a provider stands for its cluster."""
        key = owner.get_provider(SECRET), namespace, secret
        first, first_label = self._owners.setdefault(key, (owner, label))
        if first is owner:
            return None
        return Problem(
            argument, f"{first_label} already declares the Secret {namespace}/{secret}", code="conflict"
        )

    def first_time(self, warning: object) -> bool:
        """Whether the program has not given this warning yet."""
        is_new = warning not in self._warnings
        self._warnings.add(warning)
        return is_new


_SHARED: ContextVar[Program | None] = ContextVar("seldon_secrets_program", default=None)
