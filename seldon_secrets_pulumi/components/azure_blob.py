"""`AzureBlobBucketSecret`."""

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, FurtherParametersArgs
from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket


class AzureBlobBucketSecretArgs(FurtherParametersArgs):
    """The arguments of `AzureBlobBucketSecret`.

    Set exactly one way to log in: `key`, `sas_url`, `connection_string`, `tenant` with `client_id` and `client_secret`,
    `env_auth`, `anonymous`, or another login of rclone in `parameters`, such as `use_msi`.
    """

    account: NotRequired[pulumi.Input[str]]
    """The name of the storage account: 3 to 24 lowercase letters and digits.

    Required unless `sas_url`, `connection_string` or `env_auth` is set. With `env_auth`, rclone also reads the variable
    `AZURE_STORAGE_ACCOUNT_NAME`."""
    key: NotRequired[pulumi.Input[str]]
    """The access key of the storage account, in base64. Secret."""
    sas_url: NotRequired[pulumi.Input[str]]
    """A URL with a shared access signature for the account or for one container. Secret."""
    connection_string: NotRequired[pulumi.Input[str]]
    """A connection string of the storage account, as in the Azure portal. Secret."""
    tenant: NotRequired[pulumi.Input[str]]
    """The tenant (directory) ID of a service principal."""
    client_id: NotRequired[pulumi.Input[str]]
    """The client (application) ID of a service principal."""
    client_secret: NotRequired[pulumi.Input[str]]
    """A client secret of the service principal. Secret."""
    env_auth: NotRequired[pulumi.Input[bool]]
    """Use the credentials of the environment that reads the Secret, such as workload identity. Default: false."""
    anonymous: NotRequired[pulumi.Input[bool]]
    """Read a public container without credentials. Default: false."""
    endpoint: NotRequired[pulumi.Input[str]]
    """The URL of the service, including the scheme, for other clouds than the public one. Default: rclone's default."""


class AzureBlobBucketSecret(BucketSecret):
    """A remote on Azure Blob Storage.

    Creates the Secrets `<remote>-bucket-envvars` (Core 1, batch jobs, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/azureblob/.

    Raises `InvalidDeclaration`, already in a preview, if an argument breaks one of the rules above or another
    component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: AzureBlobBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:AzureBlobBucketSecret", name, None, opts)
        self._declare(AzureBlobBucket, name, args, opts)
