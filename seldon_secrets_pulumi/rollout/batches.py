"""Which stacks a rollout goes over, in which order."""

import shlex
from collections.abc import Iterable, Sequence

from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean

Batch = tuple[str, ...]
"""Stacks that are previewed, confirmed and updated together."""


def batches(groups: Sequence[str], until: str | None, *, parallel: bool) -> list[Batch]:
    """The batches that `dev,qa staging` means, up to the stack `until`. Raises `InvalidArguments`."""
    given = [tuple(name.strip() for name in group.split(",")) for group in groups]
    names = [name for group in given for name in group]
    problems = [Problem("STACKS", "a group must be names with a comma between them")] if "" in names else []
    problems += [
        Problem("STACKS", f"{name} is named twice") for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    if until is not None and until not in names:
        problems.append(Problem("--until", f"{until} is none of the stacks; {did_you_mean(until, names)}"))
    if problems:
        raise InvalidArguments(problems)
    wanted = names[: names.index(until) + 1] if until else names
    kept = [tuple(name for name in group if name in wanted) for group in given]
    return [batch for group in kept if group for batch in ([group] if parallel else [(it,) for it in group])]


def command(left: Iterable[Batch], options: Sequence[str]) -> str:
    """The command that goes on with the stacks that are left."""
    return shlex.join(["seldon-secrets", "rollout", *(",".join(batch) for batch in left), *options])
