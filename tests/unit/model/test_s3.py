"""S3 buckets: logins, providers, endpoints, regions and further options."""

from typing import Any

import pytest

from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.problem import InvalidArguments

KEYS = {"access_key_id": "AKIACANARY", "secret_access_key": "canary/secret+key="}


def s3(**args: Any) -> S3Bucket:
    bucket = S3Bucket.parse({"remote": "models", "namespace": "team", **args})
    assert bucket
    return bucket


def problems(**args: Any) -> dict[str, str]:
    with pytest.raises(InvalidArguments) as invalid:
        s3(**args)
    assert "canary" not in str(invalid.value).lower()
    return {problem.argument: problem.rule for problem in invalid.value.problems}


def test_keys_and_the_provider_are_the_only_options() -> None:
    assert s3(**KEYS).data(ENV_VAR) == {
        "RCLONE_CONFIG_MODELS_ACCESS_KEY_ID": "AKIACANARY",
        "RCLONE_CONFIG_MODELS_ENV_AUTH": "false",
        "RCLONE_CONFIG_MODELS_PROVIDER": "AWS",
        "RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY": "canary/secret+key=",
        "RCLONE_CONFIG_MODELS_TYPE": "s3",
    }


def test_an_iam_role_needs_no_keys() -> None:
    parameters = s3(env_auth="true", region="eu-central-1").rclone_remote.parameters
    assert parameters == {"env_auth": "true", "provider": "AWS", "region": "eu-central-1"}


def test_keys_or_env_auth_but_not_both() -> None:
    assert problems() == {
        "access_key_id": "is required unless env_auth or anonymous is true",
        "secret_access_key": "is required unless env_auth or anonymous is true",
    }
    rule = "must not be set when env_auth is true"
    assert problems(**KEYS, session_token="canary", env_auth=True) == {
        "access_key_id": rule,
        "secret_access_key": rule,
        "session_token": rule,
    }


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("aws", "AWS"),
        ("minio", "Minio"),
        ("MINIO", "Minio"),
        ("digitalocean", "DigitalOcean"),
        ("Other", "Other"),
    ],
)
def test_a_provider_is_spelt_as_rclone_spells_it(given: str, written: str) -> None:
    endpoint = "https://s3.amazonaws.com" if written == "AWS" else "https://s3.example.com"
    bucket = s3(**KEYS, provider=given, endpoint=endpoint)
    assert bucket.rclone_remote.parameters["provider"] == written


def test_an_unknown_provider_gets_the_nearest_one() -> None:
    assert "did you mean Minio" in problems(**KEYS, provider="Mino")["provider"]


def test_where_nothing_is_near_the_message_still_says_what_is_valid() -> None:
    assert "see the list at https://rclone.org/s3/" in problems(**KEYS, provider="zzzzzzzz")["provider"]
    assert problems(**KEYS, region="zzzz")["region"] == "must be an AWS region; such as us-east-1"
    assert "valid are access_key_id, allow_unknown_options" in problems(**KEYS, zzzz=1)["zzzz"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "minio:9000",
        "ftp://minio:9000",
        "http://",
        "https://minio:port",
        "http://min io:9000",
        "http://bot:canary@minio:9000",
        "http://minio:9000?x=1",
        "",
    ],
)
def test_an_endpoint_is_a_url(endpoint: str) -> None:
    assert list(problems(**KEYS, provider="Minio", endpoint=endpoint)) == ["endpoint"]


def test_a_provider_other_than_aws_needs_an_endpoint() -> None:
    assert "without it, rclone sends the keys to AWS" in problems(**KEYS, provider="Minio")["endpoint"]


@pytest.mark.parametrize(
    "region", ["us-east-1", "us-gov-west-1", "us-isob-east-1", "ap-southeast-7", "mx-central-1"]
)
def test_a_region_of_aws(region: str) -> None:
    assert s3(**KEYS, region=region).rclone_remote.parameters["region"] == region


@pytest.mark.parametrize("region", ["us-east-1a", "us-east1", "US East (N. Virginia)", "useast", "us east"])
def test_a_region_that_cannot_be(region: str) -> None:
    assert list(problems(**KEYS, region=region)) == ["region"]


def test_the_nearest_region_is_named() -> None:
    assert "us-east-1" in problems(**KEYS, region="us-east-1a")["region"]


def test_other_providers_name_their_regions_freely() -> None:
    bucket = s3(**KEYS, provider="Minio", endpoint="http://minio:9000", region="rack_7.north")
    assert bucket.rclone_remote.parameters["region"] == "rack_7.north"


@pytest.mark.parametrize("key", ["canary\n", "canary key", "\tcanary", "can\x00ary"])
def test_a_key_that_no_signature_would_match(key: str) -> None:
    assert list(problems(**KEYS | {"secret_access_key": key})) == ["secret_access_key"]


def test_further_options_of_the_backend() -> None:
    bucket = s3(**KEYS, parameters={"storage_class": "STANDARD_IA", "no_check_bucket": True})
    assert bucket.rclone_remote.parameters["storage_class"] == "STANDARD_IA"
    assert bucket.rclone_remote.parameters["no_check_bucket"] == "true"


def test_an_option_that_has_its_own_argument() -> None:
    assert problems(**KEYS, parameters={"region": "eu-central-1", "env_auth": "true"}) == {
        "parameters.region": "use the argument region instead",
        "parameters.env_auth": "use the argument env_auth instead",
    }


def test_all_problems_at_once() -> None:
    found = problems(
        access_key_id="canary id",
        secret_access_key=7,
        regoin="x",
        remote="My Store",
        namespace="Team",
        formats=["env-var"],
    )
    assert found == {
        "access_key_id": "must not contain spaces or line breaks (one at the end often comes from a file or `echo`)",
        "secret_access_key": "must be a string; put the value in quotes",
        "regoin": "is not an argument; did you mean region?",
        "remote": "must be 1 to 30 lowercase letters, digits and dashes, starting and ending with a letter or "
        "digit; for example 'my-store'",
        "namespace": "must be the name of a namespace: 1 to 63 lowercase letters, digits and dashes, starting and "
        "ending with a letter or digit",
        "formats": "'env-var' is not a format; did you mean env_var?",
    }


def test_a_public_bucket_needs_no_keys() -> None:
    parameters = s3(anonymous=True).rclone_remote.parameters
    assert parameters == {"env_auth": "false", "provider": "AWS"}
    rule = "must not be set when anonymous is true"
    assert problems(**KEYS, anonymous=True) == {"access_key_id": rule, "secret_access_key": rule}
    assert problems(env_auth=True, anonymous=True) == {"anonymous": "must not be true when env_auth is true"}


def test_an_api_key_of_ibm_replaces_the_keys() -> None:
    bucket = s3(
        provider="IBMCOS",
        endpoint="https://s3.eu-de.cloud-object-storage.appdomain.cloud",
        parameters={"ibm_api_key": "canary", "ibm_resource_instance_id": "i", "v2_auth": True},
    )
    assert "access_key_id" not in bucket.rclone_remote.parameters


@pytest.mark.parametrize(
    "endpoint", ["http://minio.ns.svc:9000", "http://10.0.0.5:9000", "https://amazonaws.com.example.org"]
)
def test_an_endpoint_that_is_not_aws_needs_a_provider(endpoint: str) -> None:
    assert list(problems(**KEYS, endpoint=endpoint)) == ["provider"]
    assert s3(**KEYS, endpoint=endpoint, provider="Minio")


def test_provider_aws_contradicts_the_endpoint_of_another_server() -> None:
    assert list(problems(**KEYS, provider="AWS", endpoint="http://minio:9000")) == ["endpoint"]
    # rclone can't put the bucket in front of an address.
    assert s3(**KEYS, provider="AWS", endpoint="http://10.0.0.5:9000")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://s3.eu-west-1.amazonaws.com",
        "https://s3.cn-north-1.amazonaws.com.cn",
        "https://s3.dualstack.us-east-1.api.aws",
        "https://bucket.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com",
    ],
)
def test_an_endpoint_of_aws_needs_no_provider(endpoint: str) -> None:
    assert s3(**KEYS, endpoint=endpoint).rclone_remote.parameters["provider"] == "AWS"


def test_blank_arguments_are_not_set() -> None:
    blank = dict.fromkeys(("access_key_id", "secret_access_key", "session_token", "region", "endpoint"), "")
    assert s3(env_auth=True, **blank).rclone_remote.parameters == {"env_auth": "true", "provider": "AWS"}


def test_ceph_names_a_placement_target_instead_of_a_region() -> None:
    ceph = s3(**KEYS, provider="Ceph", endpoint="https://ceph.example.com", region=":default-placement")
    assert ceph.rclone_remote.parameters["region"] == ":default-placement"
