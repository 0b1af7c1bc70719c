"""The base of all declarations: plain values in; a frozen model, or every problem with them, out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from typing_extensions import Self

from seldon_secrets_pulumi.model.kubernetes_names import Annotations, Labels, Namespace
from seldon_secrets_pulumi.problem import BrokenRule, InvalidArguments, Problem, nearest, unknown_argument

_D = TypeVar("_D", bound="Declaration")

_METADATA = frozenset({"namespace", "labels", "annotations", "reloader", "targets"})


class Declaration(BaseModel):
    """The arguments of a component, resolved and valid."""

    # defer_build: a program builds the validators of the models that it uses, not those of all.
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
        other_problems: Iterable[Problem] = (),
    ) -> Self | None:
        """The declaration that `values` make, or None while some of them are unknown.

        `unknown` are paths: of an argument, or of an item of one (`parameters.region`). An argument that is None, or an
        optional one that is empty, counts as not given. Raises `InvalidArguments` with every problem that the other values have, and with
        `other_problems`, which the caller found.
        """
        arguments = {
            name: value
            for name, value in values.items()
            if value is not None and name not in unknown and not (value == "" and cls._is_optional(name))
        }
        context = {"reserved_labels": reserved_labels}
        declaration, problems = cls._validated(arguments, {*unknown, *cls._misspelled(arguments)}, context)
        problems += chain(declaration.conflicts(), declaration.content_problems(), other_problems)
        if problems:
            raise InvalidArguments(problems) from None
        return None if unknown else declaration

    @classmethod
    def _validated(
        cls, arguments: Mapping[str, Any], unknown: set[str], context: Mapping[str, Any]
    ) -> tuple[Self, list[Problem]]:
        """A declaration of the valid values, and the problems of the others."""
        errors: list[ErrorDetails] = []
        try:
            declaration = cls.model_validate(arguments, context=context)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        else:
            if not unknown:
                return declaration, []
        broken = {str(each["loc"][0]) for each in errors}
        valid = {name: arguments[name] for name in arguments.keys() & cls.model_fields.keys() - broken}
        partial = _partial(cls).model_validate(valid, context=context)
        partial._unknown = frozenset(unknown | (broken - arguments.keys()))  # noqa: SLF001 - of this module
        partial._broken = frozenset(broken & arguments.keys())  # noqa: SLF001
        missing = unknown - arguments.keys()
        reported = (each for each in errors if each["type"] != "missing" or each["loc"][0] not in missing)
        return partial, [cls._problem(each) for each in reported]

    @classmethod
    def _is_optional(cls, name: str) -> bool:
        return name in cls.model_fields and not cls.model_fields[name].is_required()

    @classmethod
    def _misspelled(cls, arguments: Mapping[str, Any]) -> Iterator[str]:
        """The arguments that misspelled ones stand for. They are not reported as missing too."""
        for name in arguments:
            if name not in cls.model_fields:
                yield from nearest(name, cls.model_fields.keys() - arguments.keys())[:1]

    @classmethod
    def _problem(cls, details: ErrorDetails) -> Problem:
        argument, *inner = details["loc"]
        path = str(argument) + "".join(f"[{i}]" if isinstance(i, int) else f".{i}" for i in inner)
        match details["type"]:
            case "missing":
                return Problem(path, "is required", code="required")
            case "extra_forbidden":
                return unknown_argument(path, cls.model_fields)
            case "value_error":
                error = details["ctx"]["error"]
                if isinstance(error, BrokenRule):
                    return Problem(path, error.template, error.names)
                return Problem(path, str(error))
            case "string_type" if isinstance(details["input"], bool | int | float | date):
                # YAML reads 0042 as 34 and 1.10 as 1.1, so the value may have changed already.
                return Problem(path, "must be a string; put the value in quotes", code="type")
            case _:
                rule = details["msg"].replace("Input should be", "must be").replace("a valid", "a")
                return Problem(path, rule, code="type")

    def conflicts(self) -> Iterator[Problem]:
        """The broken rules that concern several arguments, as far as these are valid and known."""
        yield from ()

    def content_problems(self) -> Iterator[Problem]:
        """The rules that the data of the Secret breaks, as far as the arguments are valid and known."""
        yield from ()

    def is_set(self, argument: str) -> bool | None:
        """Whether an argument is given and not false. None if that can't be told."""
        return getattr(self, argument) not in (None, False)

    def is_settled(self, argument: str) -> bool:  # noqa: ARG002 - see _Partial
        """Whether the value of an argument is valid and known."""
        return True

    @property
    def has_settled_content(self) -> bool:
        """Whether every argument that the data of the Secret depends on is valid and known."""
        return True

    def unknown_items(self, argument: str) -> list[str]:  # noqa: ARG002 - see _Partial
        """The names of the unknown items of an argument that is a mapping, sorted."""
        return []

    def __repr_args__(self) -> Iterable[tuple[str, str]]:
        # Everything else may be, or contain, a credential.
        return [("namespace", self.namespace)]


def is_one(alternatives: Collection[bool | None]) -> bool:
    """Whether exactly one is true, or may turn out to be: None stands for what can't be told."""
    true, false = (list(alternatives).count(value) for value in (True, False))
    return true <= 1 and false < len(alternatives)


def is_boolean(field: FieldInfo) -> bool:
    """Whether a field is true or false, or not given."""
    return bool in (field.annotation, *get_args(field.annotation))


class _Partial(Declaration):
    """A declaration with unknown or broken arguments. They have default values here, which mean nothing."""

    _unknown: frozenset[str] = frozenset()
    _broken: frozenset[str] = frozenset()

    def is_set(self, argument: str) -> bool | None:
        if argument in self._broken:
            return None if is_boolean(type(self).model_fields[argument]) else True
        return None if argument in self._unknown else super().is_set(argument)

    def is_settled(self, argument: str) -> bool:
        return argument not in self._unknown and argument not in self._broken

    @property
    def has_settled_content(self) -> bool:
        return self._unknown | self._broken <= _METADATA

    def unknown_items(self, argument: str) -> list[str]:
        return sorted(path.partition(".")[2] for path in self._unknown if path.startswith(f"{argument}."))


@cache
def _partial(model: type[_D]) -> Any:
    """The model as a `_Partial`, without required fields."""
    types = get_type_hints(model, include_extras=True)
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    optional: dict[str, Any] = {name: (types[name], None) for name in required}
    return create_model(model.__name__, __base__=(_Partial, model), **optional)
