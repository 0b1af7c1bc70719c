"""What a typed component writes has no problems when it is read back, and what it refuses has."""

from typing import Any

import pytest

from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket
from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.model.read_back import typed_problems
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.s3 import S3Bucket
from tests.support.canaries import CANARY
from tests.support.keys import key_file

KEYS = {"access_key_id": "AKIA", "secret_access_key": CANARY}
DECLARATIONS: list[tuple[type[RcloneBucket], dict[str, Any]]] = [
    (S3Bucket, KEYS),
    (S3Bucket, KEYS | {"region": "eu-west-1", "session_token": "x"}),
    (S3Bucket, {"env_auth": True}),
    (S3Bucket, KEYS | {"provider": "minio", "endpoint": "https://minio.example.com:9000"}),
    (AzureBlobBucket, {"account": "models", "key": "YQ=="}),
    (AzureBlobBucket, {"account": "models", "env_auth": True}),
    (AzureBlobBucket, {"account": "models", "sas_url": "https://models.blob.core.windows.net/?sig=x"}),
    (GcsBucket, {"credentials": key_file()}),
    (GcsBucket, {"anonymous": True}),
    (GcsBucket, {"env_auth": True, "project_number": "5"}),
]


@pytest.mark.parametrize(("model", "arguments"), DECLARATIONS)
def test_a_declaration_is_read_back(model: type[RcloneBucket], arguments: dict[str, Any]) -> None:
    declaration = model.parse({"remote": "models", "namespace": "team", **arguments})
    assert declaration
    assert typed_problems(declaration.rclone_remote) == []


@pytest.mark.parametrize(
    ("type_", "parameters", "option"),
    [
        ("s3", {"provider": "AWS", "access_key_id": "AKIA"}, "secret_access_key"),
        ("s3", {"provider": "Minio", **KEYS}, "endpoint"),
        ("s3", {"provider": "aws", **KEYS, "region": CANARY}, "region"),
        ("s3", {"endpoint": CANARY, **KEYS}, "endpoint"),
        ("azureblob", {"account": "models", "key": f"{CANARY}!"}, "key"),
        ("azureblob", {"account": "models", "sas_url": CANARY}, "sas_url"),
        ("gcs", {"project_number": CANARY, "anonymous": "true"}, "project_number"),
    ],
)
def test_a_broken_rule_names_the_option_and_no_value(
    type_: str, parameters: dict[str, str], option: str
) -> None:
    [problem] = typed_problems(Remote("models", type_, parameters))
    assert problem.argument == option
    assert CANARY not in str(problem)
    assert "{}" not in problem.rule
