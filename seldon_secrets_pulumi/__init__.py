"""Storage and registry credentials for Seldon as Pulumi components.

The components are imported on first use, so `import seldon_secrets_pulumi` alone costs next to nothing. Their names
come from the table in `model/kinds.py`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Type checkers and editors can't read the table. A test compares these names with it.
    from seldon_secrets_pulumi.components.any_backend import RcloneBucketSecret as RcloneBucketSecret
    from seldon_secrets_pulumi.components.any_backend import RcloneBucketSecretArgs as RcloneBucketSecretArgs
    from seldon_secrets_pulumi.components.azure_blob import AzureBlobBucketSecret as AzureBlobBucketSecret
    from seldon_secrets_pulumi.components.azure_blob import (
        AzureBlobBucketSecretArgs as AzureBlobBucketSecretArgs,
    )
    from seldon_secrets_pulumi.components.gcs import GcsBucketSecret as GcsBucketSecret
    from seldon_secrets_pulumi.components.gcs import GcsBucketSecretArgs as GcsBucketSecretArgs
    from seldon_secrets_pulumi.components.initializer import (
        InitializerBucketSecret as InitializerBucketSecret,
    )
    from seldon_secrets_pulumi.components.initializer import (
        InitializerBucketSecretArgs as InitializerBucketSecretArgs,
    )
    from seldon_secrets_pulumi.components.invalid import InvalidDeclaration as InvalidDeclaration
    from seldon_secrets_pulumi.components.registry import RegistrySecret as RegistrySecret
    from seldon_secrets_pulumi.components.registry import RegistrySecretArgs as RegistrySecretArgs
    from seldon_secrets_pulumi.components.s3 import S3BucketSecret as S3BucketSecret
    from seldon_secrets_pulumi.components.s3 import S3BucketSecretArgs as S3BucketSecretArgs

    __all__: list[str]


def _modules() -> dict[str, str]:
    """The module in `components/` of every public name."""
    from seldon_secrets_pulumi.model.kinds import DECLARABLE_KINDS  # noqa: PLC0415 - loads the models

    components = {kind.component: kind.module for kind in DECLARABLE_KINDS if kind.component}
    args = {f"{component}Args": module for component, module in components.items()}
    return {"InvalidDeclaration": "invalid", **components, **args}


def __getattr__(name: str) -> object:
    if name == "__all__":
        return sorted(_modules())
    if name.startswith("_") or name not in (modules := _modules()):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.components.{modules[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_modules())
