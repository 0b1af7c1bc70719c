"""Any other rclone backend: its options under rclone's own names."""

from collections.abc import Iterator
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
            yield from super().content_problems()
