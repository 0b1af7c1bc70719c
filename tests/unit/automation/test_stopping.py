"""Signals stop what runs, and cannot change how a stopped process ends."""

import os
import signal
import threading

import pytest

from seldon_secrets_pulumi.automation.command import InterruptibleCommand
from seldon_secrets_pulumi.automation.stopping import interruptible, stoppable
from seldon_secrets_pulumi.errors import StoppedError


class Command(InterruptibleCommand):
    """Counts the requests to stop, and runs nothing."""

    def __init__(self) -> None:  # not the base class's, which looks for pulumi
        self.stopping = threading.Event()
        self.stops = 0

    def stop(self) -> None:
        self.stops += 1
        self.stopping.set()


@pytest.fixture(autouse=True)
def _restored_handlers() -> object:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_after_the_stop_has_no_effect(number: signal.Signals) -> None:
    command = Command()
    with stoppable(command):
        send(number)
    send(signal.SIGINT)
    assert command.stops == 2


def test_without_a_stop_the_handlers_are_those_from_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable(Command()):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_a_question_can_be_interrupted() -> None:
    command = Command()
    with stoppable(command), pytest.raises(KeyboardInterrupt), interruptible():
        send(signal.SIGINT)
    assert command.stops == 0


def test_a_stop_ends_a_wait_at_once() -> None:
    command = InterruptibleCommand.__new__(InterruptibleCommand)  # pulumi need not be installed
    command.stopping = threading.Event()
    command.stopping.set()
    with pytest.raises(StoppedError):
        command.wait(threading.TIMEOUT_MAX)
