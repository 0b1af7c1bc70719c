"""Which remotes rclone finds in environment variables."""

import pytest

from seldon_secrets_pulumi.model.rclone_variables import read_variables
from tests.integration.parts.rclone import Rclone
from tests.unit.inventory.test_content import VARIABLES


@pytest.mark.parametrize("variables", [variables for variables, _ in VARIABLES if "PASS" not in variables])
def test_rclone_finds_the_same_remotes(rclone: Rclone, variables: dict[str, str]) -> None:
    data = {f"RCLONE_CONFIG_{key}": value for key, value in variables.items()}
    environment = {**data, "RCLONE_CONFIG_GS_TYPE": "google cloud storage"}  # the preset of Core 1's image
    listed = {name.rstrip(":") for name in rclone.run("listremotes", env=environment).stdout.split()}
    remotes = read_variables(data).remotes.keys()
    assert remotes <= listed
    # rclone lists the option `drive_type` of `m` as a remote `m_drive` too, which has no type that exists.
    others = listed - remotes - {"gs"}
    assert all(data[f"RCLONE_CONFIG_{name.upper()}_TYPE"] in {"business", "unix"} for name in others)


def test_rclone_opens_a_remote_with_underscores(rclone: Rclone) -> None:
    rclone.run("lsf", "my_store:", env={"RCLONE_CONFIG_MY_STORE_TYPE": "memory"})
    failed = rclone.run("lsf", "my:", env={"RCLONE_CONFIG_MY_STORE_TYPE": "memory"}, check=False)
    assert "didn't find section" in failed.stderr
