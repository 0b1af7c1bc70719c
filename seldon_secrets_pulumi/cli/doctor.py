"""`seldon-secrets doctor`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.cli.checks import (
    CHECKS,
    PERMISSIONS,
    Examined,
    Rule,
    Severity,
)
from seldon_secrets_pulumi.cli.found import Found, found
from seldon_secrets_pulumi.cli.probe import PROBES, Prober, rclone_on_path
from seldon_secrets_pulumi.cli.source import (
    DEFAULT_FORMAT_LABEL,
    AllNamespaces,
    FormatLabelOption,
    KubeContext,
    Manifests,
    Namespaces,
    Source,
)

_EXAMPLES = """
Examples:

* `seldon-secrets doctor --namespace team-a`
* `seldon-secrets doctor --all-namespaces --output json`
* `seldon-secrets doctor --manifests manifests --output sarif > doctor.sarif`
* `seldon-secrets doctor --namespace team-a --probe --probe-path models=bucket/path`
"""

RULES: Sequence[Rule] = (*CHECKS, PERMISSIONS, *PROBES)


class Output(str, Enum):
    """How the answer is written."""

    table = "table"
    json = "json"
    sarif = "sarif"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that a Secret did not pass."""

    check: str
    severity: str
    namespace: str
    secret: str
    detail: str
    cause: str
    cure: str
    docs: str


def _path(text: str) -> tuple[str, str]:
    remote, given, path = text.partition("=")
    if not (remote and given):
        raise typer.BadParameter("must be REMOTE=PATH, a remote and what to list in it")
    return remote, path


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
    source = Source(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    findings, number = list[Finding](), 0
    examined = dict[tuple[str, str | None], Examined]()
    to_probe = list[Examined]()
    with source.secrets() as secrets:
        for secret, labels in secrets:
            for it in found(secret, labels, format_label):
                number += 1
                examination = _examined(it, secret.get("data") or {}, examined)
                findings.extend(_findings(examination))
                if prober:
                    to_probe.append(examination)
        findings.extend(
            _finding(PERMISSIONS, namespace, "(all Secrets)", f"you may not {', '.join(verbs)}")
            for namespace, verbs in source.denied({namespace for namespace, _ in examined})
        )
    if prober:
        findings.extend(_probed(prober, to_probe))
    findings.sort(key=lambda it: (it.namespace, it.secret, it.severity, it.check))
    if output is Output.json:
        typer.echo(json.dumps([asdict(it) for it in findings], indent=2))
    elif output is Output.sarif:
        typer.echo(json.dumps(sarif(findings), indent=2))
    else:
        _show(findings, number)
    source.end()
    if any(it.severity == Severity.error.value for it in findings):
        raise typer.Exit(1)


doctor.__doc__ = (
    "Checks every secret that Seldon reads, and says what is wrong, why and what to do. Never shows a value."
    f" Exit code 0: no errors; 1: errors; 2: no answer, or a partial one.\n{_EXAMPLES}"
)


def _examined(
    found_: Found, data: Mapping[str, str], examined: dict[tuple[str, str | None], Examined]
) -> Examined:
    """A Secret beside the one of the same remote that was examined before it."""
    key = (found_.namespace, found_.remote)
    twin = examined.get(key)
    it = Examined(found_, data, twin if twin and twin.found.content != found_.content else None)
    examined[key] = it
    return it


def _findings(it: Examined) -> Iterator[Finding]:
    for check in CHECKS:
        for detail in check.find(it):
            yield _finding(check, it.found.namespace, it.found.secret, detail)


def _prober(seconds: int, paths: Mapping[str, str]) -> Prober:
    if rclone := rclone_on_path():
        return Prober(rclone, seconds, paths)
    typer.echo("seldon-secrets: --probe needs rclone on PATH (https://rclone.org/install)", err=True)
    raise typer.Exit(2)


def _probed(prober: Prober, secrets: Sequence[Examined]) -> list[Finding]:
    from rich.console import Console

    buckets = [it for it in secrets if it.found.kind == "bucket"]
    with Console(stderr=True).status(f"Listing with rclone: {len(buckets)} Secrets"):
        return [
            _finding(rule, it.found.namespace, it.found.secret, detail)
            for it, rule, detail in prober.probe(buckets)
        ]


def _finding(rule: Rule, namespace: str, secret: str, detail: str) -> Finding:
    return Finding(
        check=rule.id,
        severity=rule.severity.value,
        namespace=namespace,
        secret=secret,
        detail=detail,
        cause=rule.cause,
        cure=rule.cure,
        docs=f"docs/doctor.md#{rule.id}",
    )


def sarif(findings: Iterable[Finding]) -> dict[str, object]:
    """The findings in the Static Analysis Results Interchange Format 2.1.0."""
    rules = [{"id": it.id, "shortDescription": {"text": it.cause}, "help": {"text": it.cure}} for it in RULES]
    results = [
        {
            "ruleId": it.check,
            "level": it.severity,
            "message": {"text": f"{it.namespace}/{it.secret}: {it.detail}. {it.cause} {it.cure}"},
            "locations": [{"logicalLocations": [{"fullyQualifiedName": f"{it.namespace}/{it.secret}"}]}],
        }
        for it in findings
    ]
    driver = {"name": "seldon-secrets doctor", "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _show(findings: list[Finding], number: int) -> None:
    from itertools import groupby

    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=False)
    for (namespace, secret), group in groupby(findings, key=lambda it: (it.namespace, it.secret)):
        console.print(Text.assemble((secret, "bold"), f" in {namespace}"))
        for it in group:
            style = "red" if it.severity == Severity.error.value else "yellow"
            console.print(Padding(Text.assemble((it.severity, style), f" {it.check}: {it.detail}"), (0, 2)))
            console.print(Padding(Text(f"{it.cause} {it.cure}", style="dim"), (0, 4)))
        console.print()
    errors = sum(it.severity == Severity.error.value for it in findings)
    console.print(f"{number} examined: {errors} errors, {len(findings) - errors} warnings")
