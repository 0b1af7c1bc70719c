"""The command line that continues a command that did not finish."""

import shlex
from collections.abc import Container, Iterator, Sequence
from enum import Enum

import typer


def continuing_command(
    context: typer.Context, arguments: Sequence[str], *, without: Container[str] = ()
) -> str:
    """The command with other arguments, and with the options that the user gave, but for those `without` names."""
    return shlex.join([*context.command_path.split(), *arguments, *_given_options(context, without)])


def _given_options(context: typer.Context, without: Container[str]) -> Iterator[str]:
    for parameter in context.command.params:
        name = parameter.name or ""
        source = context.get_parameter_source(name)
        is_given = source is not None and source.name == "COMMANDLINE"
        if parameter.param_type_name != "option" or name in without or not is_given:
            continue
        yield parameter.opts[0]
        value = context.params[name]
        if not isinstance(value, bool):
            yield value.value if isinstance(value, Enum) else str(value)
