"""One rollout: batches of stacks in order, until one fails."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from seldon_secrets_pulumi.automation.project import Project
from seldon_secrets_pulumi.errors import StoppedError
from seldon_secrets_pulumi.rollout.batches import Batch
from seldon_secrets_pulumi.rollout.declared import Declared
from seldon_secrets_pulumi.rollout.outcome import Outcome, Result
from seldon_secrets_pulumi.rollout.reporter import Reporter
from seldon_secrets_pulumi.rollout.stack_rollout import Options, StackRollout

Confirm = Callable[[Sequence[str]], bool]
"""Asks whether to update the stacks of these names. Raises `StoppedError` on Ctrl-C."""


def run(
    project: Project,
    batches: Sequence[Batch],
    options: Options,
    reporter: Reporter,
    confirm: Confirm | None = None,
) -> list[Outcome]:
    """Update the stacks, batch by batch. Stops after a batch in which a stack fails or is refused.

    Without `confirm`, a batch is refused if it would replace Secrets or delete anything and the options don't allow
    that. Raises `UsageError` before anything is touched if a stack does not exist.
    """
    declared = Declared()
    rollouts = [
        [StackRollout(project, name, options, reporter, declared) for name in batch] for batch in batches
    ]
    every = [rollout for batch in rollouts for rollout in batch]
    if all([rollout.attempt(StackRollout.open) for rollout in every]):  # noqa: C419 - report every failure
        for batch in rollouts:
            if not _run_batch(batch, options, reporter, confirm):
                break
    return [rollout.outcome for rollout in every]


def _run_batch(
    rollouts: Sequence[StackRollout], options: Options, reporter: Reporter, confirm: Confirm | None
) -> bool:
    """Whether all went well."""
    if not _each(rollouts, StackRollout.preview):
        return False
    for rollout in rollouts:
        reporter.show_changes(rollout.name, rollout.changes)
    return options.preview_only or (
        (_is_confirmed(rollouts, confirm) if confirm else _is_allowed(rollouts, reporter))
        and _each(rollouts, StackRollout.update)
    )


def _each(rollouts: Sequence[StackRollout], step: Callable[[StackRollout], None]) -> bool:
    """Run the step for all stacks at once."""
    if len(rollouts) == 1:
        return rollouts[0].attempt(step)
    with ThreadPoolExecutor(len(rollouts)) as pool:
        return all(list(pool.map(lambda rollout: rollout.attempt(step), rollouts)))


def _is_confirmed(rollouts: Sequence[StackRollout], confirm: Confirm) -> bool:
    if not any(rollout.changes.changed for rollout in rollouts):
        return True
    try:
        if confirm([rollout.name for rollout in rollouts]):
            return True
        result = Result.REFUSED
    except StoppedError:
        result = Result.STOPPED
    for rollout in rollouts:
        rollout.outcome.result = result
    return False


def _is_allowed(rollouts: Sequence[StackRollout], reporter: Reporter) -> bool:
    """Whether the options allow all replacements and deletions."""
    is_allowed = True
    for rollout in rollouts:
        for option, names in rollout.closed_gates().items():
            rollout.outcome.result = Result.REFUSED
            verb = option.removeprefix("--allow-")
            reason = f"{', '.join(names)} would be {verb}d; pass {option} to allow it"
            reporter.problem(rollout.name, Result.REFUSED, reason)
            is_allowed = False
    return is_allowed
