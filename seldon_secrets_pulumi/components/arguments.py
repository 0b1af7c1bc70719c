"""From a component's arguments, which may be Outputs and still unknown, to what follows from them."""

from collections.abc import Callable, Iterable, Mapping
from inspect import isawaitable
from typing import Any, TypeVar

import pulumi
from pulumi.output import UNKNOWN, Unknown, contains_unknowns

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.problem import InvalidArguments, Problem

_D = TypeVar("_D", bound=Declaration)
_T = TypeVar("_T")


def declared(
    label: str,
    args: Mapping[str, Any],
    parse: Callable[..., _D | None],
    *,
    claim: Callable[[Mapping[str, Any]], Iterable[Problem]],
    content: Callable[[_D], _T],
) -> pulumi.Output[_T]:
    """The content of the declaration that the arguments make, unknown as long as one of them is.

    `parse` is that of the model. Fails with every rule that the known arguments break, in a preview with unknown
    credentials too. `claim` is asked, with the known arguments, for problems with other declarations.
    """
    # An Output costs ten times what the rules cost: the arguments that are plain go around it.
    late = {name: value for name, value in args.items() if not _is_plain(value)}

    def check(values: Any) -> Any:
        given = {**args, **dict(values)}
        known = {name: value for name, value in given.items() if not contains_unknowns(value)}
        unknown = given.keys() - known.keys()
        try:
            declaration = parse(known, unknown=unknown)
            problems = list(claim(known))
            result = content(declaration) if declaration else UNKNOWN
        except InvalidArguments as invalid:
            problems = list(invalid.problems)
        if problems:
            raise InvalidDeclaration(label, problems)
        return result

    return pulumi.Output.all(**late).apply(check, run_with_unknowns=True)


def argument(args: Mapping[str, Any], name: str) -> Any:
    """One argument: as it is when it is plain, as an Output otherwise; None when it is not given."""
    value = args.get(name)
    return value if _is_plain(value) else pulumi.Output.from_input(value)


def mapping(args: Mapping[str, Any], name: str) -> Any:
    """An argument that is a mapping. What is no mapping is refused with the other arguments, and empty here."""
    return following(argument(args, name), lambda it: it if isinstance(it, dict) else {})


def following(value: Any, work: Callable[[Any], Any]) -> Any:
    """What follows from an argument: an Output when the argument is one."""
    return value.apply(work) if isinstance(value, pulumi.Output) else work(value)


def _is_plain(value: Any) -> bool:
    """Whether the value is known already, to its depth."""
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return not isinstance(value, pulumi.Output | Unknown) and not isawaitable(value)
