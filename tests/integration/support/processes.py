"""The processes that a program started, found by a variable of their environment: they have sessions of their own."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02
_PROVIDER = "pulumi-resource-kubernetes"[:15]  # as Linux cuts it
_IDLE_SECONDS = 5


@dataclass(frozen=True)
class Process:
    pid: int
    name: str
    parent: int

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def processes_with(variable: str) -> Iterator[Process]:
    """The running processes with this `NAME=value` in their environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    yield Process(int(folder.name), (folder / "comm").read_text().strip(), int(parent))


def wait_until_ended(variable: str, seconds: float) -> list[Process]:
    """The processes that still run after this time. Lost providers are killed once nothing else runs."""
    deadline = time.monotonic() + seconds
    idle_since = None
    while (running := list(processes_with(variable))) and time.monotonic() < deadline:
        if not _are_lost_providers(running):
            idle_since = None
        elif idle_since is None:
            idle_since = time.monotonic()
        elif time.monotonic() > idle_since + _IDLE_SECONDS:
            for process in running:
                process.kill()
        time.sleep(POLL_SECONDS)
    return running


def _are_lost_providers(running: list[Process]) -> bool:
    """Whether all are providers whose pulumi was killed. They look for it only every five minutes.

    Pulumi `sdk/go/pulumi/provider/main.go`, Healthcheck. Their requests ended with the connection to pulumi.
    """
    numbers = {process.pid for process in running}
    return all(process.name == _PROVIDER and process.parent not in numbers for process in running)
