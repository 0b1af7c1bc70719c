"""The options that are addresses: what rclone can reach, and what it passes on to the network in vain."""

import pytest

from seldon_secrets_pulumi.rclone.addresses import address_problems
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names


def rules(type_: str, **options: str) -> dict[str, str]:
    problems = list(address_problems(backend(type_), options))
    assert not any("canary" in problem.rule for problem in problems)
    return {problem.argument: problem.rule for problem in problems}


@pytest.mark.parametrize(
    ("type_", "option"),
    [
        ("webdav", "url"),
        ("http", "url"),
        ("seafile", "url"),
        ("filefabric", "url"),
        ("sia", "api_url"),
        ("b2", "endpoint"),
        ("internetarchive", "front_endpoint"),
        ("koofr", "endpoint"),
        ("s3", "endpoint"),
        ("azureblob", "endpoint"),
        ("swift", "auth"),
        ("swift", "storage_url"),
        ("dropbox", "token_url"),
        ("jottacloud", "tokenURL"),
    ],
)
def test_a_url_needs_its_scheme(type_: str, option: str) -> None:
    for address in ("canary.example.com", "canary.example.com:8443/path", "127.0.0.1:9000"):
        assert "https://" in rules(type_, **{option: address})[option]
    for address in ("ftp://canary.example.com", "https://", "https://canary example.com", "https://a:port"):
        assert "must be a URL" in rules(type_, **{option: address})[option]
    assert rules(type_, **{option: "https://files.example.com:8443/path"}) == {}
    assert rules(type_, **{option: ""}) == {}


@pytest.mark.parametrize("type_", ["sftp", "ftp", "smb"])
@pytest.mark.parametrize(
    ("host", "rule"),
    [
        ("canary.example.com:2222", "use the option port"),
        ("[::1]:2222", "use the option port"),
        ("ftp://canary.example.com:21", "without a scheme"),
        (r"\\canary\share", "belongs to the path"),
        ("//canary/share", "belongs to the path"),
        ("me@canary.example.com", "the option user"),
        ("2001:db8::1", "brackets"),
        ("canary.example.com/path", "without a path or spaces"),
        (" canary.example.com", "without a path or spaces"),
    ],
)
def test_a_host_is_only_a_host(type_: str, host: str, rule: str) -> None:
    assert rule in rules(type_, host=host)["host"]


@pytest.mark.parametrize(
    "host", ["files.example.com", "files_1", "10.0.0.5", "[2001:db8::1]", "[fe80::1%eth0]"]
)
@pytest.mark.parametrize("type_", ["sftp", "ftp", "smb"])
def test_a_host_that_rclone_reaches(type_: str, host: str) -> None:
    assert rules(type_, host=host) == {}


@pytest.mark.parametrize(
    ("type_", "option", "right", "wrong"),
    [
        ("netstorage", "host", "canary.akamaihd.net/123456", "http://canary.akamaihd.net"),
        ("pcloud", "hostname", "eapi.pcloud.com", "https://canary.pcloud.com"),
        ("quatrix", "host", "canary.quatrix.it", "https://canary.quatrix.it"),
        ("hdfs", "namenode", "a:8020,b:8020", "hdfs://canary:8020"),
        ("hdfs", "namenode", "a:8020", "canary"),
        ("storj", "satellite_address", "1abc@example.com:7777", "https://canary.storj.io"),
        ("oracleobjectstorage", "endpoint", "objectstorage.example.com", "ftp://canary.example.com"),
        ("google cloud storage", "endpoint", "http://gcs:4443", "canary .example.com"),
    ],
)
def test_other_forms_of_addresses(type_: str, option: str, right: str, wrong: str) -> None:
    assert rules(type_, **{option: right}) == {}
    assert list(rules(type_, **{option: wrong})) == [option]


@pytest.mark.parametrize("type_", backend_names())
def test_rclones_own_defaults_are_valid(type_: str) -> None:
    defaults = {name: option.default for name, option in backend(type_).options.items()}
    assert rules(type_, **defaults) == {}
