"""The group of all commands: every error is one line on standard error."""

import errno
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup

from seldon_secrets_pulumi.cli.output import PROGRAM, exit_on_error, print_error, print_unexpected
from seldon_secrets_pulumi.errors import ExitCode
from seldon_secrets_pulumi.problem import did_you_mean

# Older releases of Typer raise Click's own errors, newer ones raise copies of them; BadParameter is one in both.
_UsageError: Any = typer.BadParameter.__base__
_ClickError: Any = _UsageError.__base__

# Errors of the machine, such as a full disk, which are no defects of the program.
_MACHINE_ERRORS = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ENOSPC,
    errno.EPERM,
    errno.EROFS,
}


class OneLineErrors(TyperGroup):
    """A group of commands that prints each error on one line instead of in a box or as a traceback."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and exit with its code, or return the code if `standalone_mode` is off."""
        args = (sys.argv[1:] if args is None else args) or ["--help"]
        run = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return run()
        try:
            code = run()
        except _ClickError as error:
            print_error(f"{_sentence(error)} (see {_command(error)} --help)")
            code = ExitCode.NO_ANSWER
        except typer.Abort:
            print_error("aborted")
            code = ExitCode.FAILED
        except Exception as error:  # noqa: BLE001 - the last handler, for errors in the program itself
            code = _last_handler(error, debug="--debug" in args)
        sys.exit(code if isinstance(code, int) else ExitCode.DONE)

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Errors of this package end it with their exit codes."""
        with exit_on_error():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names."""
        if args[0] not in self.commands and not ctx.resilient_parsing and not args[0].startswith("-"):
            raise _UsageError(f"no such command: {args[0]}; {did_you_mean(args[0], self.commands)}", ctx)
        return super().resolve_command(ctx, args)


def _last_handler(error: Exception, *, debug: bool) -> ExitCode:
    """Print an error that no other handler expected.

    `--debug` has no other effect, so it needs no parsed command line, which may not exist at this point.
    """
    if isinstance(error, OSError) and error.errno in _MACHINE_ERRORS and not debug:
        place = f"{error.filename}: " if error.filename else ""
        print_error(f"{place}{error.strerror}")
        return ExitCode.FAILED
    print_unexpected(error, debug=debug)
    return ExitCode.NO_ANSWER


def _sentence(error: Any) -> str:
    if (name := getattr(error, "option_name", None)) and hasattr(error, "possibilities"):
        near = " or ".join(sorted(error.possibilities or ()))
        return f"no such option: {name}{f'; did you mean {near}?' if near else ''}"
    text = " ".join(error.format_message().split())
    return text[:1].lower() + text[1:].rstrip(".")


def _command(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context else PROGRAM
