"""The command with terminals of a certain width as standard output and standard error."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

COMMAND = str(Path(sys.prefix, "bin", "seldon-secrets"))


class Screen:
    """A terminal, and the text that was sent to it."""

    def __init__(self, columns: int) -> None:
        self._ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self._chunks: list[bytes] = []
        self._reader = Thread(target=self._read)
        self._reader.start()

    @property
    def text(self) -> str:
        return b"".join(self._chunks).decode().replace("\r\n", "\n")

    def close(self) -> None:
        os.close(self.theirs)
        self._reader.join()
        os.close(self._ours)

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self._ours, 65536)
            except OSError:  # Linux reports that the other end is closed
                return
            self._chunks.append(chunk)


@contextmanager
def _screens(columns: int) -> Iterator[tuple[Screen, Screen]]:
    both = Screen(columns), Screen(columns)
    try:
        yield both
    finally:
        for screen in both:
            screen.close()


def on_terminal(
    *arguments: str, columns: int = 100, variables: Mapping[str, str] | None = None, pipe: bool = False
) -> tuple[int, str, str]:
    """The exit code, standard output (through a pipe if `pipe`) and standard error."""
    environment = {"TERM": "xterm-256color", "HOME": "/nonexistent", "PATH": os.environ["PATH"]}
    with _screens(columns) as (out, err):
        process = subprocess.Popen(
            [COMMAND, *arguments],
            env=environment | dict(variables or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipe else out.theirs,
            stderr=err.theirs,
        )
        piped, _ = process.communicate(timeout=120)
    return process.returncode, piped.decode() if pipe else out.text, err.text
