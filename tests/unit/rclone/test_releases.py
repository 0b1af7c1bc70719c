"""What each release of rclone added."""

import json
from importlib import resources
from typing import Any

import pytest

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names, rclone_version
from seldon_secrets_pulumi.rclone.releases import (
    backend_since,
    oldest,
    option_since,
    parse_version,
    provider_since,
    release_problems,
)

ADDED: dict[str, dict[str, Any]] = json.loads(
    resources.files("seldon_secrets_pulumi.rclone").joinpath("releases.json").read_text(encoding="utf-8")
)["added"]


def names_missing(version: str, backend_type: str, options: dict[str, str | None]) -> list[tuple[str, str]]:
    parsed = parse_version(version)
    assert parsed
    return [(each.argument, each.rule) for each in release_problems(parsed, "core1:x", backend_type, options)]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.71.1", (1, 71, 1)),
        ("v1.71.1", (1, 71, 1)),
        ("1.71", (1, 71, 0)),
        ("1", None),
        ("1.71.1.1", None),
        ("1.7x", None),
        ("", None),
        ("1.71\n", None),
        ("1." + "9" * 5000, None),
        ("\N{ARABIC-INDIC DIGIT ONE}.7", None),
    ],
)
def test_versions(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(text) == version


def test_only_names_of_the_catalog() -> None:
    versions = [version for each in ADDED if (version := parse_version(each))]
    assert len(versions) == len(ADDED)
    assert versions == sorted(versions)
    assert oldest() < versions[0]
    assert str(versions[-1]) == rclone_version()
    for added in ADDED.values():
        assert set(added.get("backends", ())) <= set(backend_names())
        for name, options in added.get("options", {}).items():
            assert set(options) <= set(backend(name).options)
        for name, providers in added.get("providers", {}).items():
            assert set(providers) <= set(backend(name).choices("provider"))


def test_every_addition_is_listed_once() -> None:
    seen = [("backends", name, "") for added in ADDED.values() for name in added.get("backends", ())]
    seen += [
        (kind, name, item)
        for added in ADDED.values()
        for kind in ("options", "providers")
        for name, items in added.get(kind, {}).items()
        for item in items
    ]
    assert len(seen) == len(set(seen))


def test_dates_of_known_additions() -> None:
    # From rclone's changelog, https://rclone.org/changelog/.
    assert backend_since("s3") == oldest()
    assert backend_since("smb") == (1, 60, 0)
    assert backend_since("azurefiles") == (1, 65, 0)
    assert backend_since("doi") == (1, 70, 0)
    assert option_since("azureblob", "env_auth") == (1, 61, 0)
    assert option_since("google cloud storage", "env_auth") == (1, 62, 0)
    assert option_since("s3", "directory_markers") == (1, 63, 0)
    assert option_since("azureblob", "connection_string") == (1, 73, 0)
    assert option_since("s3", "override.no_check_certificate") == (1, 70, 0)
    assert option_since("smb", "host") == (1, 60, 0)
    assert provider_since("s3", "Minio") == oldest()
    assert provider_since("s3", "Cloudflare") == (1, 59, 0)


def test_hidden_options_are_not_taken_for_new_ones() -> None:
    assert option_since("google cloud storage", "service_account_credentials") == oldest()
    assert option_since("s3", "memory_pool_use_mmap") < (1, 65, 0)
    assert backend_since("memory") == oldest()


def test_an_option_of_a_later_release() -> None:
    options: dict[str, str | None] = {"connection_string": "secret", "container": None}
    assert names_missing("1.64.2", "azureblob", options) == [
        ("connection_string", "requires rclone 1.73.0 or later; core1:x has rclone 1.64.2")
    ]
    assert not names_missing("1.73.0", "azureblob", options)


def test_an_unknown_value_of_an_option_counts() -> None:
    assert names_missing("1.64.2", "azureblob", {"connection_string": None})


def test_an_option_at_its_default_requires_nothing() -> None:
    assert not names_missing("1.56.2", "azureblob", {"env_auth": "false"})
    assert names_missing("1.56.2", "azureblob", {"env_auth": "true"})


def test_a_backend_of_a_later_release_is_one_problem() -> None:
    assert names_missing("1.59.1", "smb", {"host": "files", "pass": None}) == [
        ("type", "is smb, which requires rclone 1.60.0 or later; core1:x has rclone 1.59.1")
    ]


def test_a_provider_of_a_later_release() -> None:
    [(argument, rule)] = names_missing("1.56.2", "s3", {"provider": "Cloudflare"})
    assert argument == "provider"
    assert rule.startswith("is Cloudflare, which requires rclone 1.59.0")
    assert not names_missing("1.56.2", "s3", {"provider": None})


def test_a_wrapped_remote() -> None:
    remote = ":azureblob,account=a,connection_string=secret:container"
    [(argument, rule)] = names_missing("1.64.2", "alias", {"remote": remote})
    assert argument == "remote"
    assert rule.startswith("wraps a remote whose connection_string requires rclone 1.73.0")
    assert names_missing("1.56.2", "alias", {"remote": ":smb,host=files:share"})
    assert not names_missing("1.56.2", "alias", {"remote": ":nonsense,a=b:"})
    assert not names_missing("1.56.2", "alias", {"remote": "elsewhere:"})


def test_options_outside_the_catalog_are_left_out() -> None:
    assert not names_missing("1.56.2", "s3", {"option_of_2030": "value"})


def test_an_unknown_type() -> None:
    with pytest.raises(InvalidArguments):
        names_missing("1.56.2", "s4", {})


@pytest.mark.parametrize(
    ("value", "is_combined"),
    [("1d12h", True), ("1h30m", False), ("1d", False), ("5m", False), ("1d12h" * 1000, False)],
)
def test_combined_durations(value: str, is_combined: bool) -> None:
    missing = names_missing("1.71.1", "sftp", {"host": "files", "idle_timeout": value})
    rule = "is a duration of several units such as 1d12h, which requires rclone 1.76.0 or later; core1:x has rclone 1.71.1"
    assert missing == ([("idle_timeout", rule)] if is_combined else [])
