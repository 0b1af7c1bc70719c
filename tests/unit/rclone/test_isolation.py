"""The options of the whole catalog that an rclone on this machine may receive."""

import json
import re

import pytest

from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.rclone.isolation import allowed, obstacle

# Each option that is refused everywhere, by what it would reach. A newer catalog must be decided on: an option that
# is neither allowed nor listed here fails the test.
REFUSED = {
    "programs": "bearer_token_command ssh",
    "programs on the server": "blake3sum_command crc32sum_command md5sum_command path_override server_command set_env"
    " sha1sum_command sha256sum_command xxh128sum_command xxh3sum_command",
    "files and sockets": "box_config_file chunk_path client_certificate_password client_certificate_path config_file"
    " config_profile db_path db_purge key_file key_file_pass known_hosts_file profile pubkey_file"
    " service_account_file service_principal_file shared_credentials_file sse_customer_key_file tmp_upload_path"
    " unix_socket",
    "another remote": "remote upstreams",
    "another server on the way": "http_proxy plex_insecure plex_password plex_token plex_url plex_username proxy"
    " socks_proxy sts_endpoint",
    "identity of the machine": "ask_password data_transfer_protection env_auth kerberos_ccache key_use_agent"
    " msi_client_id msi_mi_res_id msi_object_id role_arn service_principal_name spn use_az use_emulator use_kerberos"
    " use_msi",
}
KEY = json.dumps({"type": "service_account"})


def test_every_option_is_decided_on() -> None:
    refused = set(" ".join(REFUSED.values()).split())
    found: set[str] = set()
    for name in backend_names():
        known = backend(name)
        for option in (*known.options, *(it.lower() for it in known.unlisted)):
            if not allowed(known, option):
                found.add(option)
    assert found == refused


@pytest.mark.parametrize("type_", backend_names())
def test_names_that_become_others_in_upper_case(type_: str) -> None:
    """Python's `upper` maps some letters of other scripts to ASCII ones, which a filter on `lower` does not see."""
    for name in backend(type_).options:
        odd = name.replace("s", "\N{LATIN SMALL LETTER LONG S}", 1).replace(
            "i", "\N{LATIN SMALL LETTER DOTLESS I}", 1
        )
        if odd != name:
            assert odd.upper() == name.upper()
            assert obstacle(type_, {odd: "x"}) is not None


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("google cloud storage", {}),
        ("google cloud storage", {"anonymous": "false"}),
        ("google cloud storage", {"service_account_credentials": json.dumps({"type": "external_account"})}),
        ("drive", {"service_account_credentials": json.dumps({"type": "external_account"})}),
        ("google cloud storage", {"service_account_credentials": "[" * 100_000}),
        ("oracleobjectstorage", {"provider": "instance_principal_auth"}),
        ("oracleobjectstorage", {"provider": "user_principal_auth"}),
        ("oracleobjectstorage", {}),
        ("sia", {}),
        ("smb", {"host": "h", "use_kerberos": "true"}),
        ("webdav", {"url": "http://h", "unix_socket": "/var/run/docker.sock"}),
        ("local", {}),
        ("LOCAL", {}),
        ("from-a-newer-rclone", {"key": "x"}),
        ("s3", {"of_a_newer_rclone": "x"}),
        ("s3", {"override.ask_password": "x"}),
        ("s3", {"a\nb": "x"}),
    ],
)
def test_obstacles(type_: str, parameters: dict[str, str]) -> None:
    reason = obstacle(type_, parameters)
    assert reason is not None
    assert re.fullmatch(r"[ -~]+", reason)


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("google cloud storage", {"service_account_credentials": KEY}),
        ("gcs", {"anonymous": "true", "location": "eu"}),
        ("drive", {"token": "{}", "root_folder_id": "x"}),
        ("oracleobjectstorage", {"provider": "no_auth", "namespace": "n"}),
        (
            "s3",
            {"provider": "Minio", "access_key_id": "a", "secret_access_key": "b", "env_auth": "false"},
        ),
        (
            "s3",
            {"chunk_size": "64Mi", "upload_concurrency": "4", "encoding": "Slash", "no_check_bucket": "true"},
        ),
        ("sftp", {"host": "h", "user": "u", "pass": "p", "key_file": "", "ssh": ""}),
        ("azureblob", {"account": "a", "key": "k", "use_msi": "false"}),
        ("webdav", {"url": "http://h", "vendor": "other", "HEADERS": "a,b"}),
    ],
)
def test_nothing_in_the_way(type_: str, parameters: dict[str, str]) -> None:
    assert obstacle(type_, parameters) is None
