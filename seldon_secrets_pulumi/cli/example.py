"""`seldon-secrets example`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Optional

import typer

from seldon_secrets_pulumi.cli.choice import check_choice, completion

_PACKAGE = Path(__file__).parents[1]

# The file of each example in the repository, and what it is. The wheel has them below `examples/`.
EXAMPLES: Mapping[str, tuple[str, str]] = {
    "stack": ("Pulumi.example.yaml", "the configuration of the ready-made stack, with every setting"),
    "schema": ("Pulumi.schema.json", "the JSON Schema of that configuration, for editors and CI"),
    "rbac": ("examples/rbac/role.yaml", "the Role that `pulumi up` and the commands need"),
    "operator": ("examples/operator/stacks.yaml", "stacks for the Pulumi Kubernetes Operator"),
    "program": ("examples/quickstart/__main__.py", "a program with a component for every kind of Secret"),
}


def example(
    name: Annotated[
        Optional[str],  # noqa: UP045 - Typer reads this form on every Python
        typer.Argument(
            metavar="[NAME]",
            help="The example to print.",
            show_default="list them",
            autocompletion=completion(EXAMPLES),
        ),
    ] = None,
) -> None:
    """Print an example file, or the list of them.

    For example:

    * `seldon-secrets example`
    * `seldon-secrets example stack > Pulumi.dev.yaml`
    * `seldon-secrets example rbac | kubectl apply --namespace team-a --filename -`
    """
    if name is None:
        width = max(map(len, EXAMPLES))
        for each, (_, description) in EXAMPLES.items():
            typer.echo(f"{each:{width}}   {description}")
        return
    typer.echo(_text(EXAMPLES[check_choice(name, EXAMPLES)][0]), nl=False)


def _text(file: str) -> str:
    installed = _PACKAGE / "examples" / file
    # In a checkout, the files are beside the package.
    return (installed if installed.exists() else _PACKAGE.parent / file).read_text(encoding="utf-8")
