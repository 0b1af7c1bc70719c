"""`InitializerBucketSecret`."""

from collections.abc import Mapping

import pulumi

from seldon_secrets_pulumi.components.bucket import BucketSecret, BucketSecretArgs
from seldon_secrets_pulumi.model.initializer import InitializerBucket


class InitializerBucketSecretArgs(BucketSecretArgs):
    """The arguments of `InitializerBucketSecret`."""

    env: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """The environment variables that the storage initializer reads, under the names that it reads. Secret.

    A name is made of letters, digits, `_`, `-` and `.` and starts with no digit: Kubernetes skips any other one."""


class InitializerBucketSecret(BucketSecret):
    """A remote that a custom storage initializer reads, not rclone.

    Makes the Secret `<remote>-bucket-envvars` alone, with the keys as they are given: only Core 1 and batch jobs
    can be given another storage initializer. See "Storage initializers" in the documentation of Seldon Enterprise
    Platform.

    Raises `InvalidDeclaration`, in a preview already, when an argument breaks one of the rules above or when
    another component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: InitializerBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:InitializerBucketSecret", name, None, opts)
        self._declare(InitializerBucket, name, args, opts)
