"""Azure Blob Storage through both formats, on Microsoft's emulator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket

from .parts.azurite import Azurite
from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneRcd
from .support.rclone_paths import PATHS


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with Azurite(tmp_path_factory.mktemp("azurite")) as running:
        yield running


@pytest.mark.parametrize("path", PATHS)
def test_a_model_is_copied(
    azurite: Azurite, rclone: Rclone, rclone_rcd: RcloneRcd, tmp_path: Path, path: str
) -> None:
    bucket = AzureBlobBucket.parse(
        {
            "remote": "models",
            "namespace": "team",
            "account": azurite.account,
            "key": azurite.key,
            "endpoint": azurite.endpoint,
        }
    )
    assert bucket
    PATHS[path](rclone, rclone_rcd, bucket.rclone_remote, f"{azurite.container}/iris", tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == azurite.files


def test_nothing_is_copied_with_another_key(
    azurite: Azurite, rclone: Rclone, rclone_rcd: RcloneRcd, tmp_path: Path
) -> None:
    bucket = AzureBlobBucket.parse(
        {
            "remote": "models",
            "namespace": "team",
            "account": azurite.account,
            "key": "b3RoZXI=",
            "endpoint": azurite.endpoint,
        }
    )
    assert bucket
    with pytest.raises(AssertionError, match="rclone copy: code"):
        PATHS["environment"](rclone, rclone_rcd, bucket.rclone_remote, f"{azurite.container}/iris", tmp_path)
