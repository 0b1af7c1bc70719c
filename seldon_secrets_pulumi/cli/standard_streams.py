"""Standard output and standard error that a full disk, a closed pipe or a closed descriptor does not break.

A command continues without an output that failed: half an update is worse than an update that nobody reads about.
"""

import errno
import io
import os
import sys
from typing import TextIO

from typing_extensions import Buffer

from seldon_secrets_pulumi.errors import ExitCode

_STANDARD_INPUT, _STANDARD_OUTPUT, _STANDARD_ERROR = range(3)


class _Descriptor(io.RawIOBase):
    """Writes to a descriptor until that fails, and discards the rest."""

    def __init__(self, descriptor: int) -> None:
        self.error: OSError | None = None
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        if self.error is None:
            try:
                return os.write(self._descriptor, data)
            except OSError as error:
                self.error = error
        return memoryview(data).nbytes


def protect_standard_streams() -> "StandardOutput":
    """Replace the standard streams of this process, unless its caller already did.

    The result knows whether standard output failed.
    """
    _open_closed_descriptors()
    if sys.stdin is None:
        sys.stdin = open(_STANDARD_INPUT, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    output = _Descriptor(_STANDARD_OUTPUT)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text_stream(output, sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text_stream(_Descriptor(_STANDARD_ERROR), sys.stderr)
    return StandardOutput(output)


class StandardOutput:
    """Whether everything was written to standard output."""

    def __init__(self, descriptor: _Descriptor) -> None:
        self._descriptor = descriptor

    def exit_code(self, code: int) -> int:
        """The exit code of a command that would end with `code`. Reports why standard output can't be written to."""
        sys.stdout.flush()
        error = self._descriptor.error
        # Whoever closed a pipe, such as `head -1`, wants no more output. The command itself went well.
        if error is None or error.errno == errno.EPIPE:
            return code
        sys.stderr.write(f"seldon-secrets: can't write to standard output: {error.strerror}\n")
        return code or ExitCode.FAILED


def _open_closed_descriptors() -> None:
    """Occupy closed descriptors of the standard streams, so that no other file gets their numbers."""
    for descriptor in (_STANDARD_INPUT, _STANDARD_OUTPUT, _STANDARD_ERROR):
        if not _is_open(descriptor):
            # The lowest free number is this one. Writing fails, as it would have before.
            os.open(os.devnull, os.O_RDONLY)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _text_stream(descriptor: _Descriptor, previous: TextIO | None) -> TextIO:
    if previous is not None:
        previous.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(descriptor),
        encoding=previous.encoding if previous else "utf-8",
        errors=previous.errors if previous else "backslashreplace",
        line_buffering=descriptor.fileno() == _STANDARD_ERROR or descriptor.isatty(),
    )
