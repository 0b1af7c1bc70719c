"""Storage and registry credentials for Seldon as Pulumi components.

The names are imported on first use: `import seldon_secrets_pulumi` alone costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seldon_secrets_pulumi.components.any_backend import RcloneBucketSecret, RcloneBucketSecretArgs
    from seldon_secrets_pulumi.components.azure_blob import AzureBlobBucketSecret, AzureBlobBucketSecretArgs
    from seldon_secrets_pulumi.components.gcs import GcsBucketSecret, GcsBucketSecretArgs
    from seldon_secrets_pulumi.components.initializer import (
        InitializerBucketSecret,
        InitializerBucketSecretArgs,
    )
    from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
    from seldon_secrets_pulumi.components.registry import RegistrySecret, RegistrySecretArgs
    from seldon_secrets_pulumi.components.s3 import S3BucketSecret, S3BucketSecretArgs

__all__ = [
    "AzureBlobBucketSecret",
    "AzureBlobBucketSecretArgs",
    "GcsBucketSecret",
    "GcsBucketSecretArgs",
    "InitializerBucketSecret",
    "InitializerBucketSecretArgs",
    "InvalidDeclaration",
    "RcloneBucketSecret",
    "RcloneBucketSecretArgs",
    "RegistrySecret",
    "RegistrySecretArgs",
    "S3BucketSecret",
    "S3BucketSecretArgs",
]

_MODULES = {
    "AzureBlobBucketSecret": "azure_blob",
    "GcsBucketSecret": "gcs",
    "InitializerBucketSecret": "initializer",
    "InvalidDeclaration": "invalid",
    "RcloneBucketSecret": "any_backend",
    "RegistrySecret": "registry",
    "S3BucketSecret": "s3",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name.removesuffix("Args"))
    if module is None or name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.components.{module}"), name)


def __dir__() -> list[str]:
    return __all__
