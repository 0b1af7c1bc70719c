"""A component's arguments, which may be Outputs and still unknown, and the values that depend on them."""

from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any, TypeVar

import pulumi
from pulumi.output import UNKNOWN, Unknown, contains_unknowns

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.problem import InvalidArguments, Problem

_T = TypeVar("_T")


def checked(
    label: str, args: Mapping[str, Any], check: Callable[[Mapping[str, Any], set[str]], _T | None]
) -> pulumi.Output[_T]:
    """The result of `check`, which is unknown where `check` returns None.

    `check` gets the arguments that are known and the paths of those that are not: it also runs in previews with
    unknown values. Its `InvalidArguments` become an `InvalidDeclaration` under the label of the component.
    """
    # An Output costs ten times as much as the checks, so plain arguments bypass it.
    late = {name: value for name, value in args.items() if not is_plain(value)}

    def run(values: Any) -> Any:
        known, unknown = _known({**args, **dict(values)})
        try:
            result = check(known, unknown)
        except InvalidArguments as invalid:
            problems = invalid.problems
        else:
            return UNKNOWN if result is None else result
        raise InvalidDeclaration(
            label, problems
        )  # without a context, whose frames would keep the arguments alive

    return pulumi.Output.all(**late).apply(run, run_with_unknowns=True)


def mapping(label: str, args: object) -> Mapping[str, Any]:
    """The arguments of a component. Raises `InvalidDeclaration` if they are not a mapping."""
    if isinstance(args, Mapping):
        return args
    if isinstance(args, pulumi.Output):
        rule = "must be a mapping, not an Output; pass Outputs as values within the mapping"
    else:
        rule = "must be a mapping of the component's arguments"
    raise InvalidDeclaration(label, [Problem("args", rule, code="type")])


def _known(args: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The known arguments, without the unknown items of mappings, and the paths of everything unknown."""
    known, unknown = dict[str, Any](), set[str]()
    for name, value in args.items():
        if not contains_unknowns(value):
            known[name] = value
            continue
        mapping = value if isinstance(value, Mapping) else {}
        items = {key: item for key, item in mapping.items() if not contains_unknowns(item)}
        if items:
            known[name] = items
        else:
            unknown.add(name)
        unknown.update(f"{name}.{key}" for key in mapping.keys() - items.keys())
    return known, unknown


def argument(args: Mapping[str, Any], name: str) -> Any:
    """One argument: unchanged if it is plain, otherwise as an Output; None if it is not given."""
    return plain_or_output(args.get(name))


def plain_or_output(value: Any) -> Any:
    """The value: unchanged if it is plain, otherwise as an Output."""
    return value if is_plain(value) else pulumi.Output.from_input(value)


def mapping_argument(args: Mapping[str, Any], name: str) -> Any:
    """An argument that is a mapping. Empty if it is anything else, which `checked` reports."""
    return applied(argument(args, name), lambda value: value if isinstance(value, dict) else {})


def applied(value: Any, function: Callable[[Any], Any]) -> Any:
    """The function's result: an Output if the value is one."""
    return value.apply(function) if isinstance(value, pulumi.Output) else function(value)


def is_plain(value: Any) -> bool:
    """Whether the value is known without waiting, with everything in it."""
    if isinstance(value, Mapping):
        return all(map(is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return not isinstance(value, pulumi.Output | Unknown) and not isawaitable(value)
