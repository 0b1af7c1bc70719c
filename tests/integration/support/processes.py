"""The processes that a program started, found by a variable of their environment: they have sessions of their own."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Process:
    pid: int
    name: str

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def processes_with(variable: str) -> Iterator[Process]:
    """The running processes with this `NAME=value` in their environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z":
                    yield Process(int(folder.name), (folder / "comm").read_text().strip())


def wait_until_ended(variable: str, seconds: float) -> list[Process]:
    """The processes that still run after this time."""
    deadline = time.monotonic() + seconds
    while (running := list(processes_with(variable))) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return running
