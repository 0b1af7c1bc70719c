"""Any other rclone backend: its options under rclone's own names."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.problem import Problem


class AnyBackendBucket(RcloneBucket):
    """The arguments of `RcloneBucketSecret`."""

    type: str
    parameters: dict[str, Any]
    obscured: bool = False

    @property
    def backend_type(self) -> str:
        return self.type

    @property
    def has_obscured_passwords(self) -> bool:
        return self.obscured

    def content_problems(self) -> Iterator[Problem]:
        if self.is_settled("type"):
            yield from map(self._about_passwords, super().content_problems())

    def _about_passwords(self, problem: Problem) -> Problem:
        """The problem, with the argument that decides what a password must be."""
        if problem.code != "password":
            return problem
        reason = ", because {} is set" if self.obscured else "; set {} if all passwords are obscured"
        return replace(problem, template=problem.template + reason, names=("obscured",))
