"""`AzureBlobBucketSecret`."""

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, FurtherParametersArgs
from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket


class AzureBlobBucketSecretArgs(FurtherParametersArgs):
    """The arguments of `AzureBlobBucketSecret`.

    Exactly one way to log in is given: `key`, `sas_url`, `tenant` with `client_id` and `client_secret`, or
    `env_auth`.
    """

    account: pulumi.Input[str]
    """The storage account's name: 3 to 24 lower-case letters and digits."""
    key: NotRequired[pulumi.Input[str]]
    """The storage account's access key, which is base64. Secret."""
    sas_url: NotRequired[pulumi.Input[str]]
    """A URL with a shared access signature, for the account or for one container. Secret."""
    tenant: NotRequired[pulumi.Input[str]]
    """The ID of a service principal's tenant (directory)."""
    client_id: NotRequired[pulumi.Input[str]]
    """The ID of a service principal's client (application)."""
    client_secret: NotRequired[pulumi.Input[str]]
    """One of a service principal's client secrets. Secret."""
    env_auth: NotRequired[pulumi.Input[bool]]
    """Take credentials from where the reader runs, such as workload identity, and give none here. Default: false."""
    endpoint: NotRequired[pulumi.Input[str]]
    """The URL of the service, with its scheme, for clouds other than the public one. Default: rclone's own."""


class AzureBlobBucketSecret(BucketSecret):
    """A remote on Azure Blob Storage.

    Makes the Secrets `<remote>-bucket-envvars` (Core 1, batch, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/azureblob/.

    Raises `InvalidDeclaration`, in a preview already, when an argument breaks one of the rules above or when
    another component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: AzureBlobBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:AzureBlobBucketSecret", name, None, opts)
        self._declare(AzureBlobBucket, name, args, opts)
