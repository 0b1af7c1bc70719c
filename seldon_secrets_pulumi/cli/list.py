"""`seldon-secrets list`."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from seldon_secrets_pulumi.cli.found import Found, in_cluster, in_manifests

_EXAMPLES = """
Examples:

    seldon-secrets list --namespace team-a
    seldon-secrets list --all-namespaces --output json
    seldon-secrets list --manifests manifests
"""


class Output(str, Enum):
    """How the answer is written."""

    table = "table"
    json = "json"


def list_secrets(
    namespace: Annotated[
        Optional[str],  # noqa: UP045 - what Typer reads on every Python
        typer.Option("--namespace", "-n", help="The namespace to look in.", show_default="default"),
    ] = None,
    all_namespaces: Annotated[
        bool, typer.Option("--all-namespaces", "-A", help="Look in every namespace.")
    ] = False,
    manifests: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            exists=True, file_okay=False, help="Read the YAML manifests below this folder, not a cluster."
        ),
    ] = None,
    output: Annotated[
        Output, typer.Option("--output", "-o", help="A table, or JSON for scripts.")
    ] = Output.table,
) -> None:
    if manifests:
        found = [it for it in in_manifests(manifests) if namespace in (None, it.namespace)]
    else:
        found = list(in_cluster(None if all_namespaces else namespace or "default"))
    found.sort(key=lambda it: (it.namespace, it.kind, it.remote or "", it.secret))
    if output is Output.json:
        typer.echo(json.dumps([asdict(it) for it in found], indent=2))
        return
    _table(found)
    if manifests:
        for folder in sorted({path.parent for path in manifests.rglob("*.yaml")}):
            typer.echo(f"Manifests: {folder.resolve()}")


list_secrets.__doc__ = (
    f"Shows the secrets that Seldon reads: remote, format and keys, never a value.\n{_EXAMPLES}"
)


def _table(found: Sequence[Found]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    # A file or pipe has no width: nothing is cut off there.
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=len(found) > 0)
    for column in ("SECRET", "NAMESPACE", "REMOTE", "TYPE", "FORMAT", "URIS", "KEYS"):
        table.add_column(column, overflow="fold")
    for it in found:
        cells = (it.secret, it.namespace, it.remote, it.type, it.format or it.kind, it.uri_prefix)
        table.add_row(*(cell or "-" for cell in cells), "\n".join(it.keys))
    console.print(table)
    console.print(f"{len(found)} secret{'' if len(found) == 1 else 's'}")
