"""`RcloneBucketSecret`."""

from collections.abc import Mapping

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, RcloneArgs
from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket


class RcloneBucketSecretArgs(RcloneArgs):
    """The arguments of `RcloneBucketSecret`."""

    type: pulumi.Input[str]
    """rclone's type of backend: `webdav`, `sftp`, `azureblob`, … (`rclone help backends` lists them)."""
    parameters: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """The backend's options in rclone's config spelling (`bearer_token`), all of them secret.

    Every name and value is checked against the backend's page in rclone's documentation. Passwords are obscured,
    as rclone wants them, unless `obscured` is true."""
    obscured: NotRequired[bool]
    """The passwords among `parameters` are obscured already (`rclone obscure`). Plain. Default: false."""


class RcloneBucketSecret(BucketSecret):
    """A remote on any other backend of rclone.

    Makes the Secrets `<remote>-bucket-envvars` (Core 1, batch, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/overview/.

    Raises `InvalidDeclaration`, in a preview already, when an argument breaks one of the rules above or when
    another component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: RcloneBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:RcloneBucketSecret", name, None, opts)
        self._declare(AnyBackendBucket, name, args, opts)
