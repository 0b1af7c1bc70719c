"""`seldon-secrets doctor`."""

import json
from collections.abc import Iterator, Mapping, Sequence
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
from seldon_secrets_pulumi.doctor.checks.all import CHECKS, PERMISSIONS
from seldon_secrets_pulumi.doctor.finding import ALL_SECRETS, Finding
from seldon_secrets_pulumi.doctor.probe import PROBES, Prober, rclone_on_path
from seldon_secrets_pulumi.doctor.sarif import sarif
from seldon_secrets_pulumi.inventory.examined import Digests, Examined, Rule
from seldon_secrets_pulumi.inventory.found import Found, found
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel

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
    examination, to_probe = Examination(), list[Examined]()
    with source.secrets() as secrets:
        for secret, labels in secrets:
            for found_ in found(secret, labels, format_label):
                examined = examination.examine(found_, secret, format_label)
                if prober and found_.kind == "bucket":
                    to_probe.append(examined)
        findings = examination.findings
        findings.extend(
            Finding(PERMISSIONS, namespace, ALL_SECRETS, f"you may not {', '.join(verbs)}")
            for namespace, verbs in source.denied(examination.namespaces)
        )
    if prober:
        findings.extend(_probed(prober, to_probe))
    findings.sort(key=lambda it: (it.namespace, it.secret, it.severity, it.check))
    _write(findings, examination.number, output)
    source.end()
    if any(it.is_error for it in findings):
        raise typer.Exit(1)


doctor.__doc__ = (
    "Checks every secret that Seldon reads, and says what is wrong, why and what to do. Never shows a value."
    f" Exit code 0: no errors; 1: errors; 2: no answer, or a partial one.\n{_EXAMPLES}"
)


class Examination:
    """All Secrets, one after another. Only digests of them are kept, to compare the two formats of a remote."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.namespaces: set[str] = set()
        self.number = 0
        self._digests: dict[tuple[str, str | None], Digests] = {}
        self._of_namespaces: set[tuple[str, str]] = set()

    def examine(self, found_: Found, secret: Mapping[str, Any], format_label: FormatLabel) -> Examined:
        """A Secret beside the one of the same remote that was examined before it."""
        key = (found_.namespace, found_.remote)
        twin = self._digests.get(key) if found_.remote else None
        other = twin if twin and twin.content != found_.content else None
        it = Examined(found_, secret, format_label, other)
        self._digests[key] = it.digests()
        self.namespaces.add(found_.namespace)
        self.number += 1
        self.findings.extend(self._found_in(it))
        return it

    def _found_in(self, it: Examined) -> Iterator[Finding]:
        for check in CHECKS:
            of_namespace = (check.id, it.found.namespace)
            if of_namespace in self._of_namespaces:
                continue
            for detail in check.find(it):
                secret = ALL_SECRETS if check.of_namespace else it.found.secret
                yield Finding(check, it.found.namespace, secret, detail, it.place)
                if check.of_namespace:
                    self._of_namespaces.add(of_namespace)


def _prober(seconds: int, paths: Mapping[str, str]) -> Prober:
    if rclone := rclone_on_path():
        return Prober(rclone, seconds, paths)
    typer.echo("seldon-secrets: --probe needs rclone on PATH (https://rclone.org/install)", err=True)
    raise typer.Exit(2)


def _probed(prober: Prober, secrets: Sequence[Examined]) -> list[Finding]:
    from rich.console import Console

    text = f"Listing with rclone: {{}} of {len(secrets)} Secrets"
    with Console(stderr=True).status(text.format(0)) as status:
        probed = prober.probe(secrets, lambda number: status.update(text.format(number)))
        return [
            Finding(rule, it.found.namespace, it.found.secret, detail, it.place)
            for it, rule, detail in probed
        ]


def _write(findings: Sequence[Finding], number: int, output: Output) -> None:
    if output is Output.table:
        from seldon_secrets_pulumi.cli.views.findings import show

        show(findings, number)
    elif output is Output.json:
        typer.echo(json.dumps([it.plain() for it in findings], indent=2))
    else:
        typer.echo(json.dumps(sarif(findings, RULES), indent=2))
