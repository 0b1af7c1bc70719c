"""Any other rclone backend: its parameters as rclone names them."""

from collections.abc import Mapping
from typing import Any

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.rclone.parameters import check


class AnyBackendBucket(RcloneBucket):
    """The arguments of `RcloneBucketSecret`."""

    type: str
    parameters: dict[str, Any]
    obscured: bool = False

    def _checked(self, parameters: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        return check(
            self.type,
            parameters,
            obscured=self.obscured,
            allow_unknown_options=self.allow_unknown_options,
        )
