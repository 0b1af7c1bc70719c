"""How broken rules reach the person who runs `pulumi`."""

from collections.abc import Iterable

import pulumi

from seldon_secrets_pulumi.problem import Problem


class InvalidDeclaration(pulumi.RunError):
    """Arguments that break a rule: one line for each, and no traceback, since none would tell more.

    `problems` lists them for programs; no text in them holds a value of a credential.
    """

    def __init__(self, component: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{component}: {problem}" for problem in self.problems))
