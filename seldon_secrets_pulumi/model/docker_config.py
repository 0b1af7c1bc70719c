"""The Docker config of a registry secret, in the form that both the kubelet and skopeo read."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from seldon_secrets_pulumi.problem import BrokenRule
from seldon_secrets_pulumi.untrusted_text import json_field, parse_json, quoted

_LONGEST = 1024 * 1024  # core/v1 MaxSecretSize

# JSON can contain half of a character, "\\ud800", which no encoding can write.
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# The names that people and tools use for Docker Hub. The kubelet looks up its credentials under the host
# index.docker.io (kubernetes `pkg/credentialprovider/keyring.go`, defaultRegistryKey), Docker and skopeo under this
# URL; the other names match no image.
_DOCKER_HUB = "https://index.docker.io/v1/"
_DOCKER_HUB_HOSTS = frozenset(
    {
        "auth.docker.io",
        "docker.com",
        "docker.io",
        "hub.docker.com",
        "index.docker.io",
        "registry-1.docker.io",
        "registry.docker.io",
        "registry.hub.docker.com",
        "www.docker.io",
    }
)
# The kubelet calls the images of Docker Hub docker.io/…, so that a login of one organization needs this name.
_ORGANIZATION_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
# `docker login` in a browser stores its tokens as two further registries, which only Docker reads
# (docker/cli `cli/config/credentials/oauth_store.go`).
_WEB_LOGIN_TOKENS = frozenset({"/access-token", "/refresh-token"})

_LOGIN = ("username", "password")
_FIELDS = (*_LOGIN, "auth", "email", "identitytoken")
_NOT_A_LOGIN = "auth is not the base64 of user:password"


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """The registries of a Docker config."""

    auths: Mapping[str, Mapping[str, str]] = field(repr=False)
    """The logins, by registry."""
    without_login: tuple[str, ...] = ()
    """The registries that the config mentions without a login, quoted."""


def server_key(server: str) -> str:
    """The key of a registry in `auths`: host, port and path, as the kubelet compares them with an image.

    It strips the scheme and a /v1/ or /v2/ at the start of the path (kubernetes
    `pkg/credentialprovider/keyring.go`, BasicDockerKeyring.Add).
    """
    try:
        url = urlsplit(server if re.match(r"https?://", server, re.IGNORECASE) else f"https://{server}")
        host, _ = url.hostname or "", url.port
    except ValueError:
        host = ""
    if (
        not re.fullmatch(r"[a-z0-9*.\[\]:-]+", host)
        or url.query
        or url.fragment
        or re.search(r"[\s:@]", url.path)
    ):
        raise ValueError("must be the host of a registry, such as ghcr.io or registry.example.com:5000")
    if url.username is not None:
        raise BrokenRule("must not contain credentials; set {} and {}", "username", "password")
    path = re.sub(r"^/v[12](?=/|$)", "", url.path).rstrip("/")
    return _hub_key(host, path) if host in _DOCKER_HUB_HOSTS else f"{url.netloc.lower()}{path}"


def _hub_key(host: str, path: str) -> str:
    """The key of Docker Hub, or of a part of it, which must not become a login for all of it."""
    if not path:
        return _DOCKER_HUB
    if host not in _ORGANIZATION_HOSTS:
        raise ValueError("must be docker.io/ORGANIZATION for a part of Docker Hub")
    return f"docker.io{path}"


def check_username(username: str) -> str:
    """The user name. Raises `ValueError` if no registry would accept it."""
    if not username or ":" in username or username != username.strip():
        raise ValueError("must not be empty, contain a colon, or start or end with white space")
    return username


def check_password(password: str) -> str:
    """The password. Raises `ValueError` if no registry would accept it."""
    if not password or password != password.strip():
        raise ValueError(
            "must not be empty, or start or end with white space (often the last line break of a file)"
        )
    return password


def login(username: str, password: str, email: str | None = None) -> dict[str, str]:
    """The entry of one registry. The kubelet, containerd and skopeo all read `auth`."""
    entry = {"auth": base64.b64encode(f"{username}:{password}".encode()).decode()}
    return entry | ({"email": email} if email else {})


def credentials(entry: Mapping[str, str]) -> tuple[str, str]:
    """The user name and the password in an entry that `login` made."""
    username, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
    return username, password


def write(auths: Mapping[str, Mapping[str, str]]) -> str:
    """The value of `.dockerconfigjson`."""
    return json.dumps({"auths": auths}, sort_keys=True, separators=(",", ":"))


def read(text: str) -> DockerConfig:
    """The registries of a Docker config and their logins, without its other settings.

    Raises `ValueError` with a rule if it contains no login, or one that can't be used.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"must be at most {_LONGEST:,} bytes long, the limit of Kubernetes for a Secret")
    config = parse_json(text.lstrip("\ufeff"))
    if not isinstance(config, dict):
        raise ValueError("must be a JSON object with auths")  # noqa: TRY004 - pydantic reports ValueError
    entries = json_field(config, "auths")
    if not (isinstance(entries, dict) and entries):
        raise ValueError(f"has no registry under auths{_elsewhere(config)}")
    auths: dict[str, dict[str, str]] = {}
    without_login: dict[str, str] = {}
    for server, key, entry in _logins(entries, config):
        if entry is None:
            without_login[server] = key
        elif auths.setdefault(key, entry) != entry:
            raise ValueError(f"has two different logins for {quoted(key)}")
    if not auths:
        server = next(iter(without_login), "")
        raise ValueError(f"{_entry_of(server)}: contains no credentials{_elsewhere(config, server)}")
    return DockerConfig(
        auths, tuple(quoted(server) for server, key in without_login.items() if key not in auths)
    )


def _logins(
    entries: Mapping[str, Any], config: Mapping[str, Any]
) -> Iterator[tuple[str, str, dict[str, str] | None]]:
    """Each registry, its key, and its login if it has one."""
    for server, entry in entries.items():
        if _is_web_login_token(server):
            continue
        try:
            yield server, server_key(server), _entry(entry)
        except ValueError as error:
            raise ValueError(f"{_entry_of(server)}: {error}{_elsewhere(config, server)}") from None


def _entry_of(server: str) -> str:
    # The part before an @ may be a login.
    return f"auths, entry {quoted(server.rpartition('@')[2])}"


def _is_web_login_token(server: str) -> bool:
    try:
        url = urlsplit(server)
    except ValueError:
        return False
    path = re.sub(r"^/v[12](?=/)", "", url.path)
    return url.netloc.lower() == "index.docker.io" and path in _WEB_LOGIN_TOKENS


def _entry(entry: Any) -> dict[str, str] | None:
    """The login in an entry, as the kubelet reads it: `auth` before the other fields. None if there is none."""
    fields = entry if isinstance(entry, dict) else {}
    texts = {name: json_field(fields, name) or "" for name in _FIELDS}
    # Go reads null as an absent value.
    is_object = entry is None or isinstance(entry, dict)
    if not is_object or not all(isinstance(value, str) for value in texts.values()):
        raise ValueError("must be an object of strings")
    if any(_SURROGATE.search(value) for value in texts.values()):
        raise ValueError("must be valid Unicode text")
    login_in_entry = _username_and_password(texts)
    if login_in_entry is None:
        return None
    username, password = login_in_entry
    _check("username", check_username, username)
    _check("password", check_password, password)
    return login(username, password, texts["email"])


def _check(name: str, check: Callable[[str], str], value: str) -> None:
    try:
        check(value)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


def _username_and_password(texts: Mapping[str, str]) -> tuple[str, str] | None:
    username, password, auth = (texts[name] for name in (*_LOGIN, "auth"))
    encoded = _decoded(auth) if auth else None
    if encoded and username and password and (username, password) != encoded:
        raise ValueError("auth and username with password are different logins")
    username, password = encoded or (username, password)
    if username and password:
        return username, password
    if texts["identitytoken"]:
        raise ValueError(
            "contains an identity token, which Kubernetes can't use; log in with an access token"
        )
    if auth:
        raise ValueError(_NOT_A_LOGIN)
    if username or password:
        raise ValueError("contains no credentials: it has only one of username and password")
    return None


def _decoded(auth: str) -> tuple[str, str]:
    # The kubelet expects padding only if there is some, and Go's decoder skips line breaks (kubernetes
    # `pkg/credentialprovider/config.go`, decodeDockerConfigFieldAuth).
    encoded = auth.replace("\n", "").replace("\r", "")
    padded = encoded if encoded.endswith("=") else encoded + "=" * (-len(encoded) % 4)
    try:
        # Python ignores surplus padding.
        text = base64.b64decode(padded, validate=True).decode() if len(padded) % 4 == 0 else ""
    except (binascii.Error, ValueError):
        text = ""
    username, colon, password = text.partition(":")
    if not colon:
        raise ValueError(_NOT_A_LOGIN)
    # Old Docker clients padded the password with zero bytes; Docker strips them too.
    return username, password.strip("\x00")


def _elsewhere(config: Mapping[str, Any], server: str | None = None) -> str:
    """The place where Docker keeps the credentials instead, if the config names one: for one server or for any."""
    helpers = config.get("credHelpers")
    concerned = {
        helper
        for host, helper in (helpers.items() if isinstance(helpers, dict) else ())
        if server in (None, host) and isinstance(helper, str)
    }
    if concerned:
        where = f"the credential helper {quoted(min(concerned))} (credHelpers)"
    elif isinstance(store := config.get("credsStore"), str) and store:
        where = f"the credential store {quoted(store)} (credsStore)"
    else:
        return ""
    return f"; Docker keeps them in {where} of one machine: set server, username and password instead"
