"""What one Pulumi program has declared so far, so that two declarations of one Secret can't overwrite each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import pulumi

from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.resource_types import SECRET


@dataclass(slots=True)
class Program:
    """Kept on the program's own stack resource: it ends with the program, and no other program sees it."""

    _owners: dict[tuple[pulumi.ProviderResource | None, str, str], tuple[pulumi.Resource, str]] = field(
        default_factory=dict
    )
    _warned: set[object] = field(default_factory=set)
    served: bool = False
    """Whether it is written in another language, and the plugin makes the components."""

    @staticmethod
    def current() -> "Program":
        if (shared := _SHARED.get()) is not None:
            return shared
        stack = pulumi.runtime.get_root_resource()
        program: Program = vars(stack).setdefault("_seldon_secrets", Program()) if stack else Program()
        return program

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Makes this the current program where there is no stack resource to keep it on: in the plugin."""
        token = _SHARED.set(self)
        try:
            yield
        finally:
            _SHARED.reset(token)

    def claim(
        self, owner: pulumi.Resource, label: str, argument: str, namespace: str, secret: str
    ) -> Iterator[Problem]:
        """The problem that somebody else declares this Secret, if so. A provider stands for its cluster."""
        key = owner.get_provider(SECRET), namespace, secret
        first, first_label = self._owners.setdefault(key, (owner, label))
        if first is not owner:
            yield Problem(argument, f"{first_label} declares the Secret {namespace}/{secret} already")

    def first_time(self, warning: object) -> bool:
        """Whether this warning has not been given yet."""
        known = warning in self._warned
        self._warned.add(warning)
        return not known


_SHARED: ContextVar[Program | None] = ContextVar("seldon_secrets_program", default=None)
