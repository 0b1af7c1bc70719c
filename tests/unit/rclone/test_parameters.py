"""Options of any backend are checked against rclone's catalog."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.rclone.obscure import obscure, reveal
from seldon_secrets_pulumi.rclone.parameters import check
from tests.support.keys import key_file

S3 = {"provider": "Minio", "access_key_id": "canary-id", "secret_access_key": "canary-key"}
TOKEN = '{"access_token":"canary"}'


def rules(type_: str, parameters: dict[str, Any], **options: Any) -> dict[str, str]:
    with pytest.raises(InvalidArguments) as invalid:
        check(type_, parameters, **options)
    assert "canary" not in str(invalid.value)
    assert all(not problem.rule.endswith(".") for problem in invalid.value.problems)
    return {problem.argument.removeprefix("parameters."): problem.rule for problem in invalid.value.problems}


def checked(type_: str, parameters: dict[str, Any], **options: Any) -> dict[str, str]:
    return check(type_, parameters, **options)[1]


@pytest.mark.parametrize(
    ("option", "value", "text"),
    [
        ("v2_auth", True, "true"),
        ("v2_auth", False, "false"),
        ("list_chunk", 4, "4"),
        ("list_chunk", 4.0, "4"),
        ("list_chunk", "4", "4"),
        ("list_chunk", 10**18, str(10**18)),
        ("list_chunk", -1.0, "-1"),
    ],
)
def test_values_become_text_as_rclone_writes_it(option: str, value: object, text: str) -> None:
    written = checked("s3", {**S3, option: value})
    assert written[option] == text
    assert type(written[option]) is str


@pytest.mark.parametrize("value", [42, 1_000_000, 1.1, 12345678901234567890, True, False])
@pytest.mark.parametrize(("type_", "option"), [("sftp", "user"), ("sftp", "pass"), ("s3", "description")])
def test_a_string_that_yaml_read_as_something_else_must_be_quoted(
    type_: str, option: str, value: object
) -> None:
    assert rules(type_, {"host": "h", option: value})[option] == "must be a string; put the value in quotes"


def test_none_is_left_out_and_false_is_not() -> None:
    assert checked("s3", {**S3, "region": None, "env_auth": False}) == {**S3, "env_auth": "false"}


@pytest.mark.parametrize("value", [["a"], {"a": "b"}, b"a"])
def test_values_other_than_scalars_are_refused(value: object) -> None:
    assert rules("s3", {**S3, "region": value}) == {"region": "must be a string, a number or a boolean"}


def test_the_type_becomes_rclones_name() -> None:
    assert check("GCS", {"anonymous": True}) == ("google cloud storage", {"anonymous": "true"})


@pytest.mark.parametrize("given", ["minio", "MINIO", "Minio"])
def test_a_provider_is_spelt_as_rclone_spells_it(given: str) -> None:
    assert checked("s3", {**S3, "provider": given}) == S3


def test_all_problems_are_told_at_once() -> None:
    found = rules(
        "s3", {"provider": "Mino", "chunk_size": "5X", "chunksize": 1, "v2_auth": "yes", "regoin": "canary"}
    )
    assert list(found) == ["chunksize", "regoin", "provider", "chunk_size", "v2_auth"]


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("access-key-id", "access_key_id"),
        ("accessKeyId", "access_key_id"),
        ("AccessKeyID", "access_key_id"),
        ("ACCESS_KEY_ID", "access_key_id"),
        ("RCLONE_CONFIG_X_ACCESS_KEY_ID", "access_key_id"),
        ("RCLONE_CONFIG_MY-STORE_REGION", "region"),
        ("RCLONE_S3_REGION", "region"),
        ("--s3-region", "region"),
        ("s3_region", "region"),
        ("s3-v2-auth", "v2_auth"),
        ("sseCustomerKeyMd5", "sse_customer_key_md5"),
    ],
)
@pytest.mark.parametrize("allow", [False, True])
def test_a_wrong_spelling_gets_the_right_one(given: str, right: str, allow: bool) -> None:
    assert rules("s3", {given: "canary"}, allow_unknown_options=allow) == {given: f"is spelled {right} here"}


def test_an_option_wins_over_a_key_that_rclone_only_reads() -> None:
    assert rules("jottacloud", {"token-url": "x"})["token-url"] == "is spelled token_url here"


@given(st.sampled_from(backend_names()), st.data())
def test_every_option_is_found_under_every_spelling(name: str, data: st.DataObject) -> None:
    option = data.draw(st.sampled_from(sorted(backend(name).options)))
    first, *others = option.split("_")
    spellings = [
        option.replace("_", "-"),
        first + "".join(part.title() for part in others),
        f"RCLONE_CONFIG_MY_REMOTE_{option.upper()}",
        f"--{backend(name).prefix}-{option.replace('_', '-')}",
    ]
    for spelling in spellings:
        if spelling not in backend(name).options:
            with pytest.raises(InvalidArguments) as invalid:
                check(name, {spelling: "x"})
            (told,) = (problem for problem in invalid.value.problems if problem.argument.endswith(spelling))
            assert told.rule == f"is spelled {option} here"


def test_an_unknown_option_gets_the_nearest_one_and_the_page() -> None:
    rule = rules("s3", {**S3, "chunk_sise": 1})["chunk_sise"]
    assert "did you mean chunk_size" in rule
    assert "https://rclone.org/s3/" in rule
    assert rules("s3", {**S3, "type": "s3"}) == {
        "type": "is an argument of its own, not one of the parameters"
    }


def test_options_of_a_newer_rclone_are_admitted_on_request() -> None:
    assert checked("s3", {**S3, "brand_new": 1}, allow_unknown_options=True) == {**S3, "brand_new": "1"}
    assert checked("s3", {**S3, "provider": "New"}, allow_unknown_options=True) == {**S3, "provider": "New"}
    assert list(rules("s3", {**S3, "brand new!": 1}, allow_unknown_options=True)) == ["brand new!"]


@pytest.mark.parametrize(
    ("type_", "option", "value", "words"),
    [
        ("s3", "v2_auth", "yes", "true or false"),
        ("s3", "list_chunk", "1.5", "whole number"),
        ("s3", "chunk_size", "5X", "64Mi"),
        ("s3", "might_gzip", "no", "unset"),
        ("s3", "encoding", "slash", "Slash"),
        ("s3", "version_at", "yesterday", "age"),
        ("webdav", "pacer_min_sleep", "10 ms", "1m30s"),
        ("http", "headers", 'a"b', "commas"),
        ("local", "time_type", "now", "mtime"),
        ("drive", "metadata_owner", "all", "failok"),
        ("azureblob", "delete_snapshots", "all", "include"),
        ("s3", "provider", "Bogus", "https://rclone.org/s3/"),
        ("s3", "provider", "Mino", "did you mean Minio"),
    ],
)
def test_a_wrong_value_gets_the_rule(type_: str, option: str, value: str, words: str) -> None:
    assert words in rules(type_, {option: value})[option]


@pytest.mark.parametrize("option", ["v2_auth", "list_chunk", "chunk_size", "encoding", "region"])
def test_an_empty_value_is_an_unset_one_to_rclone(option: str) -> None:
    assert checked("s3", {**S3, option: ""})[option] == ""


def test_an_empty_text_in_place_of_a_default_arrives_on_one_path_only() -> None:
    assert (
        "must not be empty" in rules("opendrive", {"username": "u", "password": "p", "access": ""})["access"]
    )


def test_a_trailing_line_break_is_a_mistake() -> None:
    assert "line break" in rules("s3", {**S3, "secret_access_key": "canary\n"})["secret_access_key"]
    assert "line break" in rules("sftp", {"host": "h", "pass": "canary\n"})["pass"]
    assert checked("sftp", {"host": "h", "pass": "a\nb"}, obscured=False)["pass"] == obscure(
        "sftp", "pass", "a\nb"
    )


@pytest.mark.parametrize(
    ("type_", "parameters", "missing"),
    [
        ("sftp", {}, ["host"]),
        ("sftp", {"host": ""}, ["host"]),
        ("webdav", {"user": "u"}, ["url"]),
        ("b2", {}, ["account", "key"]),
        ("ftp", {"host": "h"}, ["pass"]),
        ("crypt", {"remote": "/x"}, ["password"]),
        ("koofr", {"user": "u", "password": "p", "provider": "other"}, ["endpoint"]),
        ("koofr", {"user": "u"}, ["password"]),
        ("storj", {"provider": "new", "api_key": "k"}, ["access_grant"]),
        ("oracleobjectstorage", {"provider": "env_auth", "compartment": "c"}, ["namespace"]),
    ],
)
def test_a_missing_option_is_told(type_: str, parameters: dict[str, Any], missing: list[str]) -> None:
    found = rules(type_, parameters)
    assert list(found) == missing
    assert all(rule.startswith("is required") for rule in found.values())


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("sftp", {"ssh": "ssh user@host"}),
        ("koofr", {"user": "u", "password": "p"}),
        ("koofr", {"user": "u", "password": "p", "provider": "koofr"}),
        ("mailru", {"token": TOKEN}),
        ("seafile", {"url": "https://x", "auth_token": "t"}),
        ("compress", {"remote": "/x"}),
        ("hdfs", {"username": "u"}),
        ("pixeldrain", {"api_key": "k"}),
        ("storj", {"provider": "existing", "access_grant": "g"}),
        ("storj", {"provider": "existing", "satellite_address": "s", "api_key": "k", "passphrase": "p"}),
        ("ftp", {"host": "h", "pass": ""}),
        ("memory", {}),
        ("s3", {"provider": "Alibaba", "region": "oss-cn-hangzhou", "acl": "private"}),
        ("s3", {"provider": "Other", "requester_pays": True}),
        ("s3", {"requester_pays": True}),
    ],
)
def test_options_that_rclone_works_without_are_not_required(type_: str, parameters: dict[str, Any]) -> None:
    assert checked(type_, parameters).keys() == parameters.keys()


@pytest.mark.parametrize(
    ("type_", "parameters", "option", "words"),
    [
        ("s3", {"provider": "Minio", "requester_pays": True}, "requester_pays", "is only for provider AWS"),
        ("s3", {"provider": "AWS", "ibm_api_key": "canary"}, "ibm_api_key", "is only for provider IBMCOS"),
        (
            "koofr",
            {"provider": "koofr", "user": "u", "password": "p", "endpoint": "e"},
            "endpoint",
            "provider other",
        ),
        (
            "oracleobjectstorage",
            {"provider": "no_auth", "namespace": "n", "compartment": "c"},
            "compartment",
            "must not be set for provider no_auth",
        ),
    ],
)
def test_an_option_of_another_provider(
    type_: str, parameters: dict[str, Any], option: str, words: str
) -> None:
    assert words in rules(type_, parameters)[option]


@pytest.mark.parametrize("type_", ["drive", "dropbox", "onedrive", "box", "pcloud"])
def test_a_login_says_how_to_get_its_token(type_: str) -> None:
    assert f'`rclone authorize "{type_}"`' in rules(type_, {})["token"]
    assert "JSON" in rules(type_, {"token": "canary"})["token"]


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("drive", {"service_account_credentials": key_file()}),
        ("drive", {"env_auth": True}),
        ("gcs", {"anonymous": True}),
        ("gcs", {"bucket_policy_only": True}),
        ("box", {"access_token": "t"}),
        ("premiumizeme", {"api_key": "k"}),
        ("dropbox", {"token": TOKEN}),
        ("dropbox", {"client_credentials": True, "client_id": "i", "client_secret": "s"}),
        ("onedrive", {"token": TOKEN, "drive_id": "d", "drive_type": "business"}),
        ("zoho", {"token": TOKEN, "region": "eu"}),
        ("jottacloud", {"token": TOKEN, "configVersion": 1, "device": "d", "mountpoint": "m"}),
        ("iclouddrive", {"trust_token": "t", "cookies": "c"}),
        ("internxt", {"mnemonic": "m", "token": TOKEN}),
        ("sugarsync", {"refresh_token": "r"}),
    ],
)
def test_credentials_that_need_nobody(type_: str, parameters: dict[str, Any]) -> None:
    assert checked(type_, parameters).keys() == parameters.keys()


@pytest.mark.parametrize(
    ("type_", "parameters", "options"),
    [
        ("drive", {"env_auth": False}, ["token"]),
        ("onedrive", {"token": TOKEN}, ["drive_id", "drive_type"]),
        ("zoho", {"token": TOKEN}, ["region"]),
        ("sharefile", {"token": TOKEN}, ["endpoint"]),
        ("jottacloud", {"token": TOKEN}, ["configVersion"]),
        ("iclouddrive", {"apple_id": "a", "password": "p"}, ["trust_token", "cookies"]),
        ("internxt", {"email": "e", "pass": "p"}, ["mnemonic", "token"]),
        ("sugarsync", {}, ["refresh_token"]),
    ],
)
def test_options_that_only_a_login_sets_are_required(
    type_: str, parameters: dict[str, Any], options: list[str]
) -> None:
    assert list(rules(type_, parameters)) == options


def test_the_answers_of_a_secret_that_was_read_back_are_dropped() -> None:
    read = {"token": TOKEN, "config_is_local": "false", "config_refresh_token": "false"}
    assert checked("dropbox", read) == {"token": TOKEN}
    assert list(rules("s3", {**S3, "config_is_local": "false"})) == ["config_is_local"]


def test_passwords_are_obscured_the_same_way_every_time() -> None:
    parameters = {"host": "h", "user": "u", "pass": "hunter2"}
    assert checked("sftp", parameters) == {**parameters, "pass": "Nepi3pc1OUJn94XBDEdBMfH0YyE2KWU"}
    assert checked("sftp", parameters) == checked("SFTP", dict(reversed(parameters.items())))


def test_obscured_passwords_are_kept() -> None:
    parameters = {
        "remote": "/x",
        "password": obscure("crypt", "password", "a"),
        "password2": "YWFhYWFhYWFhYWFhYWFhYXMaGgIlEQ",
    }
    assert checked("crypt", parameters, obscured=True) == parameters


@pytest.mark.parametrize(
    "value", ["canary", "canary canary canary canary", "correct-horse-battery-staple-canary", ""]
)
def test_plain_passwords_are_not_obscured_ones(value: str) -> None:
    assert "rclone obscure" in rules("sftp", {"host": "h", "pass": value}, obscured=True)["pass"]


@pytest.mark.parametrize(
    "value",
    [
        obscure("sftp", "pass", "x"),
        obscure("ftp", "pass", "hunter2"),
        "YWFhYWFhYWFhYWFhYWFhYXMaGgIlEQ",  # potato, under an IV of rclone's tests
    ],
)
def test_a_password_obscured_twice_is_caught(value: str) -> None:
    rule = rules("sftp", {"host": "h", "pass": value})["pass"]
    assert "obscured" in rule
    assert value not in rule


@pytest.mark.parametrize(
    "value",
    [
        "correct-horse-battery-staple",
        "0123456789abcdef0123456789abcdef",
        "a" * 22,
        "ZmFrZS1rZXktb2YtMjQtYnl0ZXM",
    ],
)
def test_long_plain_passwords_are_taken(value: str) -> None:
    assert reveal(checked("sftp", {"host": "h", "pass": value})["pass"]).decode() == value


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_short_password_is_taken(value: str) -> None:
    if not value.endswith(("\n", "\r")):
        assert reveal(checked("sftp", {"host": "h", "pass": value})["pass"]).decode() == value


INNER = ":s3,provider=Minio,access_key_id=canary,endpoint='http://minio:9000':bucket"


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("alias", {"remote": INNER}),
        ("alias", {"remote": "/mnt/models"}),
        ("alias", {"remote": "relative/with:colon"}),
        ("union", {"upstreams": f"{INNER} /mnt:ro"}),
        ("union", {"upstreams": '":s3,endpoint=""http://minio:9000"":bucket" /mnt'}),
        ("combine", {"upstreams": f"a={INNER} b=/mnt"}),
        ("crypt", {"remote": f":sftp,host=h,pass={obscure('sftp', 'pass', 'x')}:", "password": "p"}),
        ("alias", {"remote": ":alias,remote=':memory:a':"}),
        ("alias", {"remote": ":s3,provider=AWS,env_auth://bucket/path"}),
    ],
)
def test_a_remote_within_a_remote(type_: str, parameters: dict[str, Any]) -> None:
    assert checked(type_, parameters).keys() == parameters.keys()


@pytest.mark.parametrize(
    ("type_", "option", "value", "words"),
    [
        ("alias", "remote", "canary:bucket", "must contain the other remote itself"),
        ("union", "upstreams", f"{INNER} canary:bucket", "must contain the other remote itself"),
        ("combine", "upstreams", "a=canary:bucket", "must contain the other remote itself"),
        ("alias", "remote", ":s3,secret='canary:", "must be a connection string"),
        (
            "alias",
            "remote",
            ":s3,secretAccessKey=canary:b",
            "wrapped remote: secretAccessKey: is spelled secret_access_key here",
        ),
        ("alias", "remote", ":s33,a=canary:b", "did you mean s3"),
        ("alias", "remote", ":sftp,host=h,pass=canary:b", "rclone obscure"),
        ("alias", "remote", ":s3,endpoint=http://canary:9000:bucket", "quotes around the URL"),
        ("union", "upstreams", ':s3,endpoint="http://canary":b', "single spaces"),
    ],
)
def test_a_remote_that_a_secret_does_not_hold(type_: str, option: str, value: str, words: str) -> None:
    assert words in rules(type_, {option: value})[option]


@given(
    st.sampled_from(backend_names()), st.dictionaries(st.text(max_size=12), st.text(min_size=8, max_size=30))
)
def test_no_message_holds_a_value(name: str, parameters: dict[str, str]) -> None:
    parameters = {key: f"canary{value}canary" for key, value in parameters.items()}
    known = dict.fromkeys(backend(name).options, "canary\n")
    for given_ in (parameters, known):
        with pytest.raises(InvalidArguments) as invalid:
            check(name, {**given_, "no such option": "canary"})
        assert "canary" not in str(invalid.value)


def test_checking_a_usual_set_takes_no_time() -> None:
    check("s3", S3)
    started = time.perf_counter()
    for _ in range(20):
        check("s3", {**S3, "region": "us-east-1", "endpoint": "https://minio.example:9000"})
    assert (time.perf_counter() - started) / 20 < 0.02
