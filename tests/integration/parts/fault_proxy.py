"""A proxy in front of the real API server that spoils chosen answers: what overload, restarts and middleboxes do.

It speaks HTTPS with the API server's own certificate: client-go sends no token over HTTP.
"""

import http.client
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from .control_plane import ControlPlane
from .served_part import ServedPart

PYTHON = "python"
"""Part of the user agent of the Python client, which the commands use themselves."""

_HOP_BY_HOP = {"connection", "content-length", "host", "transfer-encoding", "accept-encoding"}
_TRICKLE_SECONDS = 0.05


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Forward(Protocol):
    """Sends the request to the API server, with another method or path if they are set."""

    def __call__(self, method: str = "", path: str = "") -> Answer: ...


Fault = Callable[["_Handler", Forward], None]


@dataclass
class Rule:
    """Which requests a fault spoils: those that match, but not the first `skip` ones, and then `times` of them."""

    fault: Fault
    request: str
    """A pattern for the method and the path with its query, such as `GET .*/secrets`."""
    times: int = 1
    skip: int = 0
    agent: str = ""
    spoiled: int = field(default=0, init=False)

    def applies(self, request: str, agent: str) -> bool:
        """Whether to spoil this request. Counts it."""
        if not (re.search(self.request, request) and self.agent.lower() in agent.lower()):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.spoiled >= self.times:
            return False
        self.spoiled += 1
        return True


def status(code: int, **headers: str) -> Fault:
    """An error as the API server sends it. Nothing reaches the API server."""
    reason = http.client.responses[code]
    content = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": reason, "code": code}
    fields = {name.replace("_", "-"): value for name, value in headers.items()}

    def fault(handler: "_Handler", _: Forward) -> None:
        body = json.dumps(content).encode()
        handler.answer(Answer(code, {"Content-Type": "application/json", **fields}, body))

    return fault


def html(handler: "_Handler", _: Forward) -> None:
    """The page of a login portal."""
    handler.answer(Answer(200, {"Content-Type": "text/html"}, b"<html>Please log in</html>"))


def eof_before(handler: "_Handler", _: Forward) -> None:
    """The connection closes before the request reaches the API server."""
    handler.hang_up()


def eof_after(handler: "_Handler", forward: Forward) -> None:
    """The API server does what it was asked to, and the connection closes before its answer arrives."""
    forward()
    handler.hang_up()


def cut(handler: "_Handler", forward: Forward) -> None:
    """Half of the answer arrives."""
    handler.answer(forward(), send=lambda body: handler.wfile.write(body[: len(body) // 2]))
    handler.hang_up()


def cut_json(handler: "_Handler", forward: Forward) -> None:
    """Half of the answer arrives, and its length says that it is all."""
    whole = forward()
    handler.answer(Answer(whole.status, whole.headers, whole.body[: len(whole.body) // 2]))


def trickle(handler: "_Handler", forward: Forward) -> None:
    """The answer arrives a byte at a time."""

    def send(body: bytes) -> None:
        for byte in body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(_TRICKLE_SECONDS)

    handler.answer(forward(), send=send)


def outage(begin: Callable[[], None], end: Callable[[], None], seconds: float) -> Fault:
    """A program behind the API begins to fail when a request arrives, and recovers after some seconds."""

    def fault(handler: "_Handler", forward: Forward) -> None:
        begin()
        threading.Timer(seconds, end).start()
        handler.answer(forward())

    return fault


def client_side_create(handler: "_Handler", forward: Forward) -> None:
    """Stands in for version 4.29 and later of Pulumi's Kubernetes provider: it creates objects with POST.

    Older versions, which the tests run, create objects with server-side apply, as they update them. (pulumi-kubernetes
    `provider/pkg/await/await.go`, Creation)
    """
    path = handler.path.partition("?")[0]
    if forward("GET", path).status == http.client.OK:
        kind, name = path.split("/")[-2:]
        message = f'{kind} "{name}" already exists'
        content = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 409}
        body = json.dumps({**content, "reason": "AlreadyExists", "message": message}).encode()
        handler.answer(Answer(http.client.CONFLICT, {"Content-Type": "application/json"}, body))
        return
    handler.answer(forward("POST", f"{path.rpartition('/')[0]}?fieldManager=pulumi-kubernetes"))


class FaultProxy(ServedPart):
    """Forwards every request to which no rule applies. `rules` may change at any time."""

    def __init__(self, cluster: ControlPlane, folder: Path) -> None:
        super().__init__(folder)
        self.cluster = cluster
        self.rules: list[Rule] = []
        self.lock = threading.Lock()
        self.trust = ssl.create_default_context(cafile=cluster.certificate)

    def start(self) -> None:
        """Listen on a free port, in threads of this process."""
        identity = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        identity.load_cert_chain(self.cluster.certificate, self.cluster.certificate.with_suffix(".key"))
        server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        server.socket = identity.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self._running.callback(server.server_close)
        self._running.callback(thread.join)
        self._running.callback(server.shutdown)

    def kubeconfig(self, original: Path) -> Path:
        """A copy of a kubeconfig that leads to the proxy."""
        copy = self.folder / original.name
        copy.touch(mode=0o600)
        copy.write_text(original.read_text().replace(self.cluster.url, self.url))
        return copy

    def spoil(self, *rules: Rule) -> None:
        """Replace the rules."""
        self.rules = list(rules)

    def rule_for(self, request: str, agent: str) -> Rule | None:
        """The first rule that applies."""
        with self.lock:
            return next((rule for rule in self.rules if rule.applies(request, agent)), None)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        rule = self.proxy.rule_for(f"{self.command} {self.path}", self.headers.get("User-Agent", ""))
        try:
            if rule:
                rule.fault(self, partial(self._forward, body))
            elif "watch=" in self.path:
                self._relay()
            else:
                self.answer(self._forward(body))
        except (OSError, http.client.HTTPException):
            # The API server or the client is gone.
            self.hang_up()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - the names that the base class calls

    def answer(self, answer: Answer, send: Callable[[bytes], object] | None = None) -> None:
        """Send an answer whose body `send` may send in another way."""
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        (send or self.wfile.write)(answer.body)

    def hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(2)

    def _forward(self, body: bytes, method: str = "", path: str = "") -> Answer:
        connection = self._connection()
        try:
            response = self._send(connection, body, method, path)
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def _relay(self) -> None:
        """Pass on a watch, which does not end, as it arrives."""
        connection = self._connection()
        self.close_connection = True
        try:
            response = self._send(connection, b"")
            self.send_response(response.status)
            self.send_header("Content-Type", response.getheader("Content-Type", ""))
            self.send_header("Connection", "close")
            self.end_headers()
            while part := response.read1(65536):
                self.wfile.write(part)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPSConnection:
        host = self.proxy.cluster.url.removeprefix("https://")
        return http.client.HTTPSConnection(host, context=self.proxy.trust, timeout=60)

    def _send(
        self, connection: http.client.HTTPSConnection, body: bytes, method: str = "", path: str = ""
    ) -> http.client.HTTPResponse:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        if method and method != self.command:
            headers["Content-Type"] = "application/yaml"  # not that of a patch
        connection.request(method or self.command, path or self.path, body or None, headers)
        return connection.getresponse()

    def log_message(self, *arguments: object) -> None:
        pass
