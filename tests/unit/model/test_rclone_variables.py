"""The remotes that environment variables configure. The real rclone settles the names in tests/integration."""

import pytest

from seldon_secrets_pulumi.model.rclone_variables import read_variables


@pytest.mark.parametrize(
    ("keys", "remotes"),
    [
        (["MY_MINIO_TYPE", "MY_MINIO_ACCESS_KEY_ID"], {"my_minio": {"type", "access_key_id"}}),
        (["A_TYPE", "A_B_TYPE", "A_B_KEY", "A_KEY"], {"a": {"type", "key"}, "a_b": {"type", "key"}}),
        (["GS_ANONYMOUS"], {"gs": {"type", "anonymous"}}),
    ],
)
def test_a_remote_is_named_by_its_type(keys: list[str], remotes: dict[str, set[str]]) -> None:
    read = read_variables({f"RCLONE_CONFIG_{key}": "s3" for key in keys})
    assert {name: set(options) for name, options in read.remotes.items()} == remotes


def test_an_option_that_ends_in_type_is_no_remote() -> None:
    variables = {"RCLONE_CONFIG_OD_TYPE": "onedrive", "RCLONE_CONFIG_OD_DRIVE_TYPE": "business"}
    assert read_variables(variables).remotes == {"od": {"type": "onedrive", "drive_type": "business"}}


def test_the_time_grows_with_the_number_of_remotes_and_not_with_its_square() -> None:
    """Quadratic, this takes minutes, and the time limit of a test ends it."""
    many = {f"RCLONE_CONFIG_R{number}_TYPE": "s3" for number in range(100_000)}
    assert len(read_variables(many).remotes) == 100_000
    assert len(read_variables({f"RCLONE_CONFIG_{'_' * 1_000_000}TYPE": "s3"}).remotes) <= 1
