"""How to reach the platform and log in: the settings of Seldon's SDK, in environment variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.problem import did_you_mean

API_PATH = "/seldon-deploy/api/v1alpha1"

PASSWORD, CLIENT_CREDENTIALS = "password_grant", "client_credentials"
AUTH_METHODS = (PASSWORD, CLIENT_CREDENTIALS)
"""The SDK's names of the two ways to log in without a browser (`AuthMethod` in its `auth/base.py`)."""

NO_PLATFORM = "none"
"""The host that stands for no platform."""

_PREFIX = "SELDON_PLATFORM_"


@dataclass(frozen=True)
class PlatformSettings:
    """The settings of one platform. Each field has the name that it has in the SDK's `Configuration`.

    The representation shows no credential.
    """

    host: str
    """The platform's address, with or without the path of its API."""
    oidc_server: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_resource: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    auth_method: str = PASSWORD
    scope: str = "openid profile email groups"
    id_token: str | None = field(default=None, repr=False)
    """A token that somebody else obtained. It takes the place of a login."""
    ssl_ca_cert: str | None = None
    """A file with the certificates to trust instead of the usual ones."""

    @property
    def api(self) -> str:
        """The address of the API."""
        base = self.host.rstrip("/")
        for end in (API_PATH, "/seldon-deploy"):
            base = base.removesuffix(end)
        return base + API_PATH

    def __str__(self) -> str:
        parts = urlsplit(self.api)
        return f"{parts.scheme}://{parts.netloc}"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return _PREFIX + name.upper()


def platform_settings(
    options: Mapping[str, str | None], environment: Mapping[str, str]
) -> PlatformSettings | None:
    """The settings from options, or else from the environment. None if neither names a host.

    Raises `UsageError` with every problem.
    """
    names = [each.name for each in fields(PlatformSettings)]
    # A variable that is empty is not set, as CI systems set it for a secret that does not exist.
    values = {
        name: value for name in names if (value := options.get(name) or environment.get(variable(name)))
    }
    if values.get("host", NO_PLATFORM) == NO_PLATFORM:
        return None
    settings = PlatformSettings(**values)
    if problems := [*_address_problems(settings), *_login_problems(settings), *_file_problems(settings)]:
        raise UsageError("\n".join(problems))
    return settings


def _address_problems(settings: PlatformSettings) -> Iterator[str]:
    for name in ("host", "oidc_server"):
        if (text := getattr(settings, name)) is not None and (rule := _broken_address_rule(text)):
            yield f"the platform's {name} {rule}"


def _broken_address_rule(text: str) -> str | None:
    # The value may contain a password, so it is not repeated.
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return "is not a valid address; it must look like https://host"
    if parts.scheme not in {"https", "http"} or not has_host:
        return "is not a valid address; it must look like https://host"
    if "@" in parts.netloc:
        return f"must not contain a user; set {variable('username')} and {variable('password')}"
    return "must not contain a query or a fragment" if parts.query or parts.fragment else None


def _login_problems(settings: PlatformSettings) -> Iterator[str]:
    if settings.id_token:
        if not (settings.id_token.isascii() and settings.id_token.isprintable()):
            yield f"{variable('id_token')} contains a line break or a character that is not ASCII"
        return
    if settings.auth_method not in AUTH_METHODS:
        hint = did_you_mean(settings.auth_method, AUTH_METHODS) or f"use one of {', '.join(AUTH_METHODS)}"
        yield (
            f"the platform's auth_method is none of {', '.join(AUTH_METHODS)}; {hint}, or set {variable('id_token')}"
        )
        return
    required = ["oidc_server", "oidc_client_id"]
    if settings.auth_method == CLIENT_CREDENTIALS:
        required += ["oidc_client_secret"]
    else:
        required += ["username", "password"]
    missing = [variable(name) for name in required if not getattr(settings, name)]
    if missing:
        yield (
            f"the login to the platform ({settings.auth_method}) also needs {', '.join(missing)};"
            f" or set {variable('id_token')} to a token"
        )


def _file_problems(settings: PlatformSettings) -> Iterator[str]:
    if settings.ssl_ca_cert and not Path(settings.ssl_ca_cert).is_file():
        yield "the platform's ssl_ca_cert is not a file"
