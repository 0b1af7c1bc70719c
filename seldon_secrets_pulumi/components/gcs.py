"""`GcsBucketSecret`."""

import pulumi
from typing_extensions import NotRequired

from seldon_secrets_pulumi.components.bucket import BucketSecret, FurtherParametersArgs
from seldon_secrets_pulumi.model.gcs import GcsBucket


class GcsBucketSecretArgs(FurtherParametersArgs):
    """The arguments of `GcsBucketSecret`. Exactly one of `credentials`, `env_auth` and `anonymous` is given."""

    credentials: NotRequired[pulumi.Input[str]]
    """The JSON text of a service account's key file, or the base64 of it that
    `gcp.serviceaccount.Key.private_key` yields. Secret.

    Written on one line, since newer rclone refuses line breaks in what Core 2 hands it. Refused, with the reason:
    other kinds of Google credentials, P12 keys, a path instead of the content, a damaged private key."""
    env_auth: NotRequired[pulumi.Input[bool]]
    """Take credentials from where the reader runs, such as workload identity, and give none here. Default: false.

    Needs rclone 1.60 or newer: Core 1 from 1.18, Core 2 from 2.4."""
    anonymous: NotRequired[pulumi.Input[bool]]
    """Read a public bucket without credentials. Default: false, and always written: Core 1 presets it to true for
    a remote called `gs`, where it would win over credentials."""
    project_number: NotRequired[pulumi.Input[str]]
    """The project's number in digits (not its ID), which rclone needs only to list or create buckets."""
    bucket_policy_only: NotRequired[pulumi.Input[bool]]
    """The bucket has uniform bucket-level access. Matters for what is uploaded: the output of batch jobs."""


class GcsBucketSecret(BucketSecret):
    """A remote on Google Cloud Storage.

    Makes the Secrets `<remote>-bucket-envvars` (Core 1, batch, reference data) and `<remote>-bucket-params`
    (Core 2). See https://rclone.org/googlecloudstorage/.

    Raises `InvalidDeclaration`, in a preview already, when an argument breaks one of the rules above or when
    another component of the program declares the same Secret.
    """

    def __init__(
        self, name: str, args: GcsBucketSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("seldon-secrets:index:GcsBucketSecret", name, None, opts)
        self._declare(GcsBucket, name, args, opts)
