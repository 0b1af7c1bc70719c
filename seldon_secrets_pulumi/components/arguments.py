"""From a component's arguments, which may be Outputs and still unknown, to a checked declaration."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import pulumi
from pulumi.output import contains_unknowns

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.problem import InvalidArguments, Problem

_D = TypeVar("_D", bound=Declaration)
_T = TypeVar("_T")


def checked(
    label: str,
    args: Mapping[str, Any],
    model: type[_D],
    *,
    reserved_labels: Iterable[str],
    claim: Callable[[Mapping[str, Any]], Iterable[Problem]],
) -> pulumi.Output[_D]:
    """The declaration that the arguments make, unknown as long as one of them is.

    Fails with every rule that the known arguments break, in a preview with unknown credentials too. `claim` is
    asked, with the known arguments, for problems with other declarations.
    """
    inputs = pulumi.Output.from_input(dict(args))

    def check(values: Mapping[str, Any]) -> _D | None:
        known = {name: value for name, value in values.items() if not contains_unknowns(value)}
        declaration = model.parse(
            known, unknown=values.keys() - known.keys(), reserved_labels=reserved_labels
        )
        if problems := list(claim(known)):
            raise InvalidArguments(problems)
        return declaration

    declaration = inputs.apply(lambda values: reporting(label, check, values), run_with_unknowns=True)
    # With `inputs` beside it, so that the declaration is unknown when they are.
    return pulumi.Output.all(inputs, declaration).apply(lambda both: both[1])


def reporting(label: str, work: Callable[..., _T], *args: Any) -> _T:
    """What `work` answers; the rules that it finds broken are reported under the component's label."""
    try:
        return work(*args)
    except InvalidArguments as invalid:
        raise InvalidDeclaration(label, invalid.problems) from None


def argument(args: Mapping[str, Any], name: str) -> pulumi.Output[Any]:
    """One argument, None when it is not given."""
    value: Any = args.get(name)
    return pulumi.Output.from_input(value)


def mapping(args: Mapping[str, Any], name: str) -> pulumi.Output[dict[str, str]]:
    """An argument that is a mapping. What is no mapping is refused with the other arguments, and empty here."""
    return argument(args, name).apply(lambda it: it if isinstance(it, dict) else {})
