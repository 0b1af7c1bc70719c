"""Backends that ask for an interactive login, and the answers that prevent the question."""

import pytest

from seldon_secrets_pulumi.rclone.catalog import backend_names
from seldon_secrets_pulumi.rclone.login import answers, create_problems, preload_problem

NO_BROWSER = {"config_is_local": "false", "config_refresh_token": "false"}


@pytest.mark.parametrize(
    ("type_", "parameters", "expected"),
    [
        ("dropbox", {"token": "{}"}, NO_BROWSER),
        ("google cloud storage", {"access_token": "t"}, NO_BROWSER),
        ("google cloud storage", {"service_account_credentials": "{}"}, {}),
        ("google cloud storage", {"anonymous": "true"}, {}),
        ("google cloud storage", {"anonymous": "false", "token": "{}"}, NO_BROWSER),
        ("premiumizeme", {"api_key": "k"}, NO_BROWSER),
        ("box", {"access_token": "t"}, {}),
        (
            "onedrive",
            {"token": "{}", "drive_id": "d"},
            {**NO_BROWSER, "config_type": "driveid", "config_driveid_fixed": "d"},
        ),
        ("sugarsync", {"refresh_token": "r"}, {"config_refresh": "false"}),
        ("s3", {}, {}),
    ],
)
def test_config_create_is_told_what_it_would_ask(
    type_: str, parameters: dict[str, str], expected: dict[str, str]
) -> None:
    assert answers(type_, parameters) == expected


def test_every_answer_is_one_that_rclone_does_not_store() -> None:
    assert all(name.startswith("config_") for type_ in backend_names() for name in answers(type_, {}))


def test_core_2_cannot_preload_types_that_log_in_again() -> None:
    refused = [type_ for type_ in backend_names() if preload_problem(type_)]
    assert refused == ["iclouddrive", "internxt", "jottacloud"]


@pytest.mark.parametrize(
    ("type_", "parameters", "expected"),
    [
        ("sugarsync", {"authorization": "canary"}, ["refresh_token"]),
        ("sugarsync", {"authorization": "canary", "refresh_token": "canary"}, []),
        ("seafile", {"url": "u", "user": "u", "pass": "canary", "2fa": "true"}, ["2fa"]),
        ("seafile", {"url": "u", "user": "u", "auth_token": "canary", "2fa": "false"}, []),
        ("storj", {"satellite_address": "s", "api_key": "canary"}, ["satellite_address", "api_key"]),
        ("tardigrade", {"provider": "existing", "passphrase": "canary"}, ["passphrase"]),
        ("storj", {"provider": "new", "satellite_address": "s", "api_key": "canary"}, []),
        ("storj", {"access_grant": "canary"}, []),
        ("s3", {"2fa": "true"}, []),
    ],
)
def test_options_that_config_create_cannot_take_are_named(
    type_: str, parameters: dict[str, str], expected: list[str]
) -> None:
    problems = list(create_problems(type_, parameters))
    assert [problem.argument for problem in problems] == expected
    assert all("config/create" in problem.rule and "canary" not in problem.rule for problem in problems)
