"""Azure Blob Storage: each way to log in, and the values that Azure refuses."""

import base64
from typing import Any

import pytest

from seldon_secrets_pulumi.model.azure_blob import AzureBlobBucket
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.problem import InvalidArguments

KEY = base64.b64encode(b"canary" * 8).decode()
SAS_URL = "https://models.blob.core.windows.net/?sv=2024-11-04&sig=canary%3D"


def azure(**args: Any) -> AzureBlobBucket:
    bucket = AzureBlobBucket.parse({"remote": "models", "namespace": "team", "account": "models", **args})
    assert bucket
    return bucket


def problems(**args: Any) -> dict[str, str]:
    with pytest.raises(InvalidArguments) as invalid:
        azure(**args)
    assert "canary" not in str(invalid.value)
    assert KEY[:12] not in str(invalid.value)
    return {problem.argument: problem.rule for problem in invalid.value.problems}


@pytest.mark.parametrize(
    "login",
    [
        {"key": KEY},
        {"sas_url": SAS_URL},
        {"tenant": "t", "client_id": "c", "client_secret": "canary"},
        {"env_auth": True},
    ],
)
def test_each_way_to_log_in(login: dict[str, Any]) -> None:
    bucket = azure(**login)
    given = {name: "true" if value is True else value for name, value in login.items()}
    assert bucket.rclone_remote.parameters == {"account": "models", "env_auth": "false"} | given
    assert bucket.rclone_remote.type == "azureblob"
    for format_ in (ENV_VAR, CONFIG_PARAM):
        assert format_.read(bucket.data(format_)) == bucket.rclone_remote


@pytest.mark.parametrize("login", [{}, {"key": KEY, "env_auth": True}, {"key": KEY, "sas_url": SAS_URL}])
def test_exactly_one_way_to_log_in(login: dict[str, Any]) -> None:
    assert "exactly one of key, sas_url" in problems(**login)[""]


def test_a_service_principal_is_whole() -> None:
    assert problems(client_id="c") == {
        "tenant": "is required with client_id",
        "client_secret": "is required with client_id",
    }


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("key", "canary!"),
        ("key", KEY[:-3]),
        ("key", f"{KEY}\n"),
        ("sas_url", "?sv=2024-11-04&sig=canary"),
        ("sas_url", "https://models.blob.core.windows.net/"),
        ("account", "My-Account"),
        ("endpoint", "models.blob.core.windows.net"),
    ],
)
def test_values_that_azure_refuses(argument: str, value: str) -> None:
    login = {} if argument in {"key", "sas_url"} else {"key": KEY}
    assert list(problems(**{**login, argument: value})) == [argument]


CONNECTION = (
    f"DefaultEndpointsProtocol=https;AccountName=models;AccountKey={KEY};EndpointSuffix=core.windows.net"
)


@pytest.mark.parametrize(
    ("args", "options"),
    [
        ({"sas_url": SAS_URL}, {"sas_url": SAS_URL}),
        ({"connection_string": CONNECTION}, {"connection_string": CONNECTION}),
        ({"env_auth": True}, {"env_auth": "true"}),
        ({"parameters": {"use_emulator": True}}, {"use_emulator": "true"}),
        ({"account": "models", "anonymous": True}, {"account": "models"}),
        (
            {"account": "models", "parameters": {"use_msi": True, "msi_client_id": "i"}},
            {"account": "models", "use_msi": "true", "msi_client_id": "i"},
        ),
        (
            {"account": "models", "parameters": {"service_principal_file": "/keys/azure.json"}},
            {"account": "models", "service_principal_file": "/keys/azure.json"},
        ),
        (
            {"account": "models", "tenant": "t", "client_id": "c"}
            | {"parameters": {"client_certificate_path": "/keys/c.pem"}},
            {"account": "models", "tenant": "t", "client_id": "c", "client_certificate_path": "/keys/c.pem"},
        ),
    ],
)
def test_every_login_of_rclone_can_be_declared(args: dict[str, Any], options: dict[str, str]) -> None:
    bucket = azure(**{"account": None, **args})
    assert bucket.rclone_remote.parameters == {"env_auth": "false"} | options


def test_the_account_is_required_for_a_login_that_does_not_name_it() -> None:
    for login in ({"key": KEY}, {"anonymous": True}, {"parameters": {"use_msi": True}}):
        assert list(problems(account=None, **login)) == ["account"]


def test_two_logins_are_refused_wherever_they_are() -> None:
    assert "exactly one" in problems(key=KEY, parameters={"use_msi": True})[""]
    assert "exactly one" in problems(anonymous=True, connection_string=CONNECTION)[""]
    assert azure(key=KEY, parameters={"use_msi": False})
    assert azure(key=KEY, parameters={"use_emulator": True})
