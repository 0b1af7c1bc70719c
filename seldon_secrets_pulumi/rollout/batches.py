"""Which stacks a rollout updates, in which order."""

from collections.abc import Collection, Iterable, Sequence

from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.problem import did_you_mean

Batch = tuple[str, ...]
"""Stacks that are previewed, confirmed and updated together."""


def plan_batches(groups: Sequence[str], until: str | None, *, parallel: bool) -> list[Batch]:
    """The batches for groups such as `dev,qa staging`, up to the stack `until`. Raises `UsageError`.

    The members of a group form one batch if they run in parallel, and a batch each otherwise.
    """
    names_of_groups = [tuple(name.strip() for name in group.split(",")) for group in groups]
    names = [name for group in names_of_groups for name in group]
    _check(names, until)
    wanted = names[: names.index(until) + 1] if until else names
    kept = remaining(names_of_groups, [name for name in names if name not in wanted])
    return kept if parallel else [(name,) for group in kept for name in group]


def remaining(batches: Iterable[Batch], done: Collection[str]) -> list[Batch]:
    """The batches without the stacks that are done."""
    left = (tuple(name for name in batch if name not in done) for batch in batches)
    return [batch for batch in left if batch]


def _check(names: Sequence[str], until: str | None) -> None:
    problems = ["STACKS: a group must be names separated by commas"] if "" in names else []
    problems += [f"STACKS: {name} is listed twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    if until is not None and until not in names:
        problems.append(f"--until: {until} is not one of the stacks; {did_you_mean(until, names)}")
    if problems:
        raise UsageError("\n".join(problems))
