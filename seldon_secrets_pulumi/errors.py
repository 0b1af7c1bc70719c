"""Why something could not be done, and the exit code that a command ends with because of it.

Every error of this package is a `SeldonSecretsError`, whose text is one or more sentences that never hold a value of a
credential. Libraries raise them; only `cli/` prints them and ends the process.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends. The numbers are the same for all commands."""

    DONE = 0
    FAILED = 1
    """There are findings, or something was tried and failed, or somebody stopped it."""
    NO_ANSWER = 2
    """Wrong usage, or no answer, or only a partial one."""
    REFUSED = 3
    """Something stands in the way that an option or a person must allow."""


class SeldonSecretsError(Exception):
    """The base of every error of this package."""

    exit_code = ExitCode.FAILED


class NoAnswerError(SeldonSecretsError):
    """Nothing, or not all, of what was asked for could be read."""

    exit_code = ExitCode.NO_ANSWER


class UsageError(SeldonSecretsError):
    """The command or its options can't be carried out as given."""

    exit_code = ExitCode.NO_ANSWER


class RefusedError(SeldonSecretsError):
    """A gate is closed: an option or a person must open it."""

    exit_code = ExitCode.REFUSED


class StoppedError(SeldonSecretsError):
    """Somebody asked to stop, by Ctrl-C or SIGTERM."""
