"""The error that shows broken rules to the person who runs `pulumi`."""

from collections.abc import Iterable

import pulumi

from seldon_secrets_pulumi.errors import SeldonSecretsError
from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.untrusted_text import printable


class InvalidDeclaration(SeldonSecretsError, pulumi.RunError):  # noqa: N818 - a public name
    """Arguments that break a rule: one line for each, without a traceback.

    `problems` lists them for programs. No message contains the value of a credential.
    """

    def __init__(self, component: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(printable(f"{component}: {problem}") for problem in self.problems))
