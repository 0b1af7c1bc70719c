"""A limit for how long a call may take in all."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """The result of a call. Raises `TimeoutError` after this time.

    A socket's timeout starts again with every byte and doesn't apply to DNS, so a slow server could hold a command
    forever. The call runs in a thread of its own, which is abandoned when the time is over and doesn't keep the process
    alive.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return future.result(seconds)
    except FutureTimeoutError:
        # Python 3.10 has two classes of this name. A `TimeoutError` of the call itself passes here, too.
        raise TimeoutError from None
