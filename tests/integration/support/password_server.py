"""Local servers that require a user name and a password, and hold a model."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.parts.rclone import EXECUTABLE
from tests.integration.parts.server_process import ServerProcess, free_port

# With characters that are hard to pass: quotes at the start, separators, rclone's and shells' expansions, other scripts.
USER = "us\"er's=a,b"
PASSWORD = "\"p'ä, s: %(type)s $HOME\\ =日"
MODEL = bytes(range(256)) * 16


@dataclass(frozen=True)
class PasswordServer:
    """A running `rclone serve webdav`, `sftp` or `ftp` with `iris/model.bin`."""

    kind: str
    port: int

    @property
    def parameters(self) -> dict[str, object]:
        """The rclone options for the server, as a user of the package writes them."""
        login = {"user": USER, "pass": PASSWORD}
        if self.kind == "webdav":
            return {**login, "url": f"http://127.0.0.1:{self.port}", "vendor": "other"}
        return {**login, "host": "127.0.0.1", "port": self.port}

    def answers(self) -> bool | None:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0 or None


@contextmanager
def password_server(kind: str, folder: Path) -> Iterator[PasswordServer]:
    (folder / "served" / "iris").mkdir(parents=True)
    (folder / "served" / "iris" / "model.bin").write_bytes(MODEL)
    server = PasswordServer(kind, free_port())
    address, config = f"--addr=127.0.0.1:{server.port}", f"--config={folder / 'absent.conf'}"
    process = ServerProcess(
        [str(EXECUTABLE), "serve", kind, address, config, str(folder / "served")],
        folder,
        env={"HOME": str(folder), "RCLONE_USER": USER, "RCLONE_PASS": PASSWORD},
    )
    try:
        process.wait_until(server.answers)
        yield server
    finally:
        process.stop()
