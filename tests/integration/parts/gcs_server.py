"""A stand-in for Google Cloud Storage: Google is not available to tests, and no emulator checks credentials.

It issues a token only for an assertion signed with the service account's key, and serves objects only for that token.
"""

import base64
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .served_part import ServedPart


class _Handler(BaseHTTPRequestHandler):
    part: "GcsServer"

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.part.signed(form["assertion"][0]):
            self._answer({"access_token": self.part.token, "token_type": "Bearer", "expires_in": 3600})
        else:
            self._answer({"error": "invalid_grant"}, status=400)

    def do_GET(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {self.part.token}":
            self._answer({"error": {"code": 401, "message": "no token"}}, status=401)
            return
        url = urlsplit(self.path)
        name = unquote(url.path.partition("/o/")[2])
        content = self.part.files.get(name.removeprefix("iris/"))
        if not name:
            self._answer({"items": self.part.objects(parse_qs(url.query).get("prefix", [""])[0])})
        elif content is None:
            self._answer({"error": {"code": 404, "message": "no object"}}, status=404)
        elif "alt=media" in url.query:
            self._send(content, "application/octet-stream", 200)
        else:
            self._answer(self.part.objects(name)[0])

    def _answer(self, content: dict[str, Any], status: int = 200) -> None:
        self._send(json.dumps(content).encode(), "application/json", status)

    def _send(self, content: bytes, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class GcsServer(ServedPart):
    """The bucket `models` holds `files` under `iris/`. Only `key_file` gives access."""

    bucket = "models"
    files = {"model.bin": bytes(range(256)) * 16, "settings.json": b'{"name": "iris"}\n'}  # noqa: RUF012

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.token = secrets.token_urlsafe(24)

    def start(self) -> None:
        """Start the server on a free port."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"part": self}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._running.callback(server.server_close)
        self._running.callback(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}"

    @property
    def endpoint(self) -> str:
        """The value for rclone's option `endpoint`."""
        return f"{self.url}/storage/v1/"

    @property
    def key_file(self) -> str:
        """The service account's key file as gcloud writes it, on several lines."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        key = {
            "type": "service_account",
            "project_id": "tests",
            "private_key_id": "1",
            "private_key": pem,
            "client_email": "models@tests.iam.gserviceaccount.com",
            "token_uri": f"{self.url}/token",
        }
        return json.dumps(key, indent=2)

    def signed(self, assertion: str) -> bool:
        """Return whether the service account's key signed this JSON Web Token."""
        content, _, signature = assertion.rpartition(".")
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        try:
            self._key.public_key().verify(raw, content.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def objects(self, prefix: str) -> list[dict[str, Any]]:
        """The objects with this prefix, as the JSON API lists them."""
        return [
            {
                "kind": "storage#object",
                "bucket": self.bucket,
                "name": name,
                "size": str(len(content)),
                "updated": "2026-01-01T00:00:00Z",
                "mediaLink": f"{self.url}/download/o/{name.replace('/', '%2F')}?alt=media",
            }
            for file, content in self.files.items()
            if (name := f"iris/{file}").startswith(prefix)
        ]
