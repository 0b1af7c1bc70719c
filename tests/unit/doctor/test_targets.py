"""Secrets that the rclone of a target can't read."""

import pytest

from seldon_secrets_pulumi.doctor import diagnose
from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.inventory.secret import read_secret
from tests.support.canaries import CANARY
from tests.support.manifests import Manifests
from tests.support.wrong_secrets import S3, Manifest, env, params

NEWER = S3 | {"use_arn_region": "true"}  # since rclone 1.71


def details(secret: Manifest, *targets: str) -> dict[str, list[str]]:
    by_check: dict[str, list[str]] = {}
    for finding in diagnose(
        [read_secret(secret)], targets=targets, select=["newer-rclone", "missing-in-target"]
    ):
        by_check.setdefault(finding.check, []).append(finding.detail)
    return by_check


def test_without_targets_the_newest_release_that_reads_the_format_counts() -> None:
    assert details(env(NEWER)) == {
        "newer-rclone": ["use_arn_region requires rclone 1.71.0 or later; core1:1.18.2 has rclone 1.64.2"]
    }
    assert details(params(NEWER)) == {}


def test_targets_replace_the_newest_release() -> None:
    assert details(env(NEWER), "rclone:1.71.1") == {}
    assert details(env(NEWER), "core2:2.8") == {}
    assert details(params(NEWER), "core2:2.8", "core2:2.9", "core1:1.18.2") == {
        "missing-in-target": [
            "use_arn_region requires rclone 1.71.0 or later; core2:2.8 has rclone 1.65.2",
            "use_arn_region requires rclone 1.71.0 or later; core2:2.9 has rclone 1.69.1",
        ]
    }


def test_a_dash_in_the_name_of_a_remote() -> None:
    secret = env(remote="my-models")
    assert details(secret, "core1:1.14") == {}
    [detail] = details(secret, "core1:1.13")["missing-in-target"]
    assert detail.startswith("the name of the remote must not contain a dash")
    assert details(params(remote="my-models"), "core2:2.0") == {}


def test_a_name_that_is_no_target() -> None:
    with pytest.raises(UsageError, match="a target must be a release and its version") as error:
        diagnose([], targets=[CANARY])
    assert CANARY not in str(error.value)


def test_the_option_of_the_command(manifests: Manifests) -> None:
    assert manifests.run("doctor", params(NEWER), options=("--target", "core2:2.10")).exit_code == 0
    missing = manifests.run(
        "doctor", params(NEWER), options=("--target", "core2:2.9", "--target", "core2:2.10")
    )
    assert missing.exit_code == 1
    assert "core2:2.9 has rclone 1.69.1" in " ".join(missing.output.split())
    wrong = manifests.run("doctor", params(), options=("--target", f"core1:{CANARY}"))
    assert wrong.exit_code == 2
    assert CANARY not in wrong.output
    assert "must have a version of two or three numbers" in " ".join(wrong.output.split())
