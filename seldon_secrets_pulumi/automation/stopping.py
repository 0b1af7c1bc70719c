"""Ctrl-C in a terminal, and the SIGTERM of CI systems."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seldon_secrets_pulumi.automation.command import InterruptibleCommand


@contextmanager
def stoppable(command: InterruptibleCommand) -> Iterator[None]:
    """A signal stops pulumi cleanly. After a second one, pulumi does not wait for the operations under way.

    Once stopped, the process keeps ignoring signals: one more must not replace the exit code with which it ends.
    """
    with _on_signals(command.stop, restored=lambda: not command.stopping.is_set()):
        yield


@contextmanager
def interruptible() -> Iterator[None]:
    """A signal raises `KeyboardInterrupt`, while a question waits for its answer."""
    with _on_signals(_interrupt):
        yield


def _interrupt() -> None:
    raise KeyboardInterrupt


@contextmanager
def _on_signals(action: Callable[[], None], restored: Callable[[], bool] = lambda: True) -> Iterator[None]:
    previous = {
        number: signal.signal(number, lambda *_: action()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in previous.items() if restored() else ():
            signal.signal(number, handler)
