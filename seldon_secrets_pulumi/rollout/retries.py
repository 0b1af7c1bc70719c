"""Other tries for what only reads, after a failure of the API server that may have passed."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from seldon_secrets_pulumi.errors import SeldonSecretsError

_Result = TypeVar("_Result")
TRIES = 3
_FIRST_WAIT_SECONDS = 2

Wait = Callable[[float], None]
"""Waits this many seconds. Raises `StoppedError` on Ctrl-C."""


def waits() -> Iterator[tuple[int, int]]:
    """The number of each further try, and the seconds to wait before it."""
    for number in range(2, TRIES + 1):
        yield number, _FIRST_WAIT_SECONDS * 2 ** (number - 2)


def with_retries(
    operation: Callable[[], _Result],
    wait: Wait,
    on_message: Callable[[str], None],
    further_tries: Iterator[tuple[int, int]] | None = None,
) -> _Result:
    """The result of an operation that changes nothing. The error of the last try ends it.

    Several operations may share the further tries.
    """
    further_tries = waits() if further_tries is None else further_tries
    while True:
        try:
            return operation()
        except SeldonSecretsError as error:
            further_try = next(further_tries, None) if error.is_transient else None
            if further_try is None:
                raise
            number, seconds = further_try
            on_message(f"{error}; trying again in {seconds} s ({number} of {TRIES})")
        wait(seconds)
