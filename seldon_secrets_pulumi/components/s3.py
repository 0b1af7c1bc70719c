"""`S3BucketSecret`."""

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, FurtherParametersArgs
from seldon_secrets_pulumi.model.s3 import S3Bucket


class S3BucketSecretArgs(FurtherParametersArgs):
    """The arguments of `S3BucketSecret`."""

    access_key_id: NotRequired[pulumi.Input[str]]
    """The access key's ID. Required unless `env_auth` or `anonymous` is true. Without white space. Secret."""
    secret_access_key: NotRequired[pulumi.Input[str]]
    """The secret access key. Required unless `env_auth` or `anonymous` is true. Without white space. Secret."""
    session_token: NotRequired[pulumi.Input[str]]
    """The session token of temporary credentials. They expire after hours, so use them for tests only. Secret."""
    region: NotRequired[pulumi.Input[str]]
    """The region, such as `eu-central-1`. Default: rclone's default, `us-east-1`.

    For the provider `AWS`, it must look like an AWS region. An availability zone (`eu-central-1a`) is rejected."""
    endpoint: NotRequired[pulumi.Input[str]]
    """The URL of the server, including the scheme: `http://minio.minio-system:9000`.

    Required for every provider except `AWS`: without it, rclone sends the keys to AWS. If it is not an endpoint of AWS,
    `provider` is required."""
    provider: NotRequired[pulumi.Input[str]]
    """The provider of the storage, in rclone's spelling: `AWS`, `Minio`, `Ceph`, … Default: `AWS`, unless
    `endpoint` is another server.

    Upper and lower case are corrected: Seldon's own examples say `aws` and `minio`, which rclone does not recognize.
    Source: https://rclone.org/s3/#s3-provider."""
    env_auth: NotRequired[pulumi.Input[bool]]
    """Use the credentials of the environment that reads the Secret, such as an IAM role. Default: false."""
    anonymous: NotRequired[pulumi.Input[bool]]
    """Read a public bucket without credentials. Default: false."""


class S3BucketSecret(BucketSecret):
    """A remote on Amazon S3, MinIO or any other S3-compatible server.

    Creates the Secrets `<remote>-bucket-envvars` (Core 1, batch jobs, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/s3/.

    Raises `InvalidDeclaration`, already in a preview, if an argument breaks one of the rules above or another
    component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: S3BucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:S3BucketSecret", name, None, opts)
        self._declare(S3Bucket, name, args, opts)
