"""Targets, and declarations that a target's rclone can't read."""

import re
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.model.targets import newest_seldon_target, parse_target
from seldon_secrets_pulumi.problem import InvalidArguments
from tests.support.canaries import CANARY

WEBDAV: dict[str, Any] = {
    "namespace": "team",
    "remote": "models",
    "type": "webdav",
    "parameters": {"url": "https://files", "auth_redirect": True},  # since 1.69
}


def problems(
    model: Any = AnyBackendBucket, *, unknown: tuple[str, ...] = (), **values: Any
) -> list[tuple[str, str]]:
    try:
        model.parse(values, unknown=unknown)
    except InvalidArguments as invalid:
        broken = invalid.problems
    else:
        return []
    assert CANARY not in "".join(map(str, broken))
    return [(problem.argument, problem.rule) for problem in broken]


@pytest.mark.parametrize(
    ("name", "rclone"),
    [
        ("core1:1.8.0", "1.55.1"),
        ("core1:1.11.2", "1.55.1"),
        ("core1:1.13", "1.56.2"),
        ("core1:1.14.1", "1.57.0"),
        ("core1:1.17.1", "1.59.1"),
        ("core1:1.18.2", "1.64.2"),
        ("core1:v1.18.2", "1.64.2"),
        ("core1:1.18.3", "1.64.2"),
        ("core2:2.0.0", "1.56.2"),
        ("core2:2.3", "1.61.1"),
        ("core2:2.6", "1.63.0"),
        ("core2:2.8", "1.65.2"),
        ("core2:2.8.3", "1.67.0"),
        ("core2:2.8.5", "1.68.1"),
        ("core2:2.9.1", "1.70.2"),
        ("core2:2.10", "1.71.1"),
        ("rclone:1.71.1", "1.71.1"),
        ("rclone:1.80", "1.80.0"),
    ],
)
def test_the_rclone_of_a_target(name: str, rclone: str) -> None:
    assert str(parse_target(name).rclone) == rclone


def test_the_formats_that_reach_a_target() -> None:
    assert parse_target("core1:1.18.2").formats == (ENV_VAR,)
    assert parse_target("core2:2.10").formats == (CONFIG_PARAM,)
    assert set(parse_target("rclone:1.71").formats) == {ENV_VAR, CONFIG_PARAM}
    assert newest_seldon_target(ENV_VAR).name == "core1:1.18.2"
    assert newest_seldon_target(CONFIG_PARAM).name == "core2:2.10.2"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "must be a release and its version"),
        (
            "core1",
            "must be a release and its version, such as core1:1.18.2, core2:2.10 or rclone:1.71.1; did you mean",
        ),
        ("core-2:2.10", "did you mean core2:VERSION?"),
        ("Core1:1.18", "did you mean core1:VERSION?"),
        ("rclon:1.71", "did you mean rclone:VERSION?"),
        ("core1:latest", "must have a version of two or three numbers"),
        ("core1:1.18.2 ", "must have a version of two or three numbers"),
        (
            "core1:1.7.0",
            "must be a release from core1:1.8.0 to core1:1.18.2; for any other image, use rclone:",
        ),
        ("core1:1.20.0", "must be a release from core1:1.8.0 to core1:1.18.2"),
        ("core1:2.10", "must be a release from core1:1.8.0 to core1:1.18.2"),
        ("core2:2.11", "must be a release from core2:2.0.0 to core2:2.10.2"),
        ("rclone:1.40", "must be rclone 1.55.0 or later"),
        ("rclone:2.0", "must be version 1 of rclone"),
        (f"{CANARY}:1.2", "must be a release and its version"),
        (f"core1:{CANARY}", "must have a version"),
        ("x" * 100_000, "must be a release and its version"),
    ],
)
def test_names_that_are_no_targets(name: str, rule: str) -> None:
    [(argument, actual)] = problems(**WEBDAV, targets=[name])
    assert argument == "targets[0]"
    assert rule in actual


@pytest.mark.parametrize("targets", ["core1:1.18.2", [1.71], [None], {"core1": "1.18.2"}])
def test_targets_are_a_list_of_strings(targets: Any) -> None:
    assert problems(**WEBDAV, targets=targets)


def test_without_targets_the_catalog_decides() -> None:
    assert not problems(**WEBDAV)
    assert not problems(**WEBDAV, targets=[])
    assert not problems(**WEBDAV, targets=["rclone:1.76.0"])


def test_each_target_names_both_versions() -> None:
    assert problems(**WEBDAV, targets=["core2:2.10", "core1:1.18.2"]) == [
        (
            "parameters.auth_redirect",
            "requires rclone 1.69.0 or later; core1:1.18.2 has rclone 1.64.2",
        )
    ]


def test_a_target_only_reads_its_own_format() -> None:
    assert not problems(**WEBDAV, targets=["core1:1.18.2"], formats=["config_param"])
    assert problems(**WEBDAV, targets=["core1:1.18.2"], formats=["env_var"])
    assert problems(**WEBDAV, targets=["core2:2.8"], formats=["config_param"])
    assert problems(**WEBDAV, targets=["rclone:1.60"], formats=["config_param"])


def test_a_backend_that_the_target_lacks() -> None:
    values = WEBDAV | {"type": "smb", "parameters": {"host": "files"}}
    assert problems(**values, targets=["core1:1.15.0"]) == [
        ("type", "is smb, which requires rclone 1.60.0 or later; core1:1.15.0 has rclone 1.59.1")
    ]


def test_a_typed_argument_is_named_by_its_own_name() -> None:
    values: dict[str, Any] = {
        "namespace": "team",
        "remote": "models",
        "connection_string": "AccountName=a;AccountKey=YQ==",
    }
    [(argument, rule)] = problems(AzureBlobBucket, **values, targets=["core2:2.10"])
    assert argument == "connection_string"
    assert rule.startswith("requires rclone 1.73.0")


def test_a_provider_that_the_target_lacks() -> None:
    values: dict[str, Any] = {
        "namespace": "team",
        "remote": "models",
        "env_auth": True,
        "provider": "Cloudflare",
        "endpoint": "https://account.r2.cloudflarestorage.com",
    }
    assert not problems(S3Bucket, **values, targets=["core1:1.18.2"])
    [(argument, rule)] = problems(S3Bucket, **values, targets=["core1:1.13.0"])
    assert argument == "provider"
    assert rule == "is Cloudflare, which requires rclone 1.59.0 or later; core1:1.13.0 has rclone 1.56.2"


def test_unknown_values_of_a_preview_are_judged_by_their_names() -> None:
    values = WEBDAV | {"parameters": {"url": "https://files"}}
    assert problems(**values, unknown=("parameters.auth_redirect",), targets=["core1:1.18.2"])
    assert not problems(**WEBDAV, unknown=("targets",))


def test_a_dash_in_the_name_of_a_remote() -> None:
    values = WEBDAV | {"remote": "my-models", "parameters": {"url": "https://files"}}
    rule = (
        "must not contain a dash: in variables, rclone before 1.57.0 reads a dash as an underscore; core1:1.13.0 has"
        " rclone 1.56.2"
    )
    assert problems(**values, targets=["core1:1.13.0"]) == [("remote", rule)]
    assert not problems(**values, targets=["core1:1.14.0", "core2:2.0"])
    assert not problems(**values, targets=["core1:1.13.0"], formats=["config_param"])
    assert not problems(**values, targets=["rclone:1.56.2"], formats=["config_param"])


def test_global_options_of_one_remote() -> None:
    values = WEBDAV | {"parameters": {"url": "https://files", "override.no_check_certificate": True}}
    assert not problems(**values, targets=["core2:2.9.1"])
    [(argument, rule)] = problems(**values, targets=["core1:1.18.2"])
    assert argument == "parameters.override.no_check_certificate"
    assert rule.startswith("requires rclone 1.70.0")


def test_a_broken_value_is_reported_beside_the_target() -> None:
    values = WEBDAV | {"parameters": {"url": CANARY, "auth_redirect": True}}
    arguments = [argument for argument, _ in problems(**values, targets=["core1:1.18.2"])]
    assert sorted(arguments) == ["parameters.auth_redirect", "parameters.url"]


@pytest.mark.parametrize("page", ["backends.md", "formats.md"])
def test_the_documentation_lists_the_same_images(page: str) -> None:
    text = Path("docs", page).read_text(encoding="utf-8")
    rows = [
        row.strip("| ").split(" | ") for row in text.splitlines() if re.match(r"\| 1\.[0-9.]+[, |t-]", row)
    ]
    assert len(rows) == 6
    for row in rows:
        cells = [cell.strip(" |") for cell in row]
        for product, releases, rclone in (
            ("core1", *cells[:2]),
            ("core2", *cells[2:4]),
            ("core2", *cells[4:6]),
        ):
            for release in re.split(r", | to ", releases):
                if release != "1.19.0-rc.1":  # not released yet
                    assert str(parse_target(f"{product}:{release}").rclone) == rclone
