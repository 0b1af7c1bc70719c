"""Registry logins as a docker config."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY, Registry
from seldon_secrets_pulumi.problem import InvalidArguments

HUB = "https://index.docker.io/v1/"


def registry(**args: Any) -> dict[str, Any]:
    declaration = Registry.parse({"secret_name": "pull", "namespace": "team", **args})
    assert declaration
    auths: dict[str, Any] = json.loads(declaration.data()[DOCKER_CONFIG_KEY])
    assert list(auths) == ["auths"]
    return dict(auths["auths"])


def login(user: str = "bot", password: str = "canary") -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def config(**auths: Any) -> str:
    return json.dumps({"auths": auths, "HttpHeaders": {"User-Agent": "Docker"}})


def test_a_login_becomes_one_entry() -> None:
    entry = registry(server="ghcr.io", username="bot", password="canary", email="bot@example.com")
    assert entry == {"ghcr.io": {**login(), "email": "bot@example.com"}}


@pytest.mark.parametrize(
    ("server", "key"),
    [
        ("docker.io", HUB),
        ("https://index.docker.io/v1/", HUB),
        ("index.docker.io", HUB),
        ("registry-1.docker.io", HUB),
        ("https://hub.docker.com/", HUB),
        ("docker.io/org1", "docker.io/org1"),
        ("https://index.docker.io/v1/org1/", "docker.io/org1"),
        ("registry-1.docker.io/v2/org1/image", "docker.io/org1/image"),
        ("GHCR.io", "ghcr.io"),
        ("https://ghcr.io/", "ghcr.io"),
        ("http://127.0.0.1:5000", "127.0.0.1:5000"),
        ("https://registry.example.com/v2/", "registry.example.com"),
        ("registry.example.com:5000/v1/team", "registry.example.com:5000/team"),
        ("ghcr.io/seldon/private", "ghcr.io/seldon/private"),
        ("*.gcr.io", "*.gcr.io"),
        ("[::1]:5000", "[::1]:5000"),
    ],
)
def test_a_server_is_written_as_the_kubelet_looks_it_up(server: str, key: str) -> None:
    assert list(registry(server=server, username="bot", password="canary")) == [key]
    assert list(registry(docker_config_json=config(**{server: login()}))) == [key]


@pytest.mark.parametrize("server", ["https://", "ghcr.io/team/image:1.0", "ghcr io", "ghcr.io?x=1", "a:b:c"])
def test_an_invalid_server_is_refused(server: str) -> None:
    with pytest.raises(InvalidArguments, match="server: must be the host of a registry"):
        registry(server=server, username="bot", password="canary")


def test_credentials_in_the_server_are_refused_and_not_repeated() -> None:
    server = "https://bot:canary@ghcr.io"
    for args in (
        {"server": server, "username": "bot", "password": "x"},
        {"docker_config_json": config(**{server: login()})},
    ):
        with pytest.raises(InvalidArguments, match="must not contain credentials") as invalid:
            registry(**args)
        assert "canary" not in str(invalid.value)


def test_several_registries_and_nothing_but_their_logins_are_kept() -> None:
    text = config(
        **{
            "ghcr.io": {"username": "bot", "password": "canary"},
            "quay.io": {**login("robot"), "email": ""},
            HUB: {"auth": login("hub")["auth"].rstrip("=")},
        }
    )
    assert registry(docker_config_json=text) == {
        "ghcr.io": login(),
        "quay.io": login("robot"),
        HUB: login("hub"),
    }


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{", "is not valid JSON (line 1, column 2)"),
        ("[]", "must be a JSON object with auths"),
        ("{}", "has no registry under auths"),
        ('{"auths": {}, "credsStore": "desktop"}', "in the credential store 'desktop' (credsStore)"),
        (
            '{"auths": {}, "credHelpers": {"gcr.io": "gcloud"}}',
            "the credential helper 'gcloud' (credHelpers)",
        ),
        (
            '{"auths": {"ghcr.io": {}}, "credsStore": "desktop"}',
            "contains no credentials; Docker keeps them in",
        ),
        (
            '{"auths": {"gcr.io": {}}, "credHelpers": {"gcr.io": "gcloud"}, "credsStore": "desktop"}',
            "auths, entry 'gcr.io': contains no credentials; Docker keeps them in the credential helper 'gcloud'",
        ),
        (config(**{"ghcr.io": {}}), "auths, entry 'ghcr.io': contains no credentials"),
        (config(**{"ghcr.io": "x"}), "must be an object of strings"),
        (config(**{"ghcr.io": {"username": "bot"}}), "contains no credentials"),
        (config(**{"ghcr.io": {"identitytoken": "canary"}}), "contains an identity token"),
        (config(**{"ghcr.io": {"auth": "canary!"}}), "auth is not the base64 of user:password"),
        (config(**{"ghcr.io": {"auth": "Y2FuYXJ5"}}), "auth is not the base64 of user:password"),
        (config(**{"ghcr.io": {**login(), "username": "bot", "password": "x"}}), "are different logins"),
        (
            config(**{"ghcr.io": login(), "https://ghcr.io": login("other")}),
            "two different logins for 'ghcr.io'",
        ),
        (config(**{"docker.io": login(), HUB: login("other")}), f"two different logins for {HUB!r}"),
    ],
)
def test_a_docker_config_without_usable_logins_is_refused(text: str, rule: str) -> None:
    with pytest.raises(InvalidArguments) as invalid:
        registry(docker_config_json=text)
    (problem,) = invalid.value.problems
    assert problem.argument == "docker_config_json"
    assert rule in problem.rule
    assert "canary" not in str(invalid.value)


def test_the_same_login_twice_is_one() -> None:
    text = config(**{"ghcr.io": login(), "https://ghcr.io/v2/": login()})
    assert registry(docker_config_json=text) == {"ghcr.io": login()}


def test_a_docker_config_or_a_login_but_not_both() -> None:
    with pytest.raises(InvalidArguments) as invalid:
        registry(docker_config_json=config(**{"ghcr.io": login()}), server="ghcr.io")
    assert str(invalid.value) == "server: must not be set together with docker_config_json"
    with pytest.raises(InvalidArguments) as invalid:
        registry(server="ghcr.io")
    assert [problem.argument for problem in invalid.value.problems] == ["username", "password"]


@pytest.mark.parametrize(
    ("name", "value"), [("username", "a:b"), ("username", " bot"), ("password", "canary\n")]
)
def test_a_login_that_no_registry_would_take_is_refused(name: str, value: str) -> None:
    args = {"server": "ghcr.io", "username": "bot", "password": "x", name: value}
    with pytest.raises(InvalidArguments, match=name) as invalid:
        registry(**args)
    assert "canary" not in str(invalid.value)


def stripped(excluded: str) -> st.SearchStrategy[str]:
    texts = st.text(st.characters(exclude_characters=excluded, exclude_categories=["Cs"]), min_size=1)
    return texts.filter(lambda text: text == text.strip())


@given(stripped(":"), stripped("\0"))
def test_a_login_is_read_back_as_it_was_written(username: str, password: str) -> None:
    entry = docker_config.login(username, password)
    assert docker_config.read(docker_config.write({"ghcr.io": entry})).auths == {"ghcr.io": entry}


def test_a_whole_config_in_base64_is_decoded() -> None:
    text = config(**{"ghcr.io": login()})
    encoded = base64.encodebytes(text.encode()).decode()
    assert registry(docker_config_json=encoded) == registry(docker_config_json=text)


WEB_LOGIN = {
    HUB: login("me", "pat"),
    f"{HUB}access-token": login("me", "canary.jwt"),
    f"{HUB}refresh-token": login("me", "canary..client-id"),
}


def test_the_tokens_of_a_login_in_a_browser_are_dropped() -> None:
    assert registry(docker_config_json=config(**WEB_LOGIN)) == {HUB: login("me", "pat")}
    only_tokens = config(**{name: entry for name, entry in WEB_LOGIN.items() if name != HUB})
    assert "contains no credentials" in refused(only_tokens)


def test_a_login_of_a_part_of_docker_hub_stays_one() -> None:
    both = {"docker.io/org1": login("one"), "docker.io/org2": login("two")}
    assert registry(docker_config_json=config(**both)) == both
    assert registry(docker_config_json=config(**both, **{HUB: login()})) == {**both, HUB: login()}
    with pytest.raises(InvalidArguments, match=r"server: must be docker\.io/ORGANIZATION for a part of"):
        registry(server="hub.docker.com/r/org1", username="bot", password="x")


@pytest.mark.parametrize(
    "entry",
    [
        {"auth": "Ym90OmNh\nbmFyeQ=\r\n=\n"},
        {"auth": "Ym90OmNhbmFyeQ"},
        {**login(), "username": "bot"},
        {**login(), "password": "other"},
        {**login(), "email": None, "identitytoken": None, "future": 5},
        {"Auth": login()["auth"], "username": None},
        {"username": "bot", "PASSWORD": "canary"},
    ],
)
def test_a_login_that_the_kubelet_reads(entry: dict[str, Any]) -> None:
    assert registry(docker_config_json=config(**{"ghcr.io": entry})) == {"ghcr.io": login()}


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        (login("u", "canary\n"), "password must not be empty, or start or end with white space"),
        (login(" u", "canary"), "username must not be empty"),
        ({"username": "u", "password": "canary\r\n"}, "password must not be empty, or start"),
        ({"auth": f" {login()['auth']}"}, "auth is not the base64 of user:password"),
        ({"auth": login("x" * 2)["auth"].rstrip("=") + "="}, "auth is not the base64 of user:password"),
        (
            {
                "auth": base64.b64encode(b"00000000-0000-0000-0000-000000000000:").decode(),
                "identitytoken": "canary",
            },
            "contains an identity token",
        ),
        (
            {"username": "00000000-0000-0000-0000-000000000000", "identitytoken": "canary"},
            "contains an identity token",
        ),
        ({"email": 5, **login()}, "must be an object of strings"),
    ],
)
def test_a_login_that_the_kubelet_or_the_registry_rejects(entry: dict[str, Any], rule: str) -> None:
    assert rule in refused(config(**{"quay.io": login(), "ghcr.io": entry}))


def refused(text: str) -> str:
    with pytest.raises(InvalidArguments) as invalid:
        registry(docker_config_json=text)
    assert "canary" not in str(invalid.value)
    return str(invalid.value)


@pytest.mark.parametrize("empty", [{}, None, {"auth": ""}, {"email": "a@example.com"}])
def test_a_registry_without_a_login_is_left_to_a_warning(empty: Any) -> None:
    read = docker_config.read(config(**{HUB: empty, "ghcr.io": login(), "https://ghcr.io/": empty}))
    assert read == docker_config.DockerConfig({"ghcr.io": login()}, (repr(HUB),))
    assert "canary" not in repr(read)


def test_go_finds_a_field_in_any_case() -> None:
    text = json.dumps({"AUTHS": {"ghcr.io": login()}, "credsStore": "desktop"})
    assert registry(docker_config_json=text) == {"ghcr.io": login()}
