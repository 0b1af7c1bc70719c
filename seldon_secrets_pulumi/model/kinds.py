"""The one table of everything that can be declared. All other places derive their lists from it."""

from dataclasses import dataclass
from functools import cached_property

from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket
from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.model.initializer import InitializerBucket
from seldon_secrets_pulumi.model.raw_secret import RawSecret
from seldon_secrets_pulumi.model.registry import Registry
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.rclone.catalog import backend


@dataclass(frozen=True)
class Kind:
    """One kind of declaration."""

    model: type[Declaration]
    component: str
    """The class of the component, empty if there is none. Its module has the same name as the model's."""
    setting: str
    """The list of a stack's settings that contains the entries."""
    type: str = ""
    """The setting `type` of an entry, in its usual spelling. Empty for all types without a row of their own."""
    credentials: tuple[str, ...] = ()
    """The arguments that are credentials."""
    identifiers: tuple[str, ...] = ()
    """The arguments that come with a credential but only identify its owner."""

    @property
    def module(self) -> str:
        """The name of the model's module, and of the component's."""
        return self.model.__module__.rpartition(".")[2]

    @cached_property
    def rclone_type(self) -> str | None:
        """The canonical rclone type, if the model is for one backend."""
        return self.model.rclone_type if issubclass(self.model, RcloneBucket) and self.type else None


INITIALIZER = "initializer"
"""The setting `type` of a bucket that a custom storage initializer reads."""

DECLARABLE_KINDS = (
    Kind(InitializerBucket, "InitializerBucketSecret", "buckets", INITIALIZER),
    Kind(
        AzureBlobBucket,
        "AzureBlobBucketSecret",
        "buckets",
        "azureblob",
        credentials=("client_secret", "connection_string", "key", "sas_url"),
    ),
    Kind(GcsBucket, "GcsBucketSecret", "buckets", "gcs", credentials=("credentials",)),
    Kind(
        S3Bucket,
        "S3BucketSecret",
        "buckets",
        "s3",
        credentials=("secret_access_key", "session_token"),
        identifiers=("access_key_id",),
    ),
    # The last of the buckets: it is for every type that has no row of its own.
    Kind(AnyBackendBucket, "RcloneBucketSecret", "buckets"),
    Kind(Registry, "RegistrySecret", "registries", credentials=("docker_config_json", "password")),
    Kind(RawSecret, "", "secrets"),
)

CREDENTIAL_MAPPINGS = frozenset({"data", "env", "parameters"})
"""The arguments that are mappings whose values may each be a credential."""


def bucket_kind(bucket_type: str) -> Kind:
    """The kind of a bucket with this setting `type`, in any spelling. Raises `InvalidArguments`."""
    buckets = [kind for kind in DECLARABLE_KINDS if kind.setting == "buckets"]
    canonical = bucket_type if bucket_type == INITIALIZER else backend(bucket_type).name
    return next(kind for kind in buckets if canonical in (kind.rclone_type, kind.type) or not kind.type)
