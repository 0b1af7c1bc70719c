"""A server program that runs on 127.0.0.1 during tests."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")

POLL_SECONDS = 0.05
LOG_LINES = 30


class ServerProcess:
    """Runs a command with its output in a file. If the program fails, errors show the end of that file."""

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> None:
        self.name = Path(command[0]).name
        self.log = folder / f"{self.name}.log"
        self._command, self._folder, self._env = command, folder, env
        self.start()

    def start(self) -> None:
        """Start the program, also again after `stop`."""
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def pause(self) -> None:
        """Let the program hang: its connections stay open, and it answers nothing."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """End a pause."""
        os.killpg(self._process.pid, signal.SIGCONT)

    def wait_until(self, answer: Callable[[], Answer | None], seconds: float = 60) -> Answer:
        """Call `answer` until it returns something, and return that. Raise if the program ends."""
        deadline = time.monotonic() + seconds
        while (value := answer()) is None:
            if self._process.poll() is not None:
                raise RuntimeError(
                    f"{self.name} ended with code {self._process.returncode}\n{self._log_tail()}"
                )
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} is not ready after {seconds:.0f} s\n{self._log_tail()}")
            time.sleep(POLL_SECONDS)
        return value

    def logged(self, pattern: str, seconds: float = 30) -> str:
        """Wait until the output matches a pattern, and return its first group, such as a port."""

        def find() -> str | None:
            match = re.search(pattern, self.log.read_text(errors="replace"))
            return match.group(1) if match else None

        return self.wait_until(find, seconds)

    def stop(self) -> None:
        """Kill the program and its children: their data is temporary, and waiting for an orderly end takes seconds."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES:])


def free_port() -> int:
    """A free port, for programs that cannot choose one themselves."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
