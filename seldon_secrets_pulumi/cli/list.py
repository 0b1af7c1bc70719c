"""`seldon-secrets list`."""

import sys
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
    source_of,
)
from seldon_secrets_pulumi.cli.output import json_value, print_json, progress, reports_errors
from seldon_secrets_pulumi.inventory.filters import Context, Filter, FormatName, of_type, offered_in
from seldon_secrets_pulumi.inventory.remotes import by_remote
from seldon_secrets_pulumi.inventory.summary import SecretSummary, summarize
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


def _type(name: str) -> Filter:
    try:
        return of_type(name)
    except InvalidArguments:
        hint = did_you_mean(name, (*KINDS, *backend_names())) or f"they are at {BACKENDS_PAGE}"
        raise typer.BadParameter(
            f"{name!r} is neither bucket, registry nor a type of rclone; {hint}"
        ) from None


def _types(incomplete: str) -> list[str]:
    return [name for name in (*KINDS, *backend_names()) if name.startswith(incomplete)]


@reports_errors
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
    filters: list[Filter] = [
        *([offered_in(for_)] if for_ else []),
        *([type_] if type_ else []),
        *([lambda secret: secret.format == format_.value] if format_ else []),
        *([lambda secret: secret.remote == remote] if remote else []),
    ]
    source = source_of(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    with progress("Reading Secrets", shown=not manifests) as show_progress:
        # Filtered while they are read: other Secrets take no memory.
        summaries = (
            summarize(secret, format_label) for secret in source.secrets(show_progress) if secret.kind
        )
        matching = [secret for secret in summaries if all(matches(secret) for matches in filters)]
    matching.sort(key=lambda secret: (secret.namespace, secret.kind, secret.remote or "", secret.secret))
    _write(matching, output, remotes=remotes)
    if manifests and output is Output.table:
        for folder in sorted({path.parent for path in manifests.rglob("*.yaml")}):
            typer.echo(f"Manifests: {folder.resolve()}", err=not sys.stdout.isatty())  # a pipe has rows only
    source.check_complete()


list_secrets.__doc__ = (
    "Shows the secrets that Seldon reads: remote, format, keys, and why the platform would not offer one."
    f" Never a value.\n{_EXAMPLES}"
)


def _write(secrets: list[SecretSummary], output: Output, *, remotes: bool) -> None:
    rows = by_remote(secrets) if remotes else secrets
    if output is Output.json:
        print_json(rows)
    elif output is Output.yaml:
        import yaml

        typer.echo(yaml.safe_dump(json_value(rows), sort_keys=False).rstrip())
    else:
        from seldon_secrets_pulumi.cli.views.table import show_remotes, show_secrets

        show_remotes(by_remote(secrets)) if remotes else show_secrets(secrets)
