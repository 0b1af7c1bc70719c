"""rclone's own verdict on addresses, keys, logins and endpoints in the forms that the package writes or refuses."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.parameters import check
from tests.support.keys import ec_pem, rsa_pem

from .parts.rclone import Rclone
from .support.older_rclone import executable
from .support.rclone_paths import core1_variables, core2_connection_string

# Nothing listens there.
CLOSED = "127.0.0.1:9"
REFUSED = "connection refused"
OPENSSH = (
    ed25519.Ed25519PrivateKey.generate()
    .private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    .decode()
)


def complaint(rclone: Rclone, remote: Remote, *, in_connection_string: bool = False) -> str:
    """What rclone prints when it opens the remote."""
    if in_connection_string:
        return rclone.run("lsd", core2_connection_string(remote, "models"), env={}, check=False).stderr
    return rclone.run("lsd", f"{remote.name}:models", env=core1_variables(remote), check=False).stderr


def written(type_: str, parameters: Mapping[str, object]) -> Remote:
    return Remote("odd", *check(type_, parameters))


def is_refused(type_: str, parameters: Mapping[str, object]) -> bool:
    try:
        check(type_, parameters)
    except InvalidArguments:
        return True
    return False


@pytest.mark.parametrize(
    ("type_", "option", "others"),
    [
        ("webdav", "url", {}),
        ("http", "url", {}),
        ("seafile", "url", {"user": "u", "pass": "p"}),
        ("filefabric", "url", {"permanent_token": "x"}),
        ("sia", "api_url", {}),
        ("b2", "endpoint", {"account": "a", "key": "k"}),
        ("azureblob", "endpoint", {"account": "models"}),
    ],
)
def test_a_url_without_a_scheme_reaches_nothing(
    rclone: Rclone, type_: str, option: str, others: dict[str, str]
) -> None:
    assert is_refused(type_, {**others, option: CLOSED})
    remote = written(type_, {**others, option: f"http://{CLOSED}"})
    assert REFUSED in complaint(rclone, remote)
    bare = Remote("odd", type_, {**remote.parameters, option: CLOSED})
    assert "first path segment in URL" in complaint(rclone, bare)


@pytest.mark.parametrize("type_", ["sftp", "ftp", "smb"])
def test_a_host_with_a_port_or_a_scheme_reaches_nothing(rclone: Rclone, type_: str) -> None:
    others = {"user": "u", "pass": "p", "port": 9}
    remote = written(type_, {**others, "host": "127.0.0.1"})
    assert REFUSED in complaint(rclone, remote)
    for host in (CLOSED, f"{type_}://127.0.0.1", "::1"):
        assert is_refused(type_, {**others, "host": host})
        wrong = Remote("odd", type_, {**remote.parameters, "host": host})
        assert "too many colons in address" in complaint(rclone, wrong)


@pytest.mark.parametrize("pem", [rsa_pem(), rsa_pem(PrivateFormat.TraditionalOpenSSL), ec_pem(), OPENSSH])
@pytest.mark.parametrize("in_connection_string", [False, True])
def test_rclone_parses_a_private_key_as_written(
    rclone: Rclone, pem: str, *, in_connection_string: bool
) -> None:
    remote = written("sftp", {"host": "127.0.0.1", "port": 9, "user": "u", "key_pem": pem})
    assert REFUSED in complaint(rclone, remote, in_connection_string=in_connection_string)
    as_in_the_file = Remote("odd", "sftp", {**remote.parameters, "key_pem": pem.strip()})
    assert "pem key not formatted properly" in complaint(rclone, as_in_the_file)


def test_swift_needs_the_address_of_its_login(rclone: Rclone) -> None:
    parameters = {"user": "u", "key": "k"}
    assert is_refused("swift", parameters)
    assert "auth not found" in complaint(rclone, Remote("odd", "swift", parameters))


def test_an_odd_number_of_headers_is_an_error(rclone: Rclone) -> None:
    parameters = {"url": f"http://{CLOSED}", "headers": "a,b,c"}
    for type_ in ("webdav", "http"):
        assert is_refused(type_, parameters)
        assert "odd number of headers" in complaint(rclone, Remote("odd", type_, parameters))


def test_provider_aws_puts_the_bucket_in_front_of_a_host_but_not_of_an_address(rclone: Rclone) -> None:
    def requested(provider: str, endpoint: str) -> str:
        remote = Remote("odd", "s3", {"provider": provider, "endpoint": endpoint})
        match = re.search(r'"https?://([^/"]*)/', complaint(rclone, remote))
        assert match
        return match[1]

    assert requested("AWS", "http://minio.invalid:9000") == "models.minio.invalid:9000"
    assert requested("Minio", "http://minio.invalid:9000") == "minio.invalid:9000"
    assert requested("AWS", f"http://{CLOSED}") == CLOSED


def test_a_remote_without_keys_connects_anonymously(rclone: Rclone) -> None:
    bucket = S3Bucket.parse(
        {"remote": "odd", "namespace": "team", "anonymous": True}
        | {"provider": "Minio", "endpoint": f"http://{CLOSED}"}
    )
    assert bucket
    remote = bucket.rclone_remote
    printed = rclone.run("lsd", "odd:models", "-vv", env=core1_variables(remote), check=False).stderr
    assert "Using anonymous credentials" in printed
    assert REFUSED in printed


def test_google_cloud_storage_without_a_login_uses_the_environment(rclone: Rclone) -> None:
    remote = written("gcs", {"bucket_policy_only": True, "endpoint": f"http://{CLOSED}"})
    assert "could not find default credentials" in complaint(rclone, remote)


def test_types_are_matched_by_three_spellings(rclone: Rclone) -> None:
    for type_ in ("google cloud storage", "gcs", "googlecloudstorage"):
        assert REFUSED in complaint(
            rclone, Remote("odd", type_, {"anonymous": "true", "endpoint": f"http://{CLOSED}"})
        )


@pytest.mark.parametrize("version", ["1.71.1", None])
def test_global_options_reach_one_remote(
    rclone: Rclone, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    if version:
        monkeypatch.setattr("tests.integration.parts.rclone.EXECUTABLE", Path(executable(version)))
    remote = written("http", {"url": f"http://{CLOSED}", "override.no_check_certificate": True})
    for at in ("environment", "connection string"):
        target = "odd:" if at == "environment" else core2_connection_string(remote)
        variables = core1_variables(remote) if at == "environment" else {}
        printed = rclone.run("lsd", target, "-vv", env=variables, check=False).stderr
        assert 'Set overridden config ["no_check_certificate"]' in printed
