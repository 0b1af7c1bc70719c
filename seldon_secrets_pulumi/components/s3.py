"""`S3BucketSecret`."""

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, FurtherParametersArgs
from seldon_secrets_pulumi.model.s3 import S3Bucket


class S3BucketSecretArgs(FurtherParametersArgs):
    """The arguments of `S3BucketSecret`."""

    access_key_id: NotRequired[pulumi.Input[str]]
    """The access key's ID. Required unless `env_auth` is true. Without white space. Secret."""
    secret_access_key: NotRequired[pulumi.Input[str]]
    """The secret access key. Required unless `env_auth` is true. Without white space. Secret."""
    session_token: NotRequired[pulumi.Input[str]]
    """The session token of temporary credentials, which end after hours: for tests rather than for models. Secret."""
    region: NotRequired[pulumi.Input[str]]
    """The region, such as `eu-central-1`. Default: rclone's own, which is `us-east-1`.

    For the provider `AWS` it must look like a region of AWS; an availability zone (`eu-central-1a`) is refused."""
    endpoint: NotRequired[pulumi.Input[str]]
    """The URL of the server, with its scheme: `http://minio.minio-system:9000`.

    Required for every provider but `AWS`: without it rclone sends the keys to AWS."""
    provider: NotRequired[pulumi.Input[str]]
    """Who runs the server: `AWS`, `Minio`, `Ceph`, … as rclone spells it. Default: `AWS`.

    Upper and lower case are repaired, since Seldon's own examples say `aws` and `minio` and rclone then treats
    the server as an unknown one. Source: https://rclone.org/s3/#s3-provider."""
    env_auth: NotRequired[pulumi.Input[bool]]
    """Take credentials from where the reader runs (an IAM role, say) and give none here. Default: false."""


class S3BucketSecret(BucketSecret):
    """A remote on Amazon S3, MinIO or any other server that speaks the S3 protocol.

    Makes the Secrets `<remote>-bucket-envvars` (Core 1, batch, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/s3/.

    Raises `InvalidDeclaration`, in a preview already, when an argument breaks one of the rules above or when
    another component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: S3BucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:S3BucketSecret", name, None, opts)
        self._declare(S3Bucket, name, args, opts)
