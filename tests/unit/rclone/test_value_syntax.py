"""Options with a syntax of their own are written as rclone reads them, or refused with the reason."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.rclone.parameters import check
from seldon_secrets_pulumi.rclone.value_syntax import stored_problems
from tests.support.keys import ec_pem, key_file, rsa_pem

SFTP = {"host": "h", "user": "u"}
TOKEN = {"access_token": "canary", "token_type": "Bearer", "expiry": "2099-01-01T00:00:00Z"}
OPENSSH = (
    ed25519.Ed25519PrivateKey.generate()
    .private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    .decode()
)
KEYS = [rsa_pem(), rsa_pem(PrivateFormat.TraditionalOpenSSL), ec_pem(), OPENSSH]


def written(type_: str, option: str, value: str, **others: str) -> str:
    return check(type_, {**others, option: value})[1][option]


def rule(type_: str, option: str, value: str, **others: str) -> str:
    with pytest.raises(InvalidArguments) as invalid:
        written(type_, option, value, **others)
    assert "canary" not in str(invalid.value)
    (text,) = {each.rule for each in invalid.value.problems if each.argument == f"parameters.{option}"}
    return text


@pytest.mark.parametrize("pem", KEYS)
def test_a_private_key_is_written_on_one_line(pem: str) -> None:
    expected = pem.strip().replace("\n", "\\n")
    for form in (pem, pem.strip(), pem.replace("\n", "\r\n"), expected, expected + "\\n"):
        assert written("sftp", "key_pem", form, **SFTP) == expected
    assert not list(stored_problems(backend("sftp"), {"key_pem": expected}))
    (problem,) = stored_problems(backend("sftp"), {"key_pem": pem})
    assert problem.argument == "key_pem"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("PuTTY-User-Key-File-2: ssh-rsa\ncanary", "PuTTY"),
        ("ssh-ed25519 canary me@host", "public key"),
        (OPENSSH.replace("\n", " "), "line breaks"),
        (OPENSSH[:-40], "damaged or incomplete"),
        ("/home/canary/.ssh/id_rsa", "content of a private key file"),
    ],
)
def test_what_is_not_a_private_key(value: str, words: str) -> None:
    assert words in rule("sftp", "key_pem", value, **SFTP)


@pytest.mark.parametrize("type_", ["drive", "google cloud storage"])
def test_a_key_file_of_google_is_written_on_one_line(type_: str) -> None:
    text, option = key_file(), "service_account_credentials"
    compact = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    for form in (text, base64.b64encode(text.encode()).decode()):
        assert written(type_, option, form) == compact
    one_line = json.dumps(json.loads(text))
    assert written(type_, option, one_line) == one_line
    assert "service_account" in rule(type_, option, '{"type": "canary"}')
    assert list(stored_problems(backend(type_), {option: base64.b64encode(text.encode()).decode()}))


def test_every_json_token_may_have_line_breaks() -> None:
    types = [
        name
        for name in backend_names()
        if "token" in backend(name).options and "JSON" in backend(name).options["token"].help
    ]
    assert len(types) > 10
    for type_ in types:
        others = {"onedrive": {"drive_id": "d", "drive_type": "business"}, "zoho": {"region": "eu"}}.get(
            type_, {}
        )
        others |= {"sharefile": {"endpoint": "https://example.com"}}.get(type_, {})
        others |= {"jottacloud": {"configVersion": "1"}}.get(type_, {})
        others |= {"kdrive": {"drive_id": "1"}}.get(type_, {})
        compact = json.dumps(TOKEN, separators=(",", ":"))
        assert written(type_, "token", json.dumps(TOKEN, indent=2) + "\n", **others) == compact
        assert written(type_, "token", json.dumps(TOKEN), **others) == json.dumps(TOKEN)


@pytest.mark.parametrize(
    ("type_", "option", "value", "words"),
    [
        ("sftp", "key_file", OPENSSH.strip(), "use key_pem for the content"),
        ("sftp", "known_hosts_file", "ssh-rsa canary", "use host_keys for the content"),
        ("drive", "service_account_file", key_file(), "use service_account_credentials for the content"),
        ("azureblob", "client_certificate_path", rsa_pem().strip(), "not its content"),
        ("webdav", "headers", "X-Canary", "pairs"),
        ("http", "headers", "a,b,c", "pairs"),
        ("sftp", "ciphers", "aes128-ctr\naes256-ctr", "on one line"),
        ("azureblob", "connection_string", "AccountName=canary", "connection string"),
    ],
)
def test_other_values_with_a_syntax(type_: str, option: str, value: str, words: str) -> None:
    others = {"sftp": SFTP, "webdav": {"url": "https://h"}, "http": {"url": "https://h"}}.get(type_, {})
    assert words in rule(type_, option, value, **others)


def test_a_key_within_a_wrapped_remote_must_have_its_form_already() -> None:
    pem = OPENSSH.strip()
    remote = ':sftp,host=h,user=u,key_pem="{}":/x'
    others = {"password": "p"}
    assert "two characters" in rule("crypt", "remote", remote.format(pem), **others)
    assert written("crypt", "remote", remote.format(pem.replace("\n", "\\n")), **others)


@pytest.mark.parametrize("prefix", ["override.", "global."])
def test_global_options_belong_to_every_backend(prefix: str) -> None:
    parameters = {"host": "h", f"{prefix}no_check_certificate": True, f"{prefix}timeout": "1m"}
    assert check("sftp", parameters)[1][f"{prefix}no_check_certificate"] == "true"
    assert "did you mean timeout" in rule("sftp", f"{prefix}timeuot", "1m", host="h")
    assert "true or false" in rule("sftp", f"{prefix}no_check_certificate", "canary", host="h")
    remote = f":s3,provider=Minio,endpoint='https://minio',{prefix}no_check_certificate=true:b"
    assert written("crypt", "remote", remote, password="p") == remote
    with pytest.raises(InvalidArguments, match="is not a global option"):
        check("alias", {"remote": f":s3,provider=AWS,{prefix}nonsense=1:b"})
