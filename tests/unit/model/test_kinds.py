"""The table of kinds: one row is all that a new typed backend needs beside its model and its component."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import seldon_secrets_pulumi
from seldon_secrets_pulumi.model.kinds import CREDENTIAL_MAPPINGS, DECLARABLE_KINDS, bucket_kind
from seldon_secrets_pulumi.stack.schema import schema

PACKAGE = Path(seldon_secrets_pulumi.__file__).parent

# A typed backend for SFTP, declared as a developer would.
PROGRAM = """
import sys, types
from typing import Annotated, ClassVar
from pathlib import Path
import pulumi
from typing_extensions import NotRequired
from seldon_secrets_pulumi.model import kinds
from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.components.bucket import BucketSecret, FurtherParametersArgs


class SftpBucket(RcloneBucket):
    rclone_type: ClassVar = "sftp"
    options: ClassVar = {"host": "host", "secret_word": "pass"}
    host: str
    secret_word: str


class SftpBucketSecretArgs(FurtherParametersArgs):
    host: pulumi.Input[str]
    secret_word: pulumi.Input[str]


class SftpBucketSecret(BucketSecret):
    def __init__(self, name: str, args: SftpBucketSecretArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("seldon-secrets:index:SftpBucketSecret", name, None, opts)
        self._declare(SftpBucket, name, args, opts)


module = types.ModuleType("seldon_secrets_pulumi.components.sftp")
vars(module).update(SftpBucketSecret=SftpBucketSecret, SftpBucketSecretArgs=SftpBucketSecretArgs)
sys.modules[module.__name__] = module
SftpBucket.__module__ = "seldon_secrets_pulumi.model.sftp"
kinds.DECLARABLE_KINDS = (
    kinds.Kind(SftpBucket, "SftpBucketSecret", "buckets", "sftp", credentials=("secret_word",)),
    *kinds.DECLARABLE_KINDS,
)

import seldon_secrets_pulumi as package
assert "SftpBucketSecret" in package.__all__ and "SftpBucketSecretArgs" in dir(package)
assert package.SftpBucketSecret is SftpBucketSecret

from seldon_secrets_pulumi.stack.schema import schema
assert "secretWord" in str(schema())

from seldon_secrets_pulumi.plugin.schema import CREDENTIALS
assert "secret_word" in CREDENTIALS

from seldon_secrets_pulumi.stack import entry, expansion
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
settings = {"remote": "a", "type": "SFTP", "host": "h", "secretWord": "canary", "namespaces": ["n"]}
assert entry.plaintext("buckets", settings) == ["secretWord"]
(secret, _) = expansion.declared_secrets({"buckets": [settings]}, Path(), FormatLabel())
assert secret.data["RCLONE_CONFIG_A_HOST"] == "h" and secret.data["RCLONE_CONFIG_A_PASS"] != "canary"

from seldon_secrets_pulumi.stack.entry import entry_kind
assert entry_kind("buckets", settings).component == "SftpBucketSecret"
print("done")
"""


def test_a_new_typed_backend_is_a_model_a_component_and_a_row() -> None:
    finished = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (finished.stdout, finished.stderr) == ("done\n", "")


def test_a_typed_backend_is_named_in_four_places() -> None:
    # The fourth is for type checkers: see the package's __init__.py.
    places = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "AzureBlobBucket" in path.read_text()
    ]
    assert sorted(places) == [
        "__init__.py",
        "components/azure_blob.py",
        "model/azure_blob.py",
        "model/kinds.py",
    ]


def test_every_row_names_real_arguments() -> None:
    for kind in DECLARABLE_KINDS:
        named = {*kind.credentials, *kind.identifiers}
        assert named <= kind.model.model_fields.keys() - CREDENTIAL_MAPPINGS, kind.model


@pytest.mark.parametrize(
    ("spelling", "component"),
    [
        ("s3", "S3BucketSecret"),
        ("S3", "S3BucketSecret"),
        ("gcs", "GcsBucketSecret"),
        ("google cloud storage", "GcsBucketSecret"),
        ("azureblob", "AzureBlobBucketSecret"),
        ("initializer", "InitializerBucketSecret"),
        ("webdav", "RcloneBucketSecret"),
    ],
)
def test_a_type_picks_the_kind_in_any_spelling(spelling: str, component: str) -> None:
    assert bucket_kind(spelling).component == component


def test_the_schema_has_every_kind() -> None:
    settings: dict[str, Any] = schema()["properties"]["config"]["properties"]
    for kind in DECLARABLE_KINDS:
        assert kind.type in str(settings[f"seldon-secrets:{kind.setting}"])
