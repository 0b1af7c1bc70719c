"""A stand-in for Seldon Enterprise Platform, which is not public: its Secrets service and an OIDC server.

Paths, enums, paging and errors are those of `swagger-v1alpha1.yml` of seldon-deploy-sdk 2.4.0; the SDK itself runs
against it in the tests. It writes real Secrets to the API server. What the real platform writes on them is not public,
so the labels are parameters.
"""

import base64
import json
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from kubernetes.client import ApiException

from .control_plane import ControlPlane

API = "/seldon-deploy/api/v1alpha1"
REALM = "/auth/realms/deploy-realm"
CLIENT_ID, USERNAME = "sd-api", "admin@seldon.io"
FORMATS = {"env_var": "envvars", "config_param": "params"}
DEFAULT_LABEL: Mapping[str, Mapping[str, str]] = {name: {"bucket-secret-format": name} for name in FORMATS}


@dataclass
class Call:
    """A request to the API."""

    method: str
    path: list[str]
    query: Mapping[str, str]
    body: Any


@dataclass
class SeldonPlatform:
    """The state of the stand-in. Tests change it between calls."""

    control_plane: ControlPlane
    format_labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: DEFAULT_LABEL)
    """The labels that a bucket secret gets, by its format."""
    permissions: list[dict[str, str]] = field(
        default_factory=lambda: [{"action": each, "resource": "namespace/*"} for each in ("read", "write")]
    )
    writes: Callable[[dict[str, Any], str], None] = lambda *_: None
    """Changes a Secret before it is written, as another version of the platform might write it."""
    before: Callable[[Call], None] = lambda *_: None
    """Called before each call of the API is carried out."""
    hidden: set[str] = field(default_factory=set)
    """The names of Secrets that the platform does not list."""
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Answers that replace those of the API, by method."""
    most_per_page: int = 100
    has_id_token: bool = True
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    logins: list[Mapping[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    @property
    def oidc_server(self) -> str:
        return self.url + REALM

    @property
    def environment(self) -> dict[str, str]:
        """The variables that log a command in."""
        return {
            "SELDON_PLATFORM_HOST": self.url,
            "SELDON_PLATFORM_OIDC_SERVER": self.oidc_server,
            "SELDON_PLATFORM_OIDC_CLIENT_ID": CLIENT_ID,
            "SELDON_PLATFORM_OIDC_CLIENT_SECRET": self.client_secret,
            "SELDON_PLATFORM_USERNAME": USERNAME,
            "SELDON_PLATFORM_PASSWORD": self.password,
            "NO_PROXY": "127.0.0.1",
        }

    @property
    def canaries(self) -> dict[str, str]:
        issued = {f"token {number}": token for number, token in enumerate(sorted(self.tokens))}
        return {"client secret": self.client_secret, "password": self.password} | issued

    # The OIDC server.

    def log_in(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint (RFC 6749, sections 4.3, 4.4 and 5)."""
        self.logins.append(form)
        client, _, secret = base64.b64decode(authorization.partition(" ")[2]).decode().partition(":")
        client = client or form.get("client_id", "")
        if client != CLIENT_ID or (secret and secret != self.client_secret):
            return 401, {"error": "invalid_client", "error_description": f"wrong: {secret}"}
        grant = form.get("grant_type")
        if grant == "password":
            if (form.get("username"), form.get("password")) != (USERNAME, self.password):
                return 401, {"error": "invalid_grant", "error_description": f"wrong: {form.get('password')}"}
        elif grant == "client_credentials":
            if not secret:
                return 401, {"error": "invalid_client"}
        else:
            return 400, {"error": "unsupported_grant_type"}
        token = secrets.token_urlsafe(40)
        self.tokens.add(token)
        name = "id_token" if self.has_id_token else "access_token"
        return 200, {"token_type": "Bearer", "expires_in": 60, "access_token": "not-for-the-api", name: token}

    # The API.

    def answer(self, call: Call) -> tuple[int, Any]:
        self.calls.append(call)
        self.before(call)
        if call.method in self.answers:
            return self.answers[call.method]
        match call.path:
            case ["iam", "policy", "permissions"]:
                return 200, {"permissions": self.permissions}
            case ["secrets", namespace, *rest]:
                action = "read" if call.method == "GET" else "write"
                if not self._permits(action, namespace):
                    return 403, {"code": 7, "message": f"no permission to {action} in {namespace}"}
                return self._secrets(call, namespace, rest)
        return 404, {"code": 5, "message": "not found"}

    def _permits(self, action: str, namespace: str) -> bool:
        resources = {"namespace/*", f"namespace/{namespace}"}
        return any(each["action"] == action and each["resource"] in resources for each in self.permissions)

    def _secrets(self, call: Call, namespace: str, rest: list[str]) -> tuple[int, Any]:
        try:
            match call.method, rest:
                case "GET", [kind] if kind in {"all", "bucket", "registry"}:
                    return 200, self._list(namespace, kind, call.query)
                case "POST", ["bucket", "rclone", remote]:
                    return self._create(namespace, remote, call.query.get("format", "env_var"), call.body)
                case "DELETE", [kind, name] if kind in {"bucket", "registry"}:
                    self.control_plane.core.delete_namespaced_secret(name, namespace)
                    return 200, {}
        except ApiException as error:
            return (404 if error.status == 404 else 500), {"code": 13, "message": error.reason}
        return 400, {"code": 3, "message": "bad request"}

    def _list(self, namespace: str, kind: str, query: Mapping[str, str]) -> dict[str, Any]:
        wanted = query.get("bucketSecretFormat", "env_var")
        entries = [
            entry
            for secret in self.control_plane.secrets(namespace).values()
            if (entry := self._entry(secret, kind, wanted)) and query.get("search", "") in entry["secretName"]
        ]
        size = min(int(query.get("pageSize", self.most_per_page)), self.most_per_page)
        start = int(query.get("pageToken") or 0)
        more = {"nextPageToken": str(start + size)} if len(entries) > start + size else {}
        return {"secrets": entries[start : start + size], **more}

    def _entry(self, secret: Any, kind: str, wanted: str) -> dict[str, str] | None:
        labels = secret.metadata.labels or {}
        secret_type = labels.get("secret-type")
        if labels.get("seldon-deploy") != "true" or secret.metadata.name in self.hidden:
            return None
        if kind not in {secret_type, "all"}:
            return None
        entry = {"secretName": secret.metadata.name, "secretType": secret_type}
        if secret_type == "bucket":
            name = next(
                (
                    each
                    for each, label in self.format_labels.items()
                    if label and label.items() <= labels.items()
                ),
                "env_var",
            )
            if name != wanted:
                return None
            entry |= {
                "bucketSecretFormat": name,
                "remoteName": secret.metadata.name.partition("-bucket-")[0],
            }
        return entry

    def _create(self, namespace: str, remote: str, format_name: str, body: Any) -> tuple[int, Any]:
        if format_name not in FORMATS or not isinstance(body, dict):
            return 400, {"code": 3, "message": "bad request"}
        variables = body["variables"]
        if format_name == "env_var":
            prefix = f"RCLONE_CONFIG_{remote.upper()}_"
            data = {prefix + "TYPE": body["remoteType"]}
            data |= {prefix + key.upper(): value for key, value in variables.items()}
        else:
            document = {"name": remote, "type": body["remoteType"], "parameters": variables}
            data = {remote: json.dumps(document)}
        manifest: dict[str, Any] = {
            "metadata": {
                "name": f"{remote}-bucket-{FORMATS[format_name]}",
                "labels": {
                    "seldon-deploy": "true",
                    "secret-type": "bucket",
                    **self.format_labels.get(format_name, {}),
                },
            },
            "type": "Opaque",
            "stringData": data,
        }
        self.writes(manifest, format_name)
        self.control_plane.core.create_namespaced_secret(namespace, manifest)  # type: ignore[arg-type]
        return 200, {}


@contextmanager
def serving(
    platform: SeldonPlatform, certificate: tuple[Path, Path] | None = None
) -> Iterator[SeldonPlatform]:
    """Serve on a free port, over TLS if there is a certificate with its key."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    platform.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(platform: SeldonPlatform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _dispatch(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = urlsplit(self.path)
            if url.path == f"{REALM}/.well-known/openid-configuration":
                endpoint = f"{platform.oidc_server}/protocol/openid-connect/token"
                self._answer(200, {"issuer": platform.oidc_server, "token_endpoint": endpoint})
            elif url.path == f"{REALM}/protocol/openid-connect/token":
                form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
                self._answer(*platform.log_in(form, self.headers.get("Authorization", "")))
            elif not url.path.startswith(API):
                self._answer(404, b"<html>not here</html>")
            elif self.headers.get("Authorization", "").removeprefix("Bearer ") not in platform.tokens:
                self._answer(401, {"code": 16, "message": "unauthenticated"})
            else:
                path = [unquote(part) for part in url.path.removeprefix(API).strip("/").split("/")]
                query = {key: values[0] for key, values in parse_qs(url.query).items()}
                call = Call(self.command, path, query, json.loads(body) if body else None)
                self._answer(*platform.answer(call))

        do_GET = do_POST = do_DELETE = _dispatch  # noqa: N815 - the names that the base class calls

        def _answer(self, status: int, content: Any) -> None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
