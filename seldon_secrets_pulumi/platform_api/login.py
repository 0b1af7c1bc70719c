"""The login at the platform's OIDC server, as Seldon's SDK does it (`auth/openid.py`), without a browser."""

from collections.abc import Generator, Mapping
from functools import partial
from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]

from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.platform_api.connection import TRANSIENT, answer, client_options, server_of
from seldon_secrets_pulumi.platform_api.errors import LoginError, PlatformError
from seldon_secrets_pulumi.platform_api.settings import CLIENT_CREDENTIALS, PlatformSettings, variable
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

_DISCOVERY = "/.well-known/openid-configuration"

# RFC 6749, section 5.2. Other codes are the server's own words, which are not repeated.
_REFUSALS: Mapping[str, str] = {
    "invalid_client": "it does not accept the client's ID or secret",
    "invalid_grant": "it does not accept the user name or password",
    "unauthorized_client": "this client may not log in with {method}; enable it for the client, or use another method",
    "unsupported_grant_type": "it does not support {method}; use another method",
    "invalid_scope": "it does not accept the scope",
}


def log_in(settings: PlatformSettings) -> str:
    """A token for the platform: the ID token, or the access token where there is none. Raises `PlatformError`."""
    server = server_of(settings.oidc_server or "")
    options = client_options(settings.oidc_server or "", settings.ssl_ca_cert)
    with httpx.Client(**options) as client:
        endpoint = _token_endpoint(client, settings, server)
        try:
            token = answer(
                server, partial(_fetch_token, client, settings, endpoint), is_transient=_is_transient
            )
        except OAuthError as error:
            raise LoginError(f"{server} refused the login: {_refusal(error.error, settings)}") from None
        except UnicodeEncodeError:
            # The exception contains the text that can't be encoded.
            raise UsageError(
                f"{variable('oidc_client_secret')} contains a character that is not Latin-1"
            ) from None
        except ValueError:
            raise LoginError(
                f"the answer of {server} to the login is not an OIDC server's; check oidc_server"
            ) from None
    return _usable(token, server)


def _is_transient(_: object) -> bool:
    return False


def _token_endpoint(client: httpx.Client, settings: PlatformSettings, server: str) -> str:
    url = (settings.oidc_server or "").rstrip("/").removesuffix(_DISCOVERY) + _DISCOVERY
    response = answer(
        server, partial(client.get, url), is_transient=lambda each: each.status_code in TRANSIENT
    )
    try:
        metadata = parse_json(response.text) if response.status_code == 200 else None
    except UnreadableTextError:
        metadata = None
    endpoint = metadata.get("token_endpoint") if isinstance(metadata, dict) else None
    if not isinstance(endpoint, str):
        raise PlatformError(
            f"{server} is not an OIDC server at this address (it answered {response.status_code});"
            f" oidc_server must be the address before {_DISCOVERY}, such as https://host/auth/realms/deploy-realm"
        )
    if server_of(endpoint) != server:
        # A password must not go to a server that the user did not name.
        raise PlatformError(
            f"{server} names the token endpoint of another server, {server_of(endpoint)};"
            " set oidc_server to that server's address if it is right"
        )
    return endpoint


class _HttpxClientAuth(httpx.Auth, ClientAuth):  # type: ignore[misc] # authlib has no types
    """Authlib's authentication of a client. Its own class for httpx needs a successor that requires Python 3.11."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with the client's credentials."""
        url, headers, body = self.prepare(
            request.method, str(request.url), dict(request.headers), request.content.decode()
        )
        headers.pop("content-length", None)
        yield httpx.Request(request.method, url, headers=headers, content=body, extensions=request.extensions)


class _Client(OAuth2Client):  # type: ignore[misc]
    client_auth_class = _HttpxClientAuth
    oauth_error_class = OAuthError
    SESSION_REQUEST_PARAMS = ()


def _fetch_token(client: httpx.Client, settings: PlatformSettings, endpoint: str) -> Mapping[str, Any]:
    login = _Client(client, settings.oidc_client_id, settings.oidc_client_secret, scope=settings.scope)
    parameters = {"resource": settings.oidc_resource} if settings.oidc_resource else {}
    if settings.auth_method == CLIENT_CREDENTIALS:
        parameters["grant_type"] = CLIENT_CREDENTIALS
    else:
        parameters |= {
            "grant_type": "password",
            "username": settings.username or "",
            "password": settings.password or "",
        }
    token: Mapping[str, Any] = login.fetch_token(endpoint, scope=settings.scope, **parameters)
    return token


def _refusal(code: object, settings: PlatformSettings) -> str:
    known = _REFUSALS.get(code) if isinstance(code, str) else None
    return (known or "it gave a reason of its own").format(method=settings.auth_method)


def _usable(token: Mapping[str, Any], server: str) -> str:
    text = token.get("id_token") or token.get("access_token")
    if isinstance(text, str) and text.isascii() and text.isprintable():
        return text
    raise LoginError(f"{server} accepted the login but answered without a token that can be used")
