"""What every declaration has in common: plain values in, a frozen model or all its problems out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import Self

from seldon_secrets_pulumi.model.kubernetes_names import Annotations, Labels, Namespace
from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean


class Declaration(BaseModel):
    """The arguments of a component once they are known."""

    # A program builds the validators of the models that it uses, and not those of all.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    namespace: Namespace
    labels: Labels = {}
    annotations: Annotations = {}

    @classmethod
    def parse(
        cls,
        values: Mapping[str, Any],
        *,
        unknown: Collection[str] = (),
        reserved_labels: Iterable[str] = (),
    ) -> Self | None:
        """The declaration that `values` make; None when arguments in `unknown` are still missing for it.

        An argument that is None counts as not given. Raises `InvalidArguments` with every problem that can be
        told from the values that are known.
        """
        given = {name: value for name, value in values.items() if value is not None and name not in unknown}
        try:
            declaration = cls.model_validate(given, context={"reserved_labels": reserved_labels})
            problems = [] if unknown else list(declaration.conflicts())
        except ValidationError as error:
            problems = [
                cls._problem(details)
                for details in error.errors(include_url=False, include_input=False)
                if not (details["type"] == "missing" and details["loc"][0] in unknown)
            ]
            if not problems:
                return None
        if problems:
            raise InvalidArguments(problems) from None
        return None if unknown else declaration

    @classmethod
    def _problem(cls, details: ErrorDetails) -> Problem:
        argument, *inner = details["loc"]
        path = str(argument) + "".join(f"[{i}]" if isinstance(i, int) else f".{i}" for i in inner)
        match details["type"]:
            case "missing":
                rule = "is required"
            case "extra_forbidden":
                rule = f"is not an argument; {did_you_mean(path, cls.model_fields)}"
            case "value_error":
                rule = str(details["ctx"]["error"])
            case _:
                rule = details["msg"].replace("Input should be", "must be").replace("a valid", "a")
        return Problem(path, rule)

    def conflicts(self) -> Iterator[Problem]:
        """The rules that concern several arguments at once and are broken."""
        yield from ()

    def __repr_args__(self) -> Iterable[tuple[str, str]]:
        # Everything else may be, or hold, a credential.
        return [("namespace", self.namespace)]
