"""Every option of every backend of the catalog, through the package and read back from the real rclone.

Each backend gets as many remotes as its providers need; each remote carries a value for every option that goes
with its provider, and is read back where it arrives: from the environment (Core 1), from a connection string and
after `config/create` (Core 2).
"""

import json
from collections.abc import Iterator, Mapping

import pytest

from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.addresses import address_problems
from seldon_secrets_pulumi.rclone.catalog import Backend, Option, backend, backend_names
from seldon_secrets_pulumi.rclone.connection_string import parse
from seldon_secrets_pulumi.rclone.delivery import config_param_problem, env_var_problem
from seldon_secrets_pulumi.rclone.login import create_problems, preload_problem
from seldon_secrets_pulumi.rclone.parameters import check
from seldon_secrets_pulumi.rclone.value_syntax import written_options
from tests.support.keys import key_file, rsa_pem

from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneCallFailed, RcloneRcd
from .support.rclone_paths import core1_variables, core2_connection_string, core2_secret

# Everything awkward that every path must deliver; each name makes it another value.
ODD_TEXT = "{} \"q\" 's' a=b, c:d {{e}} $HOME #g %h \\n `i` é日 \t "

BY_TYPE = {
    "int": "7",
    "float64": "2.5",
    "SizeSuffix": "7Mi",
    "Duration": "1m30s",
    "Time": "2024-01-02T03:04:05Z",
    "Tristate": "true",
    "Encoding": "Slash,Ctl,Dot",
    "CommaSepList": 'one,"two, three"',
    "SpaceSepList": 'one "two three"',
    "stringArray": 'one,"two, three"',
}

WRAPPED = ":s3,provider=Minio,endpoint='http://127.0.0.1:9000':bucket/path"

# What rclone takes apart, here or in config/create.
TOKEN = '{"access_token":"a","token_type":"Bearer","refresh_token":"r","expiry":"2099-01-01T00:00:00Z"}'
BY_NAME = {
    "configVersion": "1",
    "device_id": "0123456789abcdef0123456789abcdef",
    "remote": WRAPPED,
    "sdk_log_mode": "Signing,Retries",
    "token": TOKEN,
    "url": "https://user:p%40ss@127.0.0.1:9/a,b",
}
BY_BACKEND = {
    ("hdfs", "namenode"): "127.0.0.1:9,127.0.0.2:9",
    ("combine", "upstreams"): f"a={WRAPPED} b=/tmp",
    ("union", "upstreams"): f"{WRAPPED} /tmp:ro",
    ("zoho", "region"): "com.au",
    ("zoho", "token"): TOKEN.replace("Bearer", "Zoho-oauthtoken"),
}

# For options with a syntax of their own, the first that the package accepts and leaves as it is.
WITH_SYNTAX = (
    "https://user:p%40ss@127.0.0.1:9/a,b",
    "127.0.0.1",
    "127.0.0.1:9,127.0.0.2:9",
    "1a@127.0.0.1:9",
    "AccountName=a,b;AccountKey=azE=",
    json.dumps(json.loads(key_file())),
    rsa_pem().strip().replace("\n", "\\n"),
)

# Here config/create goes to the service, which cannot be reached, or to a file of the machine; what it was given
# is kept by then.
GOES_ELSEWHERE = frozenset(
    {("box", ""), ("onedrive", ""), ("seafile", ""), ("storj", "new"), ("tardigrade", "new")}
)

# config/create itself writes these anew, whatever they were.
REWRITTEN = {
    "jottacloud": frozenset({"client_id", "client_secret"}),
    "storj": frozenset({"provider"}),
    "tardigrade": frozenset({"provider"}),
}


def parameter_sets(known: Backend) -> Iterator[dict[str, str]]:
    """The fewest sets of parameters that have each option in one of them."""
    providers = known.choices("provider") if "provider" in known.options else ("",)
    left = set(known.options)
    for provider in providers:
        names = [name for name, option in known.options.items() if provider in option.providers]
        if left.intersection(names):
            left.difference_update(names)
            yield {
                **{name: BY_NAME.get(name, text_for(known, name)) for name in known.unlisted},
                **{name: value_for(known, known.options[name], provider) for name in names},
            }
    assert not left


def value_for(known: Backend, option: Option, provider: str) -> str:
    if option.name == "provider" and provider:
        return provider
    special = BY_BACKEND.get((known.name, option.name), BY_NAME.get(option.name))
    if special is not None:
        return special
    if option.type == "bool":
        return "false" if option.default == "true" else "true"
    if option.type in BY_TYPE:
        return BY_TYPE[option.type]
    choices = [choice for choice in option.choices(provider) if choice not in ("", option.default)]
    if choices and (option.exclusive or option.type != "string"):
        return choices[-1]
    return text_for(known, option.name)


def text_for(known: Backend, name: str) -> str:
    """The most awkward text that the package accepts for a string."""
    for text in (ODD_TEXT.format(name), *WITH_SYNTAX):
        forms, problems = written_options(known, {name: text})
        if forms == {name: text} and not problems and not any(address_problems(known, forms)):
            return text
    raise AssertionError(f"no text for {known.name} {name}")


def written(rclone: Rclone, known: Backend, parameters: Mapping[str, str]) -> Remote:
    """The remote as the package writes it; the passwords in it are revealed by rclone."""
    type_, checked = check(known.name, parameters)
    assert checked.keys() == parameters.keys()
    for name, value in parameters.items():
        if name in known.options and known.options[name].password:
            # rclone takes what it reveals from its arguments only; nothing here is a credential.
            assert rclone.run("reveal", "--", checked[name], env={}).stdout == f"{value}\n"
        else:
            assert checked[name] == value
    return Remote("odd-name", type_, checked)


def shown(known: Backend, remote: Remote) -> dict[str, str]:
    """What `rclone config string` shows of a remote: listed options that are not at their default."""
    return {
        name: value
        for name, value in remote.parameters.items()
        if name in known.options and value != known.options[name].default
    }


def read(rclone: Rclone, remote: str, variables: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    found = parse(rclone.run("config", "string", remote, env=variables).stdout.removesuffix("\n"))
    return found.type, found.parameters


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RcloneRcd]:
    with RcloneRcd(tmp_path_factory.mktemp("daemon")) as running:
        yield running


@pytest.mark.parametrize("name", backend_names())
def test_every_option_arrives_on_every_path(
    name: str, rclone: Rclone, daemon: RcloneRcd, request: pytest.FixtureRequest
) -> None:
    known = backend(name)
    for parameters in parameter_sets(known):
        remote = written(rclone, known, parameters)
        assert not any(map(env_var_problem, remote.parameters.values()))
        assert read(rclone, "odd-name:", core1_variables(remote)) == (name, shown(known, remote))

        refused = {option for option, value in parameters.items() if config_param_problem(value, option)}
        assert all(option.startswith("config_") for option in refused)
        kept = {option: remote.parameters[option] for option in remote.parameters.keys() - refused}
        remote = Remote(remote.name, remote.type, kept)
        # The values are made up, and so may be seen in the list of processes.
        assert read(rclone, core2_connection_string(remote), {}) == (name, shown(known, remote))

        if (name, parameters.get("provider", "")) in GOES_ELSEWHERE or preload_problem(name):
            stored = stored_all_the_same(request, remote)
        else:
            daemon.call("config/create", **core2_secret(remote))
            stored = daemon.call("config/get", name=remote.name)
        rewritten = REWRITTEN.get(name, frozenset())
        assert {option: stored.get(option) for option in kept.keys() - rewritten} == {
            option: value for option, value in kept.items() if option not in rewritten
        }
        assert stored["type"] == name


def stored_all_the_same(request: pytest.FixtureRequest, remote: Remote) -> dict[str, str]:
    """The call ends in an error or goes on asking a service: with a daemon of its own, and not for long."""
    request.getfixturevalue("monkeypatch").setattr("tests.integration.parts.rclone_rcd.TIMEOUT_SECONDS", 3)
    daemon: RcloneRcd = request.getfixturevalue("rclone_rcd")
    with pytest.raises((RcloneCallFailed, TimeoutError)):
        daemon.call("config/create", **core2_secret(remote))
    return daemon.call("config/get", name=remote.name)


SEAFILE = {"url": "http://127.0.0.1:9", "user": "u"}
STORJ = {"satellite_address": "127.0.0.1:9", "api_key": "k", "passphrase": "p"}
ZOHO_TOKEN = BY_BACKEND["zoho", "token"]

# The sets of options that the pages of the backends call complete. Those with `config_…` options are missing, because
# `config_param` refuses them: config/create does not store them.
COMPLETE: list[tuple[str, dict[str, object]]] = [
    ("azureblob", {"account": "a", "key": "k"}),
    ("azureblob", {"sas_url": "https://a.example/c?sig=s"}),
    ("azureblob", {"connection_string": "AccountName=a;AccountKey=k"}),
    ("azureblob", {"account": "a", "tenant": "t", "client_id": "i", "client_secret": "s"}),
    ("azurefiles", {"account": "a", "key": "k", "share_name": "s"}),
    ("b2", {"account": "a", "key": "k"}),
    ("box", {"access_token": "t"}),
    ("box", {"token": TOKEN}),
    ("drive", {"env_auth": True}),
    ("drive", {"service_account_credentials": json.dumps(json.loads(key_file()))}),
    ("drive", {"service_account_file": "/none"}),
    ("drive", {"token": TOKEN, "team_drive": "t"}),
    ("dropbox", {"token": TOKEN}),
    ("fichier", {"api_key": "k"}),
    ("ftp", {"host": "h", "user": "u", "pass": "p"}),
    ("google cloud storage", {"access_token": "t"}),
    ("google cloud storage", {"anonymous": True}),
    ("google cloud storage", {"env_auth": True}),
    ("google cloud storage", {"service_account_credentials": json.dumps(json.loads(key_file()))}),
    ("google cloud storage", {"service_account_file": "/none"}),
    ("google cloud storage", {"token": TOKEN}),
    ("google photos", {"token": TOKEN}),
    ("hidrive", {"token": TOKEN}),
    ("huaweidrive", {"token": TOKEN}),
    ("dosya", {"api_key": "k"}),
    ("kdrive", {"token": TOKEN, "drive_id": "1"}),
    ("koofr", {"user": "u", "password": "p"}),
    ("koofr", {"user": "u", "password": "p", "provider": "digistorage"}),
    ("koofr", {"user": "u", "password": "p", "provider": "other", "endpoint": "https://e"}),
    ("linkbox", {"email": "e", "password": "p"}),
    ("linkbox", {"token": "t"}),
    ("mailru", {"token": TOKEN}),
    ("mailru", {"user": "u", "pass": "p"}),
    ("mega", {"session_id": "s"}),
    ("mega", {"user": "u", "pass": "p"}),
    ("oracleobjectstorage", {"provider": "no_auth", "namespace": "n", "region": "r"}),
    ("pcloud", {"token": TOKEN}),
    ("pikpak", {"token": TOKEN}),
    ("premiumizeme", {"api_key": "k"}),
    ("premiumizeme", {"token": TOKEN}),
    ("protondrive", {"username": "u", "password": "p", "2fa": "123456"}),
    ("putio", {"token": TOKEN}),
    ("s3", {"provider": "AWS", "access_key_id": "i", "secret_access_key": "s"}),
    ("s3", {"provider": "AWS", "env_auth": True}),
    (
        "s3",
        {"provider": "Minio", "endpoint": "http://m:9000", "access_key_id": "i", "secret_access_key": "s"},
    ),
    ("seafile", {**SEAFILE, "auth_token": "t"}),
    ("seafile", {**SEAFILE, "auth_token": "t", "2fa": False}),
    ("seafile", {**SEAFILE, "pass": "p", "library": "l", "library_key": "k"}),
    ("sftp", {"host": "h", "key_pem": rsa_pem()}),
    ("sftp", {"host": "h", "user": "u", "pass": "p"}),
    ("sharefile", {"endpoint": "https://e", "token": TOKEN}),
    ("smb", {"host": "h", "user": "u", "pass": "p"}),
    ("storj", {"access_grant": "g"}),
    ("sugarsync", {"refresh_token": "r"}),
    (
        "sugarsync",
        {"refresh_token": "r", "authorization": "a", "authorization_expiry": "2099-01-01T00:00:00Z"},
    ),
    ("swift", {"env_auth": True}),
    ("swift", {"user": "u", "key": "k", "auth": "https://a/v3"}),
    ("webdav", {"url": "https://w", "bearer_token": "t"}),
    ("webdav", {"url": "https://w", "user": "u", "pass": "p"}),
    ("yandex", {"token": TOKEN}),
    ("alias", {"remote": WRAPPED}),
    ("archive", {"remote": WRAPPED}),
    ("azureblob", {"account": "a", "env_auth": True}),
    ("azureblob", {"account": "a", "tenant": "t", "client_id": "i", "client_certificate_path": "/none"}),
    ("azureblob", {"account": "a", "use_msi": True, "msi_client_id": "m"}),
    ("azureblob", {"account": "a", "use_emulator": True}),
    ("azurefiles", {"sas_url": "https://a.example/s?sig=s", "share_name": "s"}),
    ("azurefiles", {"connection_string": "AccountName=a;AccountKey=k", "share_name": "s"}),
    ("b2", {"account": "a", "key": "k", "endpoint": "https://e", "hard_delete": True}),
    ("cache", {"remote": WRAPPED}),
    ("chunker", {"remote": WRAPPED, "chunk_size": "7Mi"}),
    ("cloudinary", {"cloud_name": "c", "api_key": "k", "api_secret": "s"}),
    ("combine", {"upstreams": f"a={WRAPPED} b=/tmp"}),
    ("compress", {"remote": WRAPPED}),
    ("compress", {"remote": WRAPPED, "mode": "zstd", "level": "3"}),
    ("crypt", {"remote": WRAPPED, "password": "p"}),
    ("crypt", {"remote": WRAPPED, "password": "p", "password2": "s", "filename_encryption": "off"}),
    ("doi", {"doi": "10.5281/zenodo.5876941"}),
    ("doi", {"doi": "10.5281/zenodo.5876941", "provider": "zenodo"}),
    ("drime", {"access_token": "t"}),
    ("drive", {"token": TOKEN}),
    ("drive", {"token": TOKEN, "client_id": "i", "client_secret": "s", "scope": "drive.readonly"}),
    ("filefabric", {"url": "https://f", "permanent_token": "t"}),
    ("filelu", {"key": "k"}),
    ("filen", {"email": "e", "password": "p", "api_key": "k"}),
    ("filescom", {"site": "s", "api_key": "k"}),
    ("filescom", {"site": "s", "username": "u", "password": "p"}),
    ("ftp", {"host": "h", "user": "u", "pass": "p", "explicit_tls": True}),
    ("gofile", {"access_token": "t"}),
    ("gofile", {"access_token": "t", "account_id": "a", "root_folder_id": "r"}),
    ("hasher", {"remote": WRAPPED, "hashes": "md5"}),
    ("hdfs", {"namenode": "n:8020"}),
    ("hdfs", {"namenode": "n:8020", "username": "u", "service_principal_name": "hdfs/n"}),
    ("http", {"url": "https://h", "headers": '"Cookie","name=value"'}),
    ("http", {"url": "https://h"}),
    ("imagekit", {"endpoint": "https://e", "public_key": "p", "private_key": "k"}),
    ("internetarchive", {"access_key_id": "i", "secret_access_key": "s"}),
    ("internetarchive", {}),
    ("local", {}),
    ("mega", {"user": "u", "pass": "p", "2fa": "123456"}),
    ("memory", {}),
    ("netstorage", {"host": "h/1", "account": "a", "secret": "s"}),
    ("opendrive", {"username": "u", "password": "p"}),
    ("oracleobjectstorage", {"provider": "env_auth", "namespace": "n", "compartment": "c", "region": "r"}),
    (
        "oracleobjectstorage",
        {"provider": "instance_principal_auth", "namespace": "n", "compartment": "c", "region": "r"},
    ),
    (
        "oracleobjectstorage",
        {"provider": "resource_principal_auth", "namespace": "n", "compartment": "c", "region": "r"},
    ),
    (
        "oracleobjectstorage",
        {"provider": "workload_identity_auth", "namespace": "n", "compartment": "c", "region": "r"},
    ),
    ("pixeldrain", {"api_key": "k"}),
    ("pixeldrain", {}),
    ("protondrive", {"username": "u", "password": "p"}),
    ("protondrive", {"username": "u", "password": "p", "otp_secret_key": "k", "mailbox_password": "m"}),
    ("qingstor", {"access_key_id": "i", "secret_access_key": "s", "zone": "pek3a"}),
    ("qingstor", {"env_auth": True}),
    ("quatrix", {"host": "h", "api_key": "k"}),
    ("s3", {"provider": "AWS", "role_arn": "arn:aws:iam::1:role/r", "env_auth": True}),
    ("seafile", {**SEAFILE, "pass": "p"}),
    ("sftp", {"host": "h", "user": "u", "key_file": "/none", "key_file_pass": "p"}),
    ("sftp", {"host": "h", "user": "u", "key_use_agent": True}),
    ("shade", {"drive_id": "d", "api_key": "k"}),
    ("sia", {"api_url": "http://127.0.0.1:9980", "api_password": "p"}),
    ("smb", {"host": "h", "user": "u", "pass": "p", "domain": "d", "use_kerberos": False}),
    (
        "swift",
        {"auth": "https://a/v3", "application_credential_id": "i", "application_credential_secret": "s"},
    ),
    ("swift", {"storage_url": "https://s", "auth_token": "t"}),
    ("tardigrade", {"access_grant": "g"}),
    ("ulozto", {"app_token": "t", "username": "u", "password": "p"}),
    ("ulozto", {"app_token": "t"}),
    ("union", {"upstreams": f"{WRAPPED} /tmp:ro"}),
    ("webdav", {"url": "https://w", "vendor": "nextcloud", "user": "u", "pass": "p"}),
    ("webdav", {"url": "https://w", "vendor": "sharepoint-ntlm", "user": "u", "pass": "p"}),
    ("yandex", {"token": TOKEN, "client_id": "i", "client_secret": "s"}),
]


# Here config/create asks the service, or reads a file of the machine. Without a network it returns with an error, and
# has stored the remote by then.
NEED_A_SERVICE: list[tuple[str, dict[str, object]]] = [
    ("box", {"box_config_file": "/none"}),
    ("pikpak", {"user": "u", "pass": "p"}),
    ("storj", {**STORJ, "provider": "new"}),
    ("tardigrade", {**STORJ, "provider": "new"}),
    ("zoho", {"token": ZOHO_TOKEN, "region": "eu"}),
]
# The same for backends that Core 2 can't preload (`preload_problem`): they log in again, whatever their options are.
LOG_IN_AGAIN: list[tuple[str, dict[str, object]]] = [
    ("iclouddrive", {"apple_id": "a", "password": "p", "trust_token": "t", "cookies": "c"}),
    ("internxt", {"email": "e", "pass": "p", "mnemonic": "m", "token": TOKEN}),
    ("jottacloud", {"token": TOKEN, "configVersion": "1"}),
]
# Without a network, it asks the service for the drive again and again, for longer than a minute.
KEEPS_ASKING = {"onedrive"}


def test_every_backend_has_a_set_of_options() -> None:
    created = {type_ for type_, _ in (*COMPLETE, *NEED_A_SERVICE, *LOG_IN_AGAIN)}
    assert created | KEEPS_ASKING == set(backend_names())
    assert {type_ for type_, _ in LOG_IN_AGAIN} == set(filter(preload_problem, backend_names()))


@pytest.mark.parametrize(("type_", "parameters"), COMPLETE)
def test_config_create_waits_for_nobody(
    type_: str, parameters: dict[str, object], daemon: RcloneRcd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.parts.rclone_rcd.TIMEOUT_SECONDS", 10)
    remote = Remote("login", *check(type_, parameters))
    assert not list(create_problems(remote.type, remote.parameters))
    daemon.call("config/create", **core2_secret(remote))
    stored = daemon.call("config/get", name="login")
    assert stored.items() >= {**remote.parameters, "type": type_}.items()
    assert not any(name.startswith("config_") for name in stored)


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("seafile", {**SEAFILE, "pass": "p", "2fa": True}),
        ("storj", STORJ),
        ("storj", {**STORJ, "provider": "existing"}),
        ("sugarsync", {"authorization": "a"}),
    ],
)
def test_what_is_refused_for_config_create_fails_there(
    type_: str, parameters: dict[str, object], rclone_rcd: RcloneRcd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.parts.rclone_rcd.TIMEOUT_SECONDS", 5)
    remote = Remote("login", *check(type_, parameters))
    assert list(create_problems(remote.type, remote.parameters))
    try:
        rclone_rcd.call("config/create", **core2_secret(remote))
    except (RcloneCallFailed, TimeoutError):
        return
    stored = rclone_rcd.call("config/get", name="login")
    assert not stored.keys() & STORJ.keys()


@pytest.mark.parametrize(("type_", "parameters"), [*NEED_A_SERVICE, *LOG_IN_AGAIN])
def test_config_create_keeps_what_a_service_must_complete(
    type_: str, parameters: dict[str, object], rclone_rcd: RcloneRcd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.parts.rclone_rcd.TIMEOUT_SECONDS", 10)
    remote = Remote("login", *check(type_, parameters))
    assert not list(create_problems(remote.type, remote.parameters))
    with pytest.raises(RcloneCallFailed):
        rclone_rcd.call("config/create", **core2_secret(remote))
    stored = rclone_rcd.call("config/get", name="login")
    rewritten = REWRITTEN.get(type_, frozenset())
    assert (
        stored.items()
        >= {name: text for name, text in remote.parameters.items() if name not in rewritten}.items()
    )


def test_without_answers_it_waits_for_a_browser(
    rclone_rcd: RcloneRcd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.parts.rclone_rcd.TIMEOUT_SECONDS", 2)
    # Or fails, where another rclone waits already: the port of the browser's answer is always the same.
    with pytest.raises((TimeoutError, RcloneCallFailed)):
        rclone_rcd.call("config/create", name="login", type="dropbox", parameters={"token": TOKEN})
