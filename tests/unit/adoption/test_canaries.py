"""Files, programs and warnings of `import` contain no credential in plain text."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seldon_secrets_pulumi.adoption.plan import StackContents, plan
from seldon_secrets_pulumi.adoption.python_program import python_program
from seldon_secrets_pulumi.inventory.secret import read_secret
from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.stack.entry import credentials, plaintext
from seldon_secrets_pulumi.stack.file_editor import StackFile, credential_values
from tests.support.canaries import CANARY
from tests.support.manifests import secret

LABEL = FormatLabel()
IDENTIFYING = {"access_key_id", "account", "client_id", "project_number", "user", "username"}
CREDENTIALS = [
    (name, option.name)
    for name in backend_names()
    for option in backend(name).options.values()
    if (option.password or option.sensitive) and option.name not in IDENTIFYING
]


def connection_string(type_: str, option: str, value: str, quote: str, path: str) -> str:
    return f":{type_},env_auth,{option}={quote}{value.replace(quote, quote * 2) if quote else value}{quote}:{path}"


@st.composite
def remotes(draw: st.DrawFn) -> Remote:
    """A remote with the canary in a credential of its own, or of what it wraps, however deep."""
    type_, option = draw(st.sampled_from(CREDENTIALS))
    value = draw(st.sampled_from([CANARY, f"a {CANARY}", f"{CANARY},x", f"{CANARY}:y", f'"{CANARY}']))
    if draw(st.booleans()):
        return Remote("models", type_, {option: value})
    for _ in range(draw(st.integers(1, 3))):
        quote = draw(st.sampled_from(["", "'", '"']))
        value = connection_string(
            backend(type_).name, option, value, quote, draw(st.text("ab/:,", max_size=3))
        )
        type_, option = draw(
            st.sampled_from(
                [("crypt", "remote"), ("alias", "remote"), ("union", "upstreams"), ("combine", "upstreams")]
            )
        )
    before = draw(st.sampled_from(["", "folder=", " ", "name", '"', ":local:/x "]))
    after = draw(st.sampled_from(["", '"', " b:c", "\t"]))
    # A wrapper reads it from `remote` or `upstreams`; others may have put it anywhere.
    option = draw(st.sampled_from([option, *backend(type_).options]))
    return Remote("models", type_, {option: before + value + after})


@st.composite
def secrets(draw: st.DrawFn) -> dict[str, Any]:
    remote, format_ = draw(remotes()), draw(st.sampled_from(list(FORMATS.values())))
    return secret(format_.secret_name("models"), format_.write(remote))


@settings(max_examples=400, deadline=None)
@given(secrets())
def test_no_canary_outside_ciphertext(
    tmp_path_factory: pytest.TempPathFactory, manifest: dict[str, Any]
) -> None:
    made = plan([read_secret(manifest)], StackContents(LABEL))
    assert CANARY not in repr(made)
    assert CANARY not in json.dumps(dict(made.skipped))
    assert CANARY not in "".join(str(entry.raw_reason) for entry in made.entries)
    assert CANARY not in python_program(made, LABEL)
    path = tmp_path_factory.mktemp("stack") / "Pulumi.dev.yaml"
    file = StackFile(path, {})
    for entry in made.entries:
        paths = credential_values(entry.kind, entry.settings)
        file.add(
            entry.kind, entry.settings, {path: f"v1:cipher{number}" for number, path in enumerate(paths)}
        )
    file.write({})
    assert CANARY not in path.read_text()


@settings(max_examples=200, deadline=None)
@given(remotes())
def test_the_warning_names_every_connection_string(remote: Remote) -> None:
    entry = {"remote": "models", "type": remote.type, "parameters": dict(remote.parameters)}
    [name] = remote.parameters
    named = plaintext("buckets", entry)
    if remote.type in {"alias", "combine", "crypt", "union"} or backend(remote.type).options[name].password:
        assert named == [f"parameters.{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("remote", f":s3,secret_access_key={CANARY}:bucket"),
        ("remote", f"other,secret_access_key={CANARY}:bucket"),
        ("remote", f":s3 , secret_access_key = {CANARY}"),
        ("upstreams", f'"a=:sftp,host=h,pass=""{CANARY}"":x" b=:local:/tmp'),
        ("description", f":webdav,url=http://h,pass={CANARY}:"),
    ],
)
def test_connection_strings_are_credentials(name: str, value: str) -> None:
    entry = {"remote": "models", "type": "combine", "parameters": {name: value}}
    assert plaintext("buckets", entry) == [f"parameters.{name}"]


@pytest.mark.parametrize("value", ["models:bucket/path", "a=models:x b=other:y", "/data", "Slash,Colon"])
def test_names_of_remotes_are_no_credentials(value: str) -> None:
    assert plaintext("buckets", {"remote": "models", "type": "alias", "parameters": {"remote": value}}) == []


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{CANARY}@host",
        f"https://user:a/{CANARY}@host/path",
        f"user:a b/{CANARY}@host:1080",
        f"http://host/?sig={CANARY}",
    ],
)
@pytest.mark.parametrize("option", ["url", "http_proxy", "socks_proxy", "endpoint"])
def test_a_url_with_a_login_is_a_credential_in_the_file(option: str, url: str) -> None:
    entry = {"remote": "models", "type": "webdav", "parameters": {option: url}}
    assert list(credentials("buckets", entry, cautious=True)) == [("parameters", option)]
