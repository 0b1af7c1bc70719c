"""`seldon-secrets list`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.cli.choice import choice, completion
from seldon_secrets_pulumi.cli.options import (
    DEFAULT_FORMAT_LABEL,
    AllNamespaces,
    FormatLabelOption,
    KubeContext,
    Manifests,
    Namespaces,
    Output,
    output_option,
    source_of,
)
from seldon_secrets_pulumi.cli.output import json_value, print_error, print_json, progress
from seldon_secrets_pulumi.cli.platform import asks_platform
from seldon_secrets_pulumi.errors import NoAnswerError
from seldon_secrets_pulumi.inventory.filters import Context, Filter, FormatName, of_type, offered_in
from seldon_secrets_pulumi.inventory.manifests import manifest_files
from seldon_secrets_pulumi.inventory.remotes import by_remote
from seldon_secrets_pulumi.inventory.summary import SecretSummary, summaries
from seldon_secrets_pulumi.model.seldon_labels import KINDS
from seldon_secrets_pulumi.problem import InvalidArguments, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import BACKENDS_PAGE, backend_names
from seldon_secrets_pulumi.untrusted_text import printable

if TYPE_CHECKING:
    from seldon_secrets_pulumi.inventory.platform_answer import PlatformAnswer
    from seldon_secrets_pulumi.inventory.source import Source
    from seldon_secrets_pulumi.platform_api.platform import Platform


def _type(name: str) -> Filter:
    try:
        return of_type(name)
    except InvalidArguments:
        hint = did_you_mean(name, (*KINDS, *backend_names())) or f"see the types at {BACKENDS_PAGE}"
        raise typer.BadParameter(f"{name!r} is not bucket, registry or a type of rclone; {hint}") from None


def _complete_type(incomplete: str) -> list[str]:
    types: list[str] = completion((*KINDS, *backend_names()))(incomplete)  # the catalog is read only here
    return types


@asks_platform
def list_secrets(  # noqa: PLR0913 - each is an option of the command
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    manifests: Manifests = None,
    context: KubeContext = None,
    remotes: Annotated[
        bool, typer.Option("--remotes", help="Show both formats of a remote in one row.")
    ] = False,
    offered_for: Annotated[
        Optional[Any],  # noqa: UP045
        typer.Option(
            "--for",
            help="Only Secrets that Seldon Enterprise Platform offers in this context.",
            **choice(*Context),
        ),
    ] = None,
    secret_type: Annotated[
        Optional[Any],  # noqa: UP045
        typer.Option(
            "--type",
            parser=_type,
            metavar="TYPE",
            autocompletion=_complete_type,
            help="Only bucket or registry secrets, or one rclone type: s3, gcs, …",
        ),
    ] = None,
    bucket_format: Annotated[
        Optional[Any],  # noqa: UP045
        typer.Option("--format", help="Only bucket secrets in this format.", **choice(*FormatName)),
    ] = None,
    remote: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="REMOTE", help="Only this remote."),
    ] = None,
    format_label: FormatLabelOption = DEFAULT_FORMAT_LABEL,
    output: Annotated[
        Any,
        output_option(Output.table, Output.json, Output.yaml, help="A table, or JSON or YAML for scripts."),
    ] = Output.table.value,
    platform: "Platform | None" = None,
) -> None:
    """List the Secrets that Seldon reads: remote, format, keys, and whether the platform offers them.

    For example:

    * `seldon-secrets list --namespace team-a --namespace team-b`
    * `seldon-secrets list --all-namespaces --remotes`
    * `seldon-secrets list -A --for core2 --type s3 --output json`
    * `seldon-secrets list --manifests manifests`
    * `seldon-secrets list --namespace team-a --platform https://seldon.example.com`
    """
    filters: list[Filter] = [
        *([offered_in(offered_for)] if offered_for else []),
        *([secret_type] if secret_type else []),
        *([lambda secret: secret.format == bucket_format.value] if bucket_format else []),
        *([lambda secret: secret.remote == remote] if remote else []),
    ]
    source: Source | None = None
    answer: PlatformAnswer | None = None
    matching: list[SecretSummary] = []
    try:
        source = source_of(manifests, namespaces, all_namespaces=all_namespaces, context=context)
        with progress("Reading Secrets", shown=not manifests) as show_progress:
            # Filtered while they are read, so that other Secrets take no memory. The platform's answer may change what
            # a filter looks at.
            matching = [
                summary
                for secret in source.secrets(show_progress)
                if secret.kind
                for summary in summaries(secret, format_label)
                if platform or _matches(summary, filters)
            ]
    except NoAnswerError as error:
        if not (platform and namespaces):
            raise
        source = None
        print_error(f"{error}; this list has only what the platform says")
    if platform:
        matching, answer = _asked(platform, matching, namespaces or ())
        matching = [summary for summary in matching if _matches(summary, filters)]
    matching.sort(key=lambda secret: (secret.namespace, secret.kind, secret.remote or "", secret.secret))
    _write(matching, output, remotes=remotes)
    if manifests and output is Output.table:
        _print_folders(manifests)
    for incomplete in (source, answer):
        if incomplete:
            incomplete.check_complete()


def _matches(summary: SecretSummary, filters: Sequence[Filter]) -> bool:
    return all(matches(summary) for matches in filters)


def _asked(
    platform: "Platform", rows: list[SecretSummary], namespaces: Sequence[str]
) -> tuple[list[SecretSummary], "PlatformAnswer"]:
    """The summaries with the platform's answers, and those of Secrets that only the platform knows."""
    from seldon_secrets_pulumi.inventory.platform_answer import (
        PlatformAnswer,
        summaries_of,
        with_platform_answer,
    )

    with progress(f"Asking {platform}"):
        answer = PlatformAnswer(platform, [*namespaces, *(summary.namespace for summary in rows)])
    asked = [with_platform_answer(summary, answer) for summary in rows]
    return [*asked, *summaries_of(answer, rows)], answer


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


def _print_folders(manifests: Path) -> None:
    for folder in sorted({path.parent for path in manifest_files(manifests)}):
        # A pipe gets only rows.
        typer.echo(printable(f"Manifests: {folder.resolve()}"), err=not sys.stdout.isatty())
