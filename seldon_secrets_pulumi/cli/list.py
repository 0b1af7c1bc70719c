"""`seldon-secrets list`."""

import json
from collections.abc import Callable
from dataclasses import asdict
from enum import Enum
from typing import Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.cli.options import (
    DEFAULT_FORMAT_LABEL,
    AllNamespaces,
    FormatLabelOption,
    KubeContext,
    Manifests,
    Namespaces,
    Source,
)
from seldon_secrets_pulumi.inventory.filters import Context, FormatName, of_type, offered_in
from seldon_secrets_pulumi.inventory.found import Found, found
from seldon_secrets_pulumi.inventory.remotes import by_remote
from seldon_secrets_pulumi.model.seldon_labels import KINDS
from seldon_secrets_pulumi.problem import InvalidArguments, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import BACKENDS_PAGE, backend_names

_EXAMPLES = """
Examples:

* `seldon-secrets list --namespace team-a --namespace team-b`
* `seldon-secrets list --all-namespaces --remotes`
* `seldon-secrets list -A --for core2 --type s3 --output json`
* `seldon-secrets list --manifests manifests`
"""


class Output(str, Enum):
    """How the answer is written."""

    table = "table"
    json = "json"
    yaml = "yaml"


def _type(name: str) -> Callable[[Found], bool]:
    try:
        return of_type(name)
    except InvalidArguments:
        hint = did_you_mean(name, (*KINDS, *backend_names())) or f"they are at {BACKENDS_PAGE}"
        raise typer.BadParameter(
            f"{name!r} is neither bucket, registry nor a type of rclone; {hint}"
        ) from None


def _types(incomplete: str) -> list[str]:
    return [name for name in (*KINDS, *backend_names()) if name.startswith(incomplete)]


def list_secrets(  # noqa: PLR0913 - each is an option of the command
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    manifests: Manifests = None,
    context: KubeContext = None,
    remotes: Annotated[bool, typer.Option("--remotes", help="One row for both formats of a remote.")] = False,
    for_: Annotated[
        Optional[Context],  # noqa: UP045
        typer.Option(
            "--for",
            metavar="CONTEXT",
            help=f"Only what Seldon Enterprise Platform offers there: {', '.join(Context.__members__)}.",
        ),
    ] = None,
    type_: Annotated[
        Optional[Any],  # noqa: UP045
        typer.Option(
            "--type",
            parser=_type,
            metavar="TYPE",
            autocompletion=_types,
            help="Only bucket or registry secrets, or an rclone type: s3, gcs, …",
        ),
    ] = None,
    format_: Annotated[
        Optional[FormatName],  # noqa: UP045
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=f"Only bucket secrets in this format: {' or '.join(FormatName.__members__)}.",
        ),
    ] = None,
    remote: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="REMOTE", help="Only this remote."),
    ] = None,
    format_label: FormatLabelOption = DEFAULT_FORMAT_LABEL,
    output: Annotated[
        Output, typer.Option("--output", "-o", help="A table, or JSON or YAML for scripts.")
    ] = Output.table,
) -> None:
    wanted = [
        *([offered_in(for_)] if for_ else []),
        *([type_] if type_ else []),
        *([lambda it: it.format == format_.value] if format_ else []),
        *([lambda it: it.remote == remote] if remote else []),
    ]
    source = Source(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    with source.secrets() as secrets:
        # Filtered while it is read: what is not asked for takes no memory.
        each = (it for secret, labels in secrets for it in found(secret, labels, format_label))
        matching = [it for it in each if all(matches(it) for matches in wanted)]
    matching.sort(key=lambda it: (it.namespace, it.kind, it.remote or "", it.secret))
    _write(matching, output, remotes=remotes)
    if manifests and output is Output.table:
        for folder in sorted({path.parent for path in manifests.rglob("*.yaml")}):
            typer.echo(f"Manifests: {folder.resolve()}")
    source.end()


list_secrets.__doc__ = (
    "Shows the secrets that Seldon reads: remote, format, keys, and why the platform would not offer one."
    f" Never a value.\n{_EXAMPLES}"
)


def _write(secrets: list[Found], output: Output, *, remotes: bool) -> None:
    if output is Output.table:
        from seldon_secrets_pulumi.cli.views.table import show_remotes, show_secrets

        show_remotes(by_remote(secrets)) if remotes else show_secrets(secrets)
        return
    plain = [asdict(it) for it in (by_remote(secrets) if remotes else secrets)]
    # Through JSON, which turns tuples into lists.
    text = json.dumps(plain, indent=2)
    if output is Output.yaml:
        import yaml

        text = yaml.safe_dump(json.loads(text), sort_keys=False).rstrip()
    typer.echo(text)
