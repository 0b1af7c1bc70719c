"""A program that serves on 127.0.0.1 while tests run."""

import re
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")

POLL_SECONDS = 0.05
LOG_LINES = 30


class ServerProcess:
    """Runs a command with its output in a file, and shows the end of that file when the program fails."""

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> None:
        self.name = Path(command[0]).name
        self.log = folder / f"{self.name}.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def wait_until(self, answer: Callable[[], Answer | None], seconds: float = 60) -> Answer:
        """What `answer` gives once it gives something, as long as the program runs."""
        deadline = time.monotonic() + seconds
        while (given := answer()) is None:
            if self._process.poll() is not None:
                raise RuntimeError(
                    f"{self.name} ended with code {self._process.returncode}\n{self._log_tail()}"
                )
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} is not ready after {seconds:.0f} s\n{self._log_tail()}")
            time.sleep(POLL_SECONDS)
        return given

    def logged(self, pattern: str, seconds: float = 30) -> str:
        """The first group of a pattern in what the program prints, such as the port that it chose."""

        def find() -> str | None:
            match = re.search(pattern, self.log.read_text(errors="replace"))
            return match.group(1) if match else None

        return self.wait_until(find, seconds)

    def stop(self) -> None:
        """Ask it to end, and after three seconds make it: what it keeps lies in a temporary folder."""
        self._process.terminate()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES:])


def free_port() -> int:
    """For programs that cannot choose a port themselves."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
