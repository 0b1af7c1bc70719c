"""`seldon-secrets render`."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seldon_secrets_pulumi.cli.work_tree import work_tree_of_output
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.stack.file_reader import settings_in

if TYPE_CHECKING:
    from seldon_secrets_pulumi.stack.expansion import DeclaredSecret

_EXAMPLES = """
Examples:

* `seldon-secrets render secrets.yaml | kubectl apply -f -`
* `seldon-secrets render secrets.yaml | kubeseal --format yaml > sealed.yaml`
* `pulumi config --show-secrets --json | seldon-secrets render - | kubectl diff -f -`
"""

# What YAML takes for text without quotes.
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[a-z][\w./+=-]*", re.IGNORECASE | re.ASCII)


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
    folder = Path() if file.name == "<stdin>" else Path(file.name).parent
    try:
        manifests = list(_manifests(_text(file), folder))
    except InvalidArguments as invalid:
        for problem in invalid.problems:
            typer.echo(f"seldon-secrets: {problem}", err=True)
        raise typer.Exit(2) from None
    if not manifests:
        typer.echo("seldon-secrets: no bucket and no registry is declared", err=True)
    sys.stdout.writelines(manifests)


render.__doc__ = (
    "Writes what the ready-made stack would make as manifests, with no engine and no cluster. They hold the"
    f" credentials: pipe them on.\n{_EXAMPLES}"
)


def _text(file: typer.FileText) -> str:
    try:
        return file.read()
    except UnicodeDecodeError:
        raise InvalidArguments([Problem("", "the file is not text in UTF-8")]) from None


def _manifests(text: str, folder: Path) -> Iterator[str]:
    # With the component beside it comes Pulumi, which `seldon-secrets --help` need not wait for.
    from seldon_secrets_pulumi.stack.expansion import declared_secrets

    given = settings_in(text)
    label = parse_format_label(given)
    settings = {name: it for name, it in given.items() if name not in FORMAT_LABEL_SETTINGS}
    return map(_manifest, declared_secrets(settings, folder, label))


def _manifest(secret: "DeclaredSecret") -> str:
    """A document of a YAML stream. Written by hand: PyYAML takes ten times as long."""
    lines = (
        "---",
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        f"  name: {_scalar(secret.name)}",
        f"  namespace: {_scalar(secret.namespace)}",
        "  labels:",
        *(f"    {_scalar(key)}: {_scalar(value)}" for key, value in secret.labels.items()),
        *([f"  annotations: {_any_text(secret.annotations)}"] if secret.annotations else []),
        f"type: {secret.type}",
        "data:",
        *(f"  {_scalar(key)}: {_scalar(value)}" for key, value in encoded(secret.data).items()),
        "",
    )
    return "\n".join(lines)


def _scalar(text: str) -> str:
    """Names, labels and base64: letters, digits and a few signs, for which YAML's quotes are JSON's."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _any_text(mapping: Mapping[str, str]) -> str:
    """On one line, whatever it holds."""
    import yaml

    text: str = yaml.safe_dump(dict(mapping), default_style='"', default_flow_style=True, width=2**31 - 1)
    return text.rstrip()
