"""Standard output that can't be written to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

FULL = "seldon-secrets: can't write to standard output: No space left on device\n"
"""The error of a command whose standard output is `/dev/full`."""


@contextmanager
def closed_pipe() -> Iterator[int]:
    """A pipe that nobody reads any more, as after `| head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        yield writer
    finally:
        os.close(writer)
