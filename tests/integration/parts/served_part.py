"""The base of all servers: a context manager that starts programs on entry and stops them on exit."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

from .server_process import ServerProcess


class ServedPart(ABC):
    """Keeps its files in a folder that the test run removes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running = ExitStack()

    @abstractmethod
    def start(self) -> None:
        """Start the programs, and return when they answer."""

    def stop(self) -> None:
        """Stop the programs in reverse order."""
        self._running.close()

    def serve(self, *command: str, env: Mapping[str, str] | None = None) -> ServerProcess:
        """Start a program."""
        process = ServerProcess(command, self.folder, env)
        self._running.callback(process.stop)
        return process

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
