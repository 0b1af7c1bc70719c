"""An HTTP server that answers every request as a test wants: one that is not an API server, or a broken one."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """An answer. `missing` is the number of announced bytes that never arrive."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0


@contextmanager
def answering(answer: Callable[[str, str], Answer]) -> Iterator[str]:
    """The address of a server whose answers depend on the method and the path."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            chosen = answer(self.command, self.path)
            self.send_response(chosen.status)
            for name, value in chosen.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(chosen.body) + chosen.missing))
            self.end_headers()
            self.wfile.write(chosen.body)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names that the base class calls

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
