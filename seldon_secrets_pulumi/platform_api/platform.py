"""The calls of the platform's API that concern secrets."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx
from typing_extensions import Self

from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.platform_api.connection import TRANSIENT, answer, client_options, single_answer
from seldon_secrets_pulumi.platform_api.errors import (
    ForbiddenError,
    LoginError,
    PlatformError,
    RejectedCallError,
)
from seldon_secrets_pulumi.platform_api.login import log_in
from seldon_secrets_pulumi.platform_api.offered_secret import OfferedSecret, read_offered_secrets
from seldon_secrets_pulumi.platform_api.permissions import Permission, read_permissions
from seldon_secrets_pulumi.platform_api.settings import PlatformSettings, variable
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json, printable

_PAGE_SIZE = 200
_MOST_PAGES = 1000


class Platform:
    """A platform with a login. Use it in a `with` statement.

    Every call raises `PlatformError` or one of its subclasses. Calls that only read are tried three times.
    """

    def __init__(self, settings: PlatformSettings) -> None:
        self.settings = settings
        self._token = settings.id_token
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        options = client_options(self.settings.host, self.settings.ssl_ca_cert)
        self._client = self._resources.enter_context(httpx.Client(**options))
        return self

    def __exit__(self, *exception: object) -> None:
        self._resources.close()

    def __str__(self) -> str:
        return str(self.settings)

    def secrets(self, namespace: str, search: str | None = None) -> list[OfferedSecret]:
        """The Secrets of a namespace that the platform offers, in both formats.

        The platform filters bucket secrets by `env_var` unless another format is asked for, so each is asked for.
        """
        filter_ = {"search": search} if search else {}
        offered: dict[OfferedSecret, None] = {}
        for name in FORMATS:
            offered.update(
                dict.fromkeys(
                    self._listed(namespace, "bucket", name, {**filter_, "bucketSecretFormat": name})
                )
            )
        offered.update(dict.fromkeys(self._listed(namespace, "registry", None, filter_)))
        return sorted(offered, key=lambda each: (each.kind, each.name, each.format or ""))

    def _listed(
        self, namespace: str, kind: str, asked_format: str | None, query: Mapping[str, str]
    ) -> list[OfferedSecret]:
        found: list[OfferedSecret] = []
        token = ""
        seen = {token}
        for _ in range(_MOST_PAGES):
            parameters = {**query, "pageSize": str(_PAGE_SIZE), **({"pageToken": token} if token else {})}
            page = self._read(
                f"/secrets/{quote(namespace, safe='')}/{kind}",
                f"list secrets in the namespace {namespace}",
                parameters,
            )
            entries = page.get("secrets") or []
            if not isinstance(entries, list):
                raise PlatformError(f"the answer of {self} is not a list of secrets")
            found += read_offered_secrets(entries, namespace, asked_format)
            token = page.get("nextPageToken") or ""
            if not token:
                return found
            if not isinstance(token, str) or token in seen:
                break
            seen.add(token)
        raise PlatformError(f"the list of secrets of {self} does not end")

    def create_bucket_secret(
        self, namespace: str, remote: str, format_name: str, remote_type: str, variables: Mapping[str, str]
    ) -> None:
        """Create a bucket secret."""
        self._change(
            "POST",
            f"/secrets/{quote(namespace, safe='')}/bucket/rclone/{quote(remote, safe='')}",
            f"create secrets in the namespace {namespace}",
            params={"format": format_name},
            json={"remoteType": remote_type, "variables": dict(variables)},
        )

    def delete_bucket_secret(self, namespace: str, name: str) -> None:
        """Delete a bucket secret. One that is already gone is no error."""
        try:
            self._change(
                "DELETE",
                f"/secrets/{quote(namespace, safe='')}/bucket/{quote(name, safe='')}",
                f"delete secrets in the namespace {namespace}",
            )
        except RejectedCallError as error:
            if error.status != 404:
                raise

    def permissions(self) -> list[Permission]:
        """What the policies of the platform (Open Policy Agent) permit to the caller."""
        body = self._read(
            "/iam/policy/permissions", "read your own permissions", {"callerPermissions": "true"}
        )
        return read_permissions(body.get("permissions"))

    def _read(self, path: str, action: str, query: Mapping[str, str]) -> dict[str, Any]:
        def read() -> httpx.Response:
            return answer(
                str(self),
                partial(self._send, "GET", path, params=query),
                is_transient=lambda response: response.status_code in TRANSIENT,
            )

        return self._checked(self._authorized(read), action)

    def _change(self, method: str, path: str, action: str, **content: Any) -> None:
        self._checked(
            self._authorized(lambda: single_answer(str(self), partial(self._send, method, path, **content))),
            action,
        )

    def _authorized(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """The response to a call, with a new login if the token has expired in the meantime."""
        if self._token is None:
            self._token = log_in(self.settings)
            return call()
        response = call()
        if response.status_code == 401 and not self.settings.id_token:
            self._token = log_in(self.settings)
            response = call()
        return response

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        return self._client.request(method, self.settings.api + path, headers=headers, **content)

    def _checked(self, response: httpx.Response, action: str) -> dict[str, Any]:
        """The body of a successful response."""
        status = response.status_code
        if status == 401 or 300 <= status < 400:
            raise LoginError(
                f"{self} does not accept the token; "
                + (
                    f"is {variable('id_token')} expired?"
                    if self.settings.id_token
                    else "does oidc_server belong to this platform?"
                )
            )
        if status == 403:
            raise ForbiddenError(
                printable(
                    f"{self} does not permit you to {action}; its policies must, and the namespace must exist"
                )
            )
        if status >= 400:
            raise RejectedCallError(
                status, printable(f"{self} could not {action}: it answered {status}; see docs/platform.md")
            )
        try:
            body = parse_json(response.text) if response.content else {}
        except UnreadableTextError:
            body = None
        if not isinstance(body, dict):
            raise PlatformError(
                f"the answer of {self} is not its API's; the address must be the one of the platform's pages,"
                " such as https://host"
            )
        return body
