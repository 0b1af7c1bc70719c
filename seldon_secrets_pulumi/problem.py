"""Problems with a declaration's arguments. No message contains the value of a credential."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from seldon_secrets_pulumi.errors import ExitCode, SeldonSecretsError

# The longest name of an option, provider or argument has 40 characters. difflib takes a millisecond for each name.
_LONGEST_NAME = 100

Code = Literal[
    "conflict",  # two arguments contradict each other
    "login",  # rclone needs a person to log in once
    "misspelled_option",
    "option_name",
    "password",  # plain where rclone expects an obscured one, or the reverse
    "release",  # the rclone of a target does not have it
    "provider",  # the option belongs to another provider
    "required",
    "size",
    "type",
    "unknown_argument",
    "unknown_option",
    "unknown_type",
    "value",
    "wrapped_remote",
]
"""The kind of rule that is broken."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule.

    `argument` is the path of the argument in its Python spelling (`access_key_id`, `parameters.region`,
    `formats[0]`), or empty when the rule concerns the declaration as a whole. `template` is a sentence without
    a full stop that says what must be true. Each `{}` in it stands for one of `names`, the other arguments
    that the sentence mentions.
    """

    argument: str
    template: str
    names: tuple[str, ...] = ()
    code: Code = "value"

    @property
    def rule(self) -> str:
        """The finished sentence."""
        return _filled(self.template, self.names)

    @property
    def option(self) -> str:
        """The part of the path below the argument: for `parameters.region`, the rclone option `region`."""
        return self.argument.partition(".")[2]

    def spelled(self, spelling: Callable[[str], str]) -> "Problem":
        """The problem with every argument in another spelling. Options and ordinary words stay the same."""
        name = re.split(r"[.[]", self.argument, maxsplit=1)[0]
        path = spelling(name) + self.argument[len(name) :]
        return replace(self, argument=path, names=tuple(map(spelling, self.names)))

    def within(self, path: str) -> "Problem":
        """The problem of a part, with the path of that part in front of its own."""
        return replace(self, argument=f"{path}.{self.argument}" if self.argument else path)

    def __str__(self) -> str:
        return f"{self.argument}: {self.rule}" if self.argument else self.rule


class InvalidArguments(SeldonSecretsError, ValueError):  # noqa: N818 - callers handle it as an answer
    """The arguments break one or more rules; `problems` lists all of them."""

    exit_code = ExitCode.NO_ANSWER

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class BrokenRule(ValueError):  # noqa: N818 - a validator raises it, and the model turns it into a Problem
    """A rule that one value breaks and that mentions other arguments, as in `Problem`."""

    def __init__(self, template: str, *names: str) -> None:
        self.template, self.names = template, names
        super().__init__(_filled(template, names))


def unknown_argument(name: str, valid_names: Iterable[str]) -> Problem:
    """The problem that there is no such argument, with the nearest ones."""
    template, names = _suggestion(name, valid_names)
    return Problem(name, f"is not an argument; {template}", names, "unknown_argument")


def did_you_mean(name: str, valid_names: Iterable[str]) -> str:
    """The end of a sentence that suggests the nearest valid names, or lists all of them when none is near.

    Empty when none is near and there are none or more than 20: then the caller says where they are listed.
    Only for names that are not credentials. The caller repeats the wrong name, this function does not.
    """
    return _filled(*_suggestion(name, valid_names))


def nearest(name: str, valid_names: Iterable[str]) -> tuple[str, ...]:
    """The valid names that a misspelled one may stand for, the nearest first."""
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    if len(name) > _LONGEST_NAME:
        return ()
    lowered = {candidate.lower(): candidate for candidate in sorted(valid_names)}
    return tuple(
        lowered[match] for match in get_close_matches(name.strip().lower(), lowered, n=3, cutoff=0.6)
    )


def _suggestion(name: str, valid_names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    candidates = tuple(sorted(valid_names))
    near = nearest(name, candidates)
    if near:
        return f"did you mean {' or '.join('{}' for _ in near)}?", near
    if not 0 < len(candidates) <= 20:
        return "", ()
    return f"valid are {', '.join('{}' for _ in candidates)}", candidates


def _filled(template: str, names: Iterable[str]) -> str:
    # Not str.format: a template without names may contain braces of its own.
    for name in names:
        template = template.replace("{}", name, 1)
    return template
