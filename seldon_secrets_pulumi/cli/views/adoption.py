"""What an import tells: its plan, its progress and its end. Never a value."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from seldon_secrets_pulumi.adoption.adopt import Outcome
from seldon_secrets_pulumi.adoption.exclusions import LAST_APPLIED
from seldon_secrets_pulumi.adoption.plan import Adoption, Plan


def show_plan(plan: Plan, settings: Sequence[str]) -> None:
    """The plan in lines; `settings` are plain ones that the stack gets besides."""
    adoptions = {str(it.live): it for it in plan.adoptions}
    for entry in plan.entries:
        _section(f"{entry.kind}: {entry.name} ({entry.type})")
        if entry.reason:
            typer.echo(f"  as it is: {entry.reason}")
        for name in entry.secrets:
            typer.echo(f"  {name}{_changes(adoptions.pop(name, None))}")
    _list("declared already:", (f"{name}{_changes(it)}" for name, it in adoptions.items()))
    _list("left out:", (f"{name}: {reason}" for name, reason in plan.left_out.items()))
    _list("further settings:", settings)
    if plan.present:
        typer.echo(f"{_number(len(plan.present))} in the stack already")
    copies = sum(LAST_APPLIED in it.live.annotations for it in plan.adoptions)
    if copies:
        typer.secho(
            f"{_number(copies)} with a copy of the credentials in kubectl's annotation {LAST_APPLIED}: the adoption"
            " removes it, since the state keeps annotations in plain text",
            fg=typer.colors.YELLOW,
        )


def _section(title: str) -> None:
    typer.secho(title, bold=True)


def _list(title: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if number == 0:
            _section(title)
        typer.echo(f"  {line}")


def _changes(adoption: Adoption | None) -> str:
    if adoption is None:
        return " (in the stack's state already)"
    keys = [*adoption.labels, *adoption.annotations]
    return f": the next update sets {', '.join(keys)}" if keys else ": nothing changes"


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan for programs."""
    return {
        "entries": [
            {
                "kind": it.kind,
                "name": it.name,
                "type": it.type,
                "secrets": list(it.secrets),
                "asItIs": it.reason,
            }
            for it in plan.entries
        ],
        "adopt": [
            {"secret": str(it.live), "labels": it.labels, "annotations": it.annotations}
            for it in plan.adoptions
        ],
        "present": list(plan.present),
        "leftOut": [{"secret": name, "reason": reason} for name, reason in plan.left_out.items()],
    }


def show_outcome(outcome: Outcome, plan: Plan) -> None:
    """What was done, and what the next update does."""
    quiet = len(outcome.adopted) - len(outcome.labelled) - len(outcome.wrong)
    typer.echo(f"{_number(len(outcome.adopted))} adopted; the next `pulumi up` leaves {quiet} unchanged")
    by_keys: dict[str, list[str]] = {}
    for it in plan.adoptions:
        if str(it.live) in outcome.labelled:
            keys = ", ".join([*it.labels, *it.annotations]) or "no label, but lets go of some"
            by_keys.setdefault(keys, []).append(str(it.live))
    for keys, names in by_keys.items():
        typer.echo(f"  and of {_number(len(names))} sets {keys}")
    if outcome.pending:
        typer.echo(f"  pending in the stack besides: {', '.join(outcome.pending)}")


def show_json(plan: Plan, outcome: Outcome | None) -> None:
    """Both for programs."""
    document: Mapping[str, Any] = {
        **plan_as_json(plan),
        "result": outcome.as_json() if outcome else None,
    }
    typer.echo(json.dumps(document, indent=2))


@contextmanager
def encrypting(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal while credentials are encrypted."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Encrypting", total=total)
        yield lambda done: progress.update(task, advance=done)


@contextmanager
def working(text: str) -> Iterator[None]:
    """A sign of life on a terminal."""
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def _number(number: int) -> str:
    return f"{number} Secret{'' if number == 1 else 's'}"
