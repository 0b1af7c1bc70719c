"""Google Cloud Storage: key files, public buckets and project numbers."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.problem import InvalidArguments
from tests.support.keys import ec_pem, key_file, rsa_pem

COMPACT = json.dumps(json.loads(key_file()), sort_keys=True, separators=(",", ":"))


def gcs(**args: Any) -> GcsBucket:
    bucket = GcsBucket.parse({"remote": "models", "namespace": "team", **args})
    assert bucket
    return bucket


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(key_file(), id="as gcloud writes it"),
        pytest.param(key_file() + "\n", id="with a line break at the end"),
        pytest.param(key_file().replace("\n", "\r\n"), id="with Windows line ends"),
        pytest.param("\ufeff" + key_file(), id="with a byte-order mark"),
        pytest.param(
            key_file(private_key=rsa_pem().replace("\n", "\r\n")), id="Windows line ends in the key"
        ),
        pytest.param(key_file(private_key=rsa_pem().replace("\n", "\\n")), id="line breaks escaped twice"),
        pytest.param(key_file().replace("\\n", "\n"), id="line breaks in the key as they are"),
        pytest.param(base64.b64encode(key_file().encode()).decode(), id="base64"),
        pytest.param(base64.encodebytes(key_file().encode()).decode(), id="base64 in lines"),
    ],
)
def test_a_key_file_becomes_one_line(text: str) -> None:
    assert gcs(credentials=text).rclone_remote.parameters == {
        "anonymous": "false",
        "service_account_credentials": COMPACT,
    }


def test_a_pkcs1_key_is_accepted_since_rclone_reads_it() -> None:
    assert gcs(credentials=key_file(private_key=rsa_pem(PrivateFormat.TraditionalOpenSSL)))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("hunter2-not-a-key", "must be the JSON text of a service account's key file"),
        ("/home/me/key.json", "looks like the path of a file; pass the content of the file"),
        ("key.json", "looks like the path of a file; pass the content of the file"),
        (r"C:\keys\key.json", "looks like the path of a file; pass the content of the file"),
        (key_file()[:-40], "is not valid JSON (it ends too early)"),
        (key_file().replace('"type":', '"type"'), "is not valid JSON (line 2, column"),
        ("[1]", "must be the JSON text of a service account's key file"),
        (rsa_pem(), "is only a private key; use the whole JSON key file"),
        (base64.b64encode(b"0\x82\x09\x51" + bytes(1500)).decode(), "is a P12 key"),
        (key_file(type=None), 'with "type": "service_account"'),
        (key_file(type="authorized_user"), "a user's own login"),
        (key_file(type="external_account"), "a workload identity configuration"),
        (key_file(type=7), 'with "type": "service_account"'),
        (key_file(client_email=None), "the key file lacks client_email"),
        (key_file(client_email=None, private_key=""), "the key file lacks client_email and private_key"),
        (key_file(private_key=rsa_pem()[:-60]), "the private_key in the key file is damaged or cut short"),
        (key_file(private_key=rsa_pem().replace("M", "N", 3)), "the private_key in the key file is damaged"),
        (key_file(private_key=ec_pem()), "it must be an RSA key in PEM form"),
        (key_file(private_key="pässwörd"), "the private_key in the key file is damaged or cut short"),
    ],
)
def test_an_invalid_key_file_is_refused_with_the_reason(text: str, rule: str) -> None:
    with pytest.raises(InvalidArguments) as invalid:
        gcs(credentials=text)
    (problem,) = invalid.value.problems
    assert problem.argument == "credentials"
    assert rule in problem.rule
    assert invalid.value.__suppress_context__
    assert len(text) < 8 or text[:40] not in str(invalid.value)


def test_a_remote_called_gs_does_not_stay_anonymous_on_core_1() -> None:
    data = gcs(remote="gs", credentials=key_file()).data(ENV_VAR)
    assert data["RCLONE_CONFIG_GS_ANONYMOUS"] == "false"
    assert data["RCLONE_CONFIG_GS_TYPE"] == "google cloud storage"


def test_a_public_bucket_needs_no_credentials() -> None:
    assert json.loads(gcs(anonymous=True).data(CONFIG_PARAM)["models"]) == {
        "name": "models",
        "parameters": {"anonymous": "true"},
        "type": "google cloud storage",
    }


@pytest.mark.parametrize(
    "ways",
    [{}, {"anonymous": True, "env_auth": True}, {"credentials": key_file(), "anonymous": True}],
)
def test_exactly_one_way_to_log_in(ways: dict[str, Any]) -> None:
    with pytest.raises(
        InvalidArguments, match="exactly one of credentials, anonymous: true and env_auth: true"
    ):
        gcs(**ways)


@pytest.mark.parametrize("number", ["123456", 123456, 123456.0])
def test_a_project_number_is_digits(number: object) -> None:
    bucket = gcs(anonymous=True, project_number=number, bucket_policy_only=False)
    assert bucket.rclone_remote.parameters["project_number"] == "123456"
    assert bucket.rclone_remote.parameters["bucket_policy_only"] == "false"


def test_a_project_id_is_no_number() -> None:
    with pytest.raises(
        InvalidArguments, match="project_number: must be the number of the project, not its ID"
    ):
        gcs(anonymous=True, project_number="my-project")


@pytest.mark.parametrize(
    "parameters",
    [
        {"service_account_file": "/keys/sa.json"},
        {"access_token": "canary"},
        {"token": '{"access_token":"canary"}'},
    ],
)
def test_a_login_of_rclone_without_an_argument_of_its_own(parameters: dict[str, str]) -> None:
    assert gcs(parameters=parameters).rclone_remote.parameters == {"anonymous": "false"} | parameters
    with pytest.raises(InvalidArguments, match="exactly one of") as invalid:
        gcs(parameters=parameters, env_auth=True)
    assert "canary" not in str(invalid.value)
