"""Which remotes a Secret's data describes."""

import pytest

from seldon_secrets_pulumi.inventory.secret import read_secret
from seldon_secrets_pulumi.model.rclone_variables import read_variables
from tests.support.canaries import CANARY
from tests.support.manifests import secret

BROKEN = [
    '{"name": "m", "type": "s3", "parameters": {"a": "b"}',
    '{"name": "m", "type": "s3"}',
    '{"name": "m", "type": "s3", "parameters": {"a": {}}}',
    '{"type": "s3", "parameters": {}}',
    "name: m\ntype: s3\nparameters: [",
    "{'Name': 'm', 'TYPE': 's3', 'Parameters': }",
]
FOREIGN = [
    '{"name": "m", "version": "1"}',
    '{"name": "m", "type": "service_account"}',
    "parameters: {}",
    "type: kafka\nname: x",
    '{"log_type": "s3", "names": "m"}',
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_remote_in_a_secret_of_any_name_is_seen(text: str) -> None:
    live = read_secret(secret("storage", {"any": text}))
    assert (live.content.format, live.kind) == ("config_param", "bucket")


@pytest.mark.parametrize("text", FOREIGN)
def test_other_data_is_not_taken_for_a_remote(text: str) -> None:
    live = read_secret(secret("storage", {"any": text}))
    assert (live.content.format, live.kind) == (None, None)


VARIABLES: list[tuple[dict[str, str], dict[str, set[str]]]] = [
    (
        {"MY_MINIO_TYPE": "s3", "MY_MINIO_ACCESS_KEY_ID": "a", "MY_MINIO_ENDPOINT": "b"},
        {"my_minio": {"type", "access_key_id", "endpoint"}},
    ),
    (
        {"A_TYPE": "s3", "A_B_TYPE": "b2", "A_B_KEY": "x", "A_REGION": "y"},
        {"a": {"type", "region"}, "a_b": {"type", "key"}},
    ),
    # An option of OneDrive's, not a remote.
    ({"M_TYPE": "onedrive", "M_DRIVE_TYPE": "business"}, {"m": {"type", "drive_type"}}),
    ({"MY_M_TYPE": "sftp", "MY_M_SHELL_TYPE": "unix"}, {"my_m": {"type", "shell_type"}}),
    ({"MY-STORE_TYPE": "s3", "MY-STORE_REGION": "x"}, {"my-store": {"type", "region"}}),
    # Core 1's image presets the type of gs.
    ({"GS_ANONYMOUS": "false"}, {"gs": {"type", "anonymous"}}),
    ({"M_REGION": "x", "PASS": CANARY}, {"m": {"region"}}),
    ({"PASS": CANARY}, {}),
]


@pytest.mark.parametrize(("variables", "remotes"), VARIABLES)
def test_remotes_in_variables(variables: dict[str, str], remotes: dict[str, set[str]]) -> None:
    read = read_variables({f"RCLONE_CONFIG_{key}": value for key, value in variables.items()})
    assert {name: set(options) for name, options in read.remotes.items()} == remotes
    assert read.without_remote == ()
    assert CANARY not in repr(read)


def test_the_parameters_of_each_remote() -> None:
    data = {
        "RCLONE_CONFIG_S3_TYPE": "s3",
        "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": CANARY,
        "RCLONE_CONFIG_GS_ANONYMOUS": "true",
        "AWS_REGION": "eu-west-1",
    }
    live = read_secret(secret("storage", data))
    assert [(each.name, each.type, dict(each.parameters)) for each in live.content.remotes] == [
        ("gs", "google cloud storage", {"anonymous": "true"}),
        ("s3", "s3", {"secret_access_key": CANARY}),
    ]
    assert live.content.remote is None
