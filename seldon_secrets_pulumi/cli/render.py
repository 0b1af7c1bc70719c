"""`seldon-secrets render`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from seldon_secrets_pulumi.cli.output import print_error
from seldon_secrets_pulumi.cli.work_tree import work_tree_of_output
from seldon_secrets_pulumi.errors import RefusedError
from seldon_secrets_pulumi.problem import InvalidArguments, Problem


def render(
    *,
    file: Annotated[
        typer.FileText,
        typer.Argument(
            encoding="utf-8",
            help="A file with the settings of the ready-made stack, with values in plain text or as references."
            " `-` reads standard input.",
        ),
    ],
    force: Annotated[bool, typer.Option("--force", help="Write even into a git work tree.")] = False,
) -> None:
    """Print the Secrets of the ready-made stack as manifests, without Pulumi and without a cluster.

    The manifests contain the credentials in plain text: pipe them to another program.

    For example:

    * `seldon-secrets render secrets.yaml | kubectl apply -f -`
    * `seldon-secrets render secrets.yaml | kubeseal --format yaml > sealed.yaml`
    * `pulumi config --show-secrets --json | seldon-secrets render - | kubectl diff -f -`
    """
    if not force and (tree := work_tree_of_output()):
        raise RefusedError(
            f"refusing to write plain-text credentials into the git work tree {tree}; pipe the output to an encryption"
            " tool, or pass --force"
        )
    from seldon_secrets_pulumi.stack.manifest import manifests

    folder = Path() if file.name == "<stdin>" else Path(file.name).parent
    documents = list(manifests(_text(file), folder))
    if not documents:
        print_error("the settings declare no bucket and no registry")
    sys.stdout.writelines(documents)


def _text(file: typer.FileText) -> str:
    from seldon_secrets_pulumi.stack.file_reader import MAX_CHARACTERS

    try:
        return file.read(MAX_CHARACTERS + 1)  # a device may have no end
    except UnicodeDecodeError:
        raise InvalidArguments([Problem("", "the file is not UTF-8 text")]) from None
