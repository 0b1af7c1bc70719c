"""`seldon-secrets render`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from seldon_secrets_pulumi.cli.work_tree import work_tree_of_output
from seldon_secrets_pulumi.problem import InvalidArguments, Problem

_EXAMPLES = """
Examples:

* `seldon-secrets render secrets.yaml | kubectl apply -f -`
* `seldon-secrets render secrets.yaml | kubeseal --format yaml > sealed.yaml`
* `pulumi config --show-secrets --json | seldon-secrets render - | kubectl diff -f -`
"""


def render(
    *,
    file: Annotated[
        typer.FileText,
        typer.Argument(
            encoding="utf-8",
            help="A file with the settings of the ready-made stack, their values in plain text or by"
            " reference; `-` reads standard input.",
        ),
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Write credentials into a git work tree all the same.")
    ] = False,
) -> None:
    if not force and (tree := work_tree_of_output()):
        typer.echo(
            f"seldon-secrets: the manifests hold credentials in plain text and would lie in the git work tree {tree};"
            " pipe them into what encrypts them, or --force",
            err=True,
        )
        raise typer.Exit(2)
    from seldon_secrets_pulumi.stack.manifest import manifests

    folder = Path() if file.name == "<stdin>" else Path(file.name).parent
    try:
        documents = list(manifests(_text(file), folder))
    except InvalidArguments as invalid:
        for problem in invalid.problems:
            typer.echo(f"seldon-secrets: {problem}", err=True)
        raise typer.Exit(2) from None
    if not documents:
        typer.echo("seldon-secrets: no bucket and no registry is declared", err=True)
    sys.stdout.writelines(documents)


render.__doc__ = (
    "Writes what the ready-made stack would make as manifests, with no engine and no cluster. They hold the"
    f" credentials: pipe them on.\n{_EXAMPLES}"
)


def _text(file: typer.FileText) -> str:
    try:
        return file.read()
    except UnicodeDecodeError:
        raise InvalidArguments([Problem("", "the file is not text in UTF-8")]) from None
