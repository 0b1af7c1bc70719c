"""The settings of the connection to the platform."""

import pytest

from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.platform_api.settings import PlatformSettings, platform_settings
from tests.support.canaries import CANARY

HOST = "https://seldon.example.com"
LOGIN = {
    "SELDON_PLATFORM_OIDC_SERVER": "https://id.example.com/realms/r",
    "SELDON_PLATFORM_OIDC_CLIENT_ID": "sd-api",
    "SELDON_PLATFORM_USERNAME": "ci",
    "SELDON_PLATFORM_PASSWORD": CANARY,
}


def settings(host: str = HOST, **variables: str) -> PlatformSettings:
    chosen = platform_settings({"host": host}, LOGIN | variables)
    assert chosen is not None
    return chosen


@pytest.mark.parametrize(
    "host",
    [
        HOST,
        f"{HOST}/",
        f"{HOST}/seldon-deploy",
        f"{HOST}/seldon-deploy/",
        f"{HOST}/seldon-deploy/api/v1alpha1",
    ],
)
def test_the_host_may_contain_the_path_that_the_sdk_wants(host: str) -> None:
    assert settings(host).api == f"{HOST}/seldon-deploy/api/v1alpha1"
    assert str(settings(host)) == HOST


def test_options_win_over_variables_and_none_turns_the_platform_off() -> None:
    variables = {"SELDON_PLATFORM_HOST": "https://other.example.com", **LOGIN}
    assert platform_settings({}, {}) is None
    assert platform_settings({"host": "none"}, variables) is None
    chosen = platform_settings({"host": HOST, "username": "me"}, variables)
    assert chosen is not None
    assert (chosen.host, chosen.username) == (HOST, "me")


def test_an_empty_variable_is_not_set() -> None:
    assert platform_settings({}, {"SELDON_PLATFORM_HOST": ""}) is None


def test_the_representation_shows_no_credential() -> None:
    shown = repr(settings(SELDON_PLATFORM_ID_TOKEN=CANARY, SELDON_PLATFORM_OIDC_CLIENT_SECRET=CANARY))
    assert CANARY not in shown


@pytest.mark.parametrize(
    ("host", "variables", "reason"),
    [
        (
            "seldon.example.com",
            {},
            "the platform's host is not a valid address; it must look like https://host",
        ),
        (f"ftp://{CANARY}", {}, "the platform's host is not a valid address"),
        ("https://[", {}, "the platform's host is not a valid address"),
        ("https://host:99999", {}, "the platform's host is not a valid address"),
        (
            f"https://ci:{CANARY.replace('/', '')}@host",
            {},
            "must not contain a user; set SELDON_PLATFORM_USERNAME",
        ),
        (f"{HOST}/?token={CANARY}", {}, "must not contain a query or a fragment"),
        (
            HOST,
            {"SELDON_PLATFORM_OIDC_SERVER": "id.example.com"},
            "the platform's oidc_server is not a valid address",
        ),
        (
            HOST,
            {"SELDON_PLATFORM_PASSWORD": "", "SELDON_PLATFORM_USERNAME": ""},
            "also needs SELDON_PLATFORM_USERNAME, SELDON_PLATFORM_PASSWORD; or set SELDON_PLATFORM_ID_TOKEN",
        ),
        (
            HOST,
            {"SELDON_PLATFORM_AUTH_METHOD": "client_credentials"},
            "(client_credentials) also needs SELDON_PLATFORM_OIDC_CLIENT_SECRET",
        ),
        (HOST, {"SELDON_PLATFORM_AUTH_METHOD": "client_credential"}, "did you mean client_credentials?"),
        (HOST, {"SELDON_PLATFORM_AUTH_METHOD": "auth_code"}, "or set SELDON_PLATFORM_ID_TOKEN"),
        (HOST, {"SELDON_PLATFORM_ID_TOKEN": f"{CANARY}\n"}, "contains a line break"),
        (HOST, {"SELDON_PLATFORM_SSL_CA_CERT": "/absent.pem"}, "the platform's ssl_ca_cert is not a file"),
    ],
)
def test_broken_settings_are_named_without_their_values(
    host: str, variables: dict[str, str], reason: str
) -> None:
    with pytest.raises(UsageError) as raised:
        settings(host, **variables)
    assert reason in str(raised.value)
    assert CANARY.replace("/", "") not in str(raised.value).replace("/", "")


def test_every_problem_is_reported_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        settings("host", SELDON_PLATFORM_SSL_CA_CERT="/absent.pem", SELDON_PLATFORM_USERNAME="")
    assert len(str(raised.value).splitlines()) == 3
