"""rclone's remote control server, through which Seldon Core 2's agent configures remotes and copies models."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from .rclone import EXECUTABLE
from .served_part import ServedPart

TIMEOUT_SECONDS = 30


class RcloneCallFailed(Exception):  # noqa: N818 - tests read it as a sentence
    """rclone answered a call with an error. The message is rclone's."""


class RcloneRcd(ServedPart):
    """Has its own config file, which is empty at the start."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.config = folder / "rcd.conf"

    def start(self) -> None:
        """Start the server on a free port."""
        self.config.touch(mode=0o600)
        process = self.serve(
            str(EXECUTABLE), "rcd", "--rc-no-auth", "--rc-addr=127.0.0.1:0", f"--config={self.config}", env={}
        )
        self.url = process.logged(r"Serving remote control on (http://\S+)/")

    def call(self, path: str, /, **body: object) -> dict[str, Any]:
        """POST to a path such as `config/create`, with the parameters in the body."""
        request = urllib.request.Request(
            f"{self.url}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            raise RcloneCallFailed(json.load(error)["error"]) from None
        return answer
