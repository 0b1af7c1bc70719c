"""The Docker config of a registry secret, in the form that both the kubelet and skopeo read."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from seldon_secrets_pulumi.problem import BrokenRule
from seldon_secrets_pulumi.untrusted_text import parse_json, quoted

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
    if host in _DOCKER_HUB_HOSTS:
        return _DOCKER_HUB
    path = re.sub(r"^/v[12](?=/|$)", "", url.path).rstrip("/")
    return f"{url.netloc.lower()}{path}"


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


def read(text: str) -> dict[str, dict[str, str]]:
    """The registries of a Docker config and their logins, without its other settings.

    Raises `ValueError` with a rule if the credentials of a registry are missing or can't be used.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"must be at most {_LONGEST:,} bytes long, the limit of Kubernetes for a Secret")
    config = parse_json(text.lstrip("\ufeff"))
    if not isinstance(config, dict):
        raise ValueError("must be a JSON object with auths")  # noqa: TRY004 - pydantic reports ValueError
    entries = config.get("auths")
    if not (isinstance(entries, dict) and entries):
        raise ValueError(f"has no registry under auths{_elsewhere(config)}")
    auths: dict[str, dict[str, str]] = {}
    for server, entry in entries.items():
        try:
            key, value = server_key(server), _entry(entry)
        except ValueError as error:
            host = server.rpartition("@")[2]  # the part before an @ may be a login
            raise ValueError(f"auths, entry {quoted(host)}: {error}{_elsewhere(config, server)}") from None
        if auths.setdefault(key, value) != value:
            raise ValueError(f"has two different logins for {quoted(key)}")
    return auths


def _entry(entry: Any) -> dict[str, str]:
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise ValueError("must be an object of strings")
    if any(_SURROGATE.search(value) for value in entry.values()):
        raise ValueError("must be valid Unicode text")
    username, password, auth = (entry.get(name, "") for name in ("username", "password", "auth"))
    if auth:
        encoded = _decoded(auth)
        if (username or password) and (username, password) != encoded:
            raise ValueError("auth and username with password are different logins")
        username, password = encoded
    elif not (username and password):
        if entry.get("identitytoken"):
            raise ValueError(
                "contains an identity token, which Kubernetes can't use; log in with an access token"
            )
        raise ValueError("contains no credentials")
    return login(username, password, entry.get("email"))


def _decoded(auth: str) -> tuple[str, str]:
    try:
        # The kubelet accepts it with or without padding (kubernetes `pkg/credentialprovider/config.go`).
        text = base64.b64decode(auth.strip() + "=" * (-len(auth.strip()) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    username, _, password = text.partition(":")
    if not (username and password):
        raise ValueError("auth is not the base64 of user:password")
    # Old Docker clients padded the password with zero bytes; the kubelet strips them too.
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
