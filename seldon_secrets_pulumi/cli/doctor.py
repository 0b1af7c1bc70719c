"""`seldon-secrets doctor`."""

from collections.abc import Mapping, Sequence
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
from seldon_secrets_pulumi.cli.output import print_json, progress, reports_errors
from seldon_secrets_pulumi.doctor import Diagnosis, Finding
from seldon_secrets_pulumi.doctor.finding import ALL_SECRETS
from seldon_secrets_pulumi.doctor.probe import Prober, rclone_on_path
from seldon_secrets_pulumi.doctor.rules import PERMISSIONS, RULES
from seldon_secrets_pulumi.doctor.sarif import sarif
from seldon_secrets_pulumi.errors import ExitCode, UsageError
from seldon_secrets_pulumi.inventory.secret import LiveSecret

_EXAMPLES = """
Examples:

* `seldon-secrets doctor --namespace team-a`
* `seldon-secrets doctor --all-namespaces --output json`
* `seldon-secrets doctor --manifests manifests --output sarif > doctor.sarif`
* `seldon-secrets doctor --namespace team-a --probe --probe-path models=bucket/path`
"""


class Output(str, Enum):
    """How the answer is written."""

    table = "table"
    json = "json"
    sarif = "sarif"


def _path(text: str) -> tuple[str, str]:
    remote, given, path = text.partition("=")
    if not (remote and given):
        raise typer.BadParameter("must be REMOTE=PATH, a remote and what to list in it")
    return remote, path


@reports_errors
def doctor(  # noqa: PLR0913 - each is an option of the command
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    manifests: Manifests = None,
    context: KubeContext = None,
    format_label: FormatLabelOption = DEFAULT_FORMAT_LABEL,
    output: Annotated[
        Output, typer.Option("--output", "-o", help="Text, JSON, or SARIF for a CI system's annotations.")
    ] = Output.table,
    probe: Annotated[
        bool, typer.Option("--probe", help="List each remote with rclone, using only its Secret.")
    ] = False,
    probe_paths: Annotated[
        Optional[list[Any]],  # noqa: UP045
        typer.Option(
            "--probe-path",
            parser=_path,
            metavar="REMOTE=PATH",
            help="List this path rather than the remote's root; may be repeated.",
        ),
    ] = None,
    probe_timeout: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="How long each remote may take.")
    ] = 15,
) -> None:
    prober = _prober(probe_timeout, dict(probe_paths or [])) if probe else None
    source = source_of(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    diagnosis = Diagnosis(format_label)
    buckets: list[LiveSecret] = []
    with progress("Reading Secrets", shown=not manifests) as show_progress:
        for secret in source.secrets(show_progress):
            diagnosis.examine(secret)
            if prober and secret.kind == "bucket":
                buckets.append(secret)
        missing_verbs = list(source.denied(namespaces or diagnosis.namespaces))
    findings = [
        *diagnosis.findings,
        *(
            Finding(PERMISSIONS, namespace, ALL_SECRETS, f"you may not {', '.join(verbs)}")
            for namespace, verbs in missing_verbs
        ),
        *(_probed(prober, buckets) if prober else ()),
    ]
    findings.sort(key=lambda finding: (finding.namespace, finding.secret, finding.severity, finding.check))
    _write(findings, diagnosis.examined, output)
    source.check_complete()
    if any(finding.is_error for finding in findings):
        raise typer.Exit(ExitCode.FAILED)


doctor.__doc__ = (
    "Checks every secret that Seldon reads, and says what is wrong, why and what to do. Never shows a value."
    f" Exit code 0: no errors; 1: errors; 2: no answer, or a partial one.\n{_EXAMPLES}"
)


def _prober(seconds: int, paths: Mapping[str, str]) -> Prober:
    if rclone := rclone_on_path():
        return Prober(rclone, seconds, paths)
    raise UsageError("--probe needs rclone on PATH (https://rclone.org/install)")


def _probed(prober: Prober, secrets: Sequence[LiveSecret]) -> list[Finding]:
    with progress(f"Listing {len(secrets)} Secrets with rclone") as show_progress:
        return [
            Finding(rule, secret.namespace, secret.name, detail, secret.place)
            for secret, rule, detail in prober.probe(secrets, show_progress)
        ]


def _write(findings: Sequence[Finding], examined: int, output: Output) -> None:
    if output is Output.table:
        from seldon_secrets_pulumi.cli.views.findings import show

        show(findings, examined)
    else:
        print_json(
            [finding.plain() for finding in findings] if output is Output.json else sarif(findings, RULES)
        )
