"""The errors of this package, and the exit codes of its commands.

Every error is a `SeldonSecretsError`. Its text is one sentence per line and never contains the value of a credential.
Libraries raise these errors. Only `cli/` prints them and ends the process.
"""

from enum import IntEnum

from typing_extensions import Self


class ExitCode(IntEnum):
    """The exit codes, the same for all commands."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """A code and the words that help texts use for it."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DONE = 0, "done"
    FAILED = 1, "findings, or something failed or was interrupted"
    NO_ANSWER = 2, "incorrect usage, or a missing or partial answer"
    REFUSED = 3, "refused: an option or a person has to allow it"


class SeldonSecretsError(Exception):
    """The base of every error of this package."""

    exit_code = ExitCode.FAILED
    is_transient = False
    """Whether the same may succeed a little later."""


class NoAnswerError(SeldonSecretsError):
    """The requested information could not be read, or only a part of it."""

    exit_code = ExitCode.NO_ANSWER


class UsageError(SeldonSecretsError):
    """The command or its options are wrong."""

    exit_code = ExitCode.NO_ANSWER


class RefusedError(SeldonSecretsError):
    """An option or a person has to allow the action first."""

    exit_code = ExitCode.REFUSED


class StoppedError(SeldonSecretsError):
    """Ctrl-C or SIGTERM stopped the command."""
