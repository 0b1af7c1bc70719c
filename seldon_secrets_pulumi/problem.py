"""What is wrong with the arguments of a declaration, in words that never hold a value of a credential."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule.

    `argument` is the path of the argument in its Python spelling (`access_key_id`, `parameters.region`,
    `formats[0]`), or empty when the rule concerns the declaration as a whole. `rule` is a sentence without
    a full stop that says what must be true and, where one can be named, the nearest valid value.
    """

    argument: str
    rule: str

    def __str__(self) -> str:
        return f"{self.argument}: {self.rule}" if self.argument else self.rule


class InvalidArguments(ValueError):  # noqa: N818 - it is raised for callers to read, not an internal error
    """The arguments break one or more rules; `problems` lists every one that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence that names the nearest known names, or all of them when none is near.

    Empty when none is near of more than 20: whoever has that many says where they are listed.
    Only for names that are not credentials: what was given is repeated by the caller, not here.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    candidates = sorted(known)
    lowered = {candidate.lower(): candidate for candidate in candidates}
    near = [lowered[match] for match in get_close_matches(name.lower(), lowered, n=3, cutoff=0.6)]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"valid are {', '.join(candidates)}" if len(candidates) <= 20 else ""
