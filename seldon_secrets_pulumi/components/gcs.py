"""`GcsBucketSecret`."""

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, FurtherParametersArgs
from seldon_secrets_pulumi.model.gcs import GcsBucket


class GcsBucketSecretArgs(FurtherParametersArgs):
    """The arguments of `GcsBucketSecret`. Set exactly one of `credentials`, `env_auth` and `anonymous`, or
    another login of rclone in `parameters`, such as `service_account_file`.
    """

    credentials: NotRequired[pulumi.Input[str]]
    """The JSON text of a service account's key file, or its base64, as in `gcp.serviceaccount.Key.private_key`.
    Secret.

    The Secret contains it on one line, because newer rclone rejects line breaks in the options that Core 2 passes.
    Rejected with a reason: other kinds of Google credentials, P12 keys, the path of a file, damaged private keys."""
    env_auth: NotRequired[pulumi.Input[bool]]
    """Use the credentials of the environment that reads the Secret, such as workload identity. Default: false.

    Requires rclone 1.60 or newer: Core 1 from 1.18, Core 2 from 2.4."""
    anonymous: NotRequired[pulumi.Input[bool]]
    """Read a public bucket without credentials. Default: false.

    Always written: Core 1 presets it to true for a remote called `gs`, and rclone prefers it to credentials."""
    project_number: NotRequired[pulumi.Input[str]]
    """The number of the project (not its ID). rclone only needs it to list or create buckets."""
    bucket_policy_only: NotRequired[pulumi.Input[bool]]
    """Set this if the bucket has uniform bucket-level access. It only affects uploads, such as results of batch jobs."""


class GcsBucketSecret(BucketSecret):
    """A remote on Google Cloud Storage.

    Creates the Secrets `<remote>-bucket-envvars` (Core 1, batch jobs, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/googlecloudstorage/.

    Raises `InvalidDeclaration`, already in a preview, if an argument breaks one of the rules above or another
    component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: GcsBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:GcsBucketSecret", name, None, opts)
        self._declare(GcsBucket, name, args, opts)
