"""`InitializerBucketSecret`."""

from collections.abc import Mapping

import pulumi

from seldon_secrets_pulumi.components.bucket import BucketSecret, BucketSecretArgs
from seldon_secrets_pulumi.model.initializer import InitializerBucket


class InitializerBucketSecretArgs(BucketSecretArgs):
    """The arguments of `InitializerBucketSecret`."""

    env: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """The environment variables that the storage initializer reads. Secret.

    Names consist of letters, digits, `_`, `-` and `.` and don't start with a digit. Kubernetes skips all others."""


class InitializerBucketSecret(BucketSecret):
    """A remote that a custom storage initializer reads instead of rclone.

    Creates the Secret `<remote>-bucket-envvars` with unchanged keys. There is no Secret for Core 2, because only Core 1
    and batch jobs support custom storage initializers. See "Storage initializers" in the documentation of Seldon
    Enterprise Platform.

    Raises `InvalidDeclaration`, already in a preview, if an argument breaks one of the rules above or another
    component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: InitializerBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:InitializerBucketSecret", name, None, opts)
        self._declare(InitializerBucket, name, args, opts)
