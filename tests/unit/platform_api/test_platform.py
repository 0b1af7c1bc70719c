"""Calls of the platform's API when the platform, the OIDC server or the network does not do what it should."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seldon_secrets_pulumi.errors import NoAnswerError, SeldonSecretsError, UsageError
from seldon_secrets_pulumi.platform_api import connection
from seldon_secrets_pulumi.platform_api.errors import ForbiddenError, LoginError, PlatformError
from seldon_secrets_pulumi.platform_api.offered_secret import OfferedSecret
from seldon_secrets_pulumi.platform_api.platform import Platform
from seldon_secrets_pulumi.platform_api.settings import API_PATH, PlatformSettings
from tests.support.answering_server import Answer, answering
from tests.support.canaries import CANARY

Answers = Callable[[str, str], Answer]
DISCOVERY = "/realm/.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_FIRST_WAIT_SECONDS", 0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def as_json(content: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


@contextmanager
def platform(answer: Answers, **settings: str) -> Iterator[Platform]:
    """A platform that answers so, with a token that needs no login."""
    with (
        answering(answer) as url,
        Platform(PlatformSettings(url, **({"id_token": CANARY} | settings))) as asked,
    ):
        yield asked


@contextmanager
def logging_in(token: Answer, discovery: Answer | None = None) -> Iterator[Platform]:
    """A platform whose OIDC server, on the same address, answers so."""

    def answer(method: str, path: str) -> Answer:
        if path == DISCOVERY:
            return discovery or as_json({"token_endpoint": f"{url}/token"})
        return token if path == "/token" else as_json({})

    with answering(answer) as url:
        settings = PlatformSettings(
            url,
            oidc_server=f"{url}/realm",
            oidc_client_id="sd-api",
            oidc_client_secret=CANARY,
            username="ci",
            password=CANARY,
        )
        with Platform(settings) as asked:
            yield asked


def reason(asked: Platform, kind: type[SeldonSecretsError] = PlatformError) -> str:
    with pytest.raises(kind) as raised:
        asked.secrets("team")
    text = str(raised.value)
    assert CANARY not in text
    assert "secret-answer" not in text  # nothing that a server wrote is repeated
    assert "\n" not in text
    return text.replace(str(asked), "SERVER")


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (as_json({"message": "secret-answer"}, 403), ForbiddenError, "SERVER does not permit you to list secrets in the namespace team"),
        (as_json({"message": "secret-answer"}, 401), LoginError, "is SELDON_PLATFORM_ID_TOKEN expired?"),
        (Answer(302, headers={"Location": "/login"}), LoginError, "does not accept the token"),
        (as_json({"message": "secret-answer"}, 400), PlatformError, "SERVER could not list secrets in the namespace team: it answered 400"),
        (Answer(404, b"<html>secret-answer"), PlatformError, "it answered 404"),
        (Answer(503), PlatformError, "it answered 503"),
        (Answer(200, b"<html>secret-answer"), PlatformError, "the answer of SERVER is not its API's"),
        (Answer(200, b"[]"), PlatformError, "is not its API's"),
        (Answer(200, b"[" * 100_000), PlatformError, "is not its API's"),
        (Answer(200, b'{"secrets": [', missing=100), PlatformError, "no answer from SERVER: it closed the connection"),
        (as_json({"secrets": "secret-answer"}), PlatformError, "is not a list of secrets"),
        (as_json({"secrets": [], "nextPageToken": "again"}), PlatformError, "does not end"),
        (as_json({"secrets": [], "nextPageToken": {"a": 1}}), PlatformError, "does not end"),
        (Answer(200, b"{}", {"Content-Encoding": "gzip"}), PlatformError, "is compressed"),
    ],
)  # fmt: skip
def test_an_answer_that_can_not_be_used_is_one_line(
    answer: Answer, kind: type[PlatformError], text: str
) -> None:
    with platform(lambda *_: answer) as asked:
        assert text in reason(asked, kind)


def test_a_large_answer_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_LARGEST_ANSWER", 1000)
    with platform(lambda *_: Answer(200, b'{"a": "%s"}' % (b"a" * 1000))) as asked:
        assert "is larger than 16 MiB" in reason(asked)


def test_a_slow_answer_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: str) -> Answer:
        time.sleep(1)
        return Answer()

    monkeypatch.setattr(connection, "_ANSWER_SECONDS", 0.1)
    with platform(slow) as asked:
        assert "it was not complete after 0.1 s" in reason(asked)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_read_is_tried_again(status: int) -> None:
    answers = iter([Answer(status), Answer(status)])
    with platform(lambda *_: next(answers, as_json({}))) as asked:
        assert asked.secrets("team") == []


def test_a_change_is_not_repeated() -> None:
    calls = []

    def answer(method: str, path: str) -> Answer:
        calls.append((method, path))
        return Answer(503)

    with platform(answer) as asked, pytest.raises(PlatformError, match="it answered 503"):
        asked.create_bucket_secret("team", "models", "env_var", "s3", {})
    assert calls == [("POST", f"{API_PATH}/secrets/team/bucket/rclone/models?format=env_var")]


def test_hostile_entries_are_skipped_and_good_ones_remain() -> None:
    good = {"secretName": "a", "secretType": "registry"}
    hostile: list[object] = [
        None,
        [],
        "x",
        {},
        {"secretName": 1, "secretType": "bucket"},
        {"secretName": "", "secretType": "bucket"},
        {"secretName": "x" * 300, "secretType": "bucket"},
        {"secretName": "x", "secretType": {"a": 1}},
        {"secretName": "x", "secretType": ["bucket"]},
        {"secretName": "x", "secretType": "all"},
    ]

    def answer(_: str, path: str) -> Answer:
        return as_json({"secrets": [*hostile, good]} if "/registry" in path else {})

    with platform(answer) as asked:
        assert asked.secrets("team") == [OfferedSecret("team", "a", "registry", None, None)]


def test_an_entry_without_a_format_has_the_one_that_was_asked_for() -> None:
    """A platform that ignores the filter lists the same Secret twice, with its own format."""
    entries = [
        {"secretName": "b", "secretType": "bucket", "remoteName": {"a": 1}, "bucketSecretFormat": {"a": 1}},
        {"secretName": "c", "secretType": "bucket", "bucketSecretFormat": "config_param", "remoteName": "m"},
    ]

    def answer(_: str, path: str) -> Answer:
        return as_json({"secrets": entries if "/bucket" in path else []})

    with platform(answer) as asked:
        assert asked.secrets("team") == [
            OfferedSecret("team", "b", "bucket", "config_param", None),
            OfferedSecret("team", "b", "bucket", "env_var", None),
            OfferedSecret("team", "c", "bucket", "config_param", "m"),
        ]


@pytest.mark.parametrize(
    ("token", "kind", "text"),
    [
        (as_json({"error": "invalid_grant", "error_description": CANARY}, 401), LoginError, "refused the login: it does not accept the user name or password"),
        (as_json({"error": "invalid_client"}, 401), LoginError, "it does not accept the client's ID or secret"),
        (as_json({"error": "unauthorized_client"}, 400), LoginError, "may not log in with password_grant"),
        (as_json({"error": f"secret-answer {CANARY}"}, 400), LoginError, "it gave a reason of its own"),
        (as_json({"error": ["secret-answer"]}, 400), LoginError, "it gave a reason of its own"),
        (Answer(200, b"<html>secret-answer"), LoginError, "is not an OIDC server's"),
        (Answer(429, b"secret-answer"), PlatformError, "no answer from SERVER"),
        (Answer(503, b"secret-answer"), PlatformError, "no answer from SERVER"),
        (as_json({}), LoginError, "answered without a token"),
        (as_json({"id_token": {"a": 1}}), LoginError, "answered without a token"),
        (as_json({"id_token": "a\nb"}), LoginError, "answered without a token"),
    ],
)  # fmt: skip
def test_a_refused_login_names_the_cause(token: Answer, kind: type[PlatformError], text: str) -> None:
    with logging_in(token) as asked:
        assert text in reason(asked, kind)


@pytest.mark.parametrize(
    ("discovery", "text"),
    [
        (Answer(404, b"<html>"), "SERVER is not an OIDC server at this address (it answered 404)"),
        (Answer(200, b"<html>"), "is not an OIDC server at this address"),
        (as_json({"token_endpoint": 1}), "is not an OIDC server at this address"),
        (
            as_json({"token_endpoint": "https://evil.example.com/token"}),
            "names the token endpoint of another server, https://evil.example.com",
        ),
    ],
)
def test_an_oidc_server_that_is_none(discovery: Answer, text: str) -> None:
    with logging_in(as_json({"id_token": "t"}), discovery) as asked:
        assert text in reason(asked)


def test_a_token_that_expires_is_renewed_once() -> None:
    logins: list[str] = []

    def answer(_: str, path: str) -> Answer:
        if path == DISCOVERY:
            return as_json({"token_endpoint": f"{url}/token"})
        if path == "/token":
            logins.append(path)
            return as_json({"id_token": f"token-{len(logins)}"})
        return as_json({}, 401 if len(logins) < 2 and "registry" in path else 200)

    with answering(answer) as url:
        settings = PlatformSettings(
            url, oidc_server=f"{url}/realm", oidc_client_id="a", username="b", password="c"
        )
        with Platform(settings) as asked:
            assert asked.secrets("team") == []
    assert len(logins) == 2


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("http://{free}", "no answer from SERVER: connection refused"),
        ("http://seldon.invalid", "its name can't be resolved (DNS)"),
        ("https://{answering}", "it does not speak TLS; is the address right?"),
    ],
)
def test_the_cause_of_no_answer_is_named(host: str, text: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        free = f"127.0.0.1:{listener.getsockname()[1]}"  # bound, but nobody listens
        with answering(lambda *_: Answer()) as url:
            names = {"free": free, "answering": url.removeprefix("http://")}
            with Platform(PlatformSettings(host.format(**names), id_token=CANARY)) as asked:
                assert text.format(**names) in reason(asked, NoAnswerError)


def test_a_ca_file_without_certificates(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(CANARY)
    settings = PlatformSettings("https://host", id_token="t", ssl_ca_cert=str(file))
    with pytest.raises(UsageError, match="not a file with certificates") as raised, Platform(settings):
        pass
    assert CANARY not in str(raised.value)


def test_a_client_secret_that_basic_authentication_can_not_send() -> None:
    with answering(lambda *_: as_json({"token_endpoint": f"{url}/token"})) as url:
        settings = PlatformSettings(
            url,
            oidc_server=f"{url}/realm",
            oidc_client_id="a",
            oidc_client_secret=f"{CANARY}\u20ac",
            auth_method="client_credentials",
        )
        with Platform(settings) as asked:
            assert "SELDON_PLATFORM_OIDC_CLIENT_SECRET" in reason(asked, UsageError)
