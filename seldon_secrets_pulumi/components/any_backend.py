"""`RcloneBucketSecret`."""

from collections.abc import Mapping

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, RcloneArgs
from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket


class RcloneBucketSecretArgs(RcloneArgs):
    """The arguments of `RcloneBucketSecret`."""

    type: pulumi.Input[str]
    """The type of the rclone backend: `webdav`, `sftp`, `azureblob`, … List them with `rclone help backends`."""
    parameters: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """The options of the backend, spelled as in rclone's config (`bearer_token`). All of them are treated as secret.

    Every name and value is checked against rclone's own description of the backend. Passwords are obscured, as rclone
    requires, unless `obscured` is true."""
    obscured: NotRequired[bool]
    """Set this if the passwords in `parameters` are already obscured (`rclone obscure`). A plain value, not an Output.
    Default: false."""


class RcloneBucketSecret(BucketSecret):
    """A remote on any other backend of rclone.

    Creates the Secrets `<remote>-bucket-envvars` (Core 1, batch jobs, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/overview/.

    Raises `InvalidDeclaration`, already in a preview, if an argument breaks one of the rules above or another
    component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: RcloneBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:RcloneBucketSecret", name, None, opts)
        self._declare(AnyBackendBucket, name, args, opts)
