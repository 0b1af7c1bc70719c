"""`seldon-secrets doctor`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

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
from seldon_secrets_pulumi.cli.output import print_json, progress
from seldon_secrets_pulumi.cli.platform import asks_platform
from seldon_secrets_pulumi.doctor import Diagnosis
from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.probe import PROBES, Prober, rclone_on_path
from seldon_secrets_pulumi.doctor.rules import PERMISSIONS, RULES, find_rule, selected_rules
from seldon_secrets_pulumi.doctor.sarif import sarif
from seldon_secrets_pulumi.errors import ExitCode, UsageError
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.targets import Target, parse_target

if TYPE_CHECKING:
    from seldon_secrets_pulumi.inventory.platform_answer import PlatformAnswer
    from seldon_secrets_pulumi.platform_api.platform import Platform


def _probe_path(text: str) -> tuple[str, str]:
    remote, equals, path = text.partition("=")
    if not (remote and equals):
        raise typer.BadParameter("must be REMOTE=PATH, a remote and the path to list in it")
    return remote, path


def _target(text: str) -> Target:
    try:
        return parse_target(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _rule(check: str) -> Rule:
    try:
        return find_rule(check)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None


def _rule_ids(text: str) -> list[str]:
    return [_rule(check.strip()).id for check in text.split(",")]


def _complete_check(incomplete: str) -> Iterator[str]:
    return (rule.id for rule in RULES if rule.id.startswith(incomplete))


def _explain(rule: Rule | None) -> None:
    if rule:
        from seldon_secrets_pulumi.cli.views.findings import show_rule

        show_rule(rule)
        raise typer.Exit


def _checks_option(name: str, help: str) -> Any:  # noqa: A002 - Typer's own word
    return typer.Option(name, parser=_rule_ids, metavar="CHECK", autocompletion=_complete_check, help=help)


@asks_platform
def doctor(  # noqa: PLR0913 - each is an option of the command
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    manifests: Manifests = None,
    context: KubeContext = None,
    format_label: FormatLabelOption = DEFAULT_FORMAT_LABEL,
    select: Annotated[
        Optional[list[Any]],  # noqa: UP045
        _checks_option("--select", "Run only this check; repeatable, or separated by commas."),
    ] = None,
    ignore: Annotated[
        Optional[list[Any]],  # noqa: UP045
        _checks_option("--ignore", "Don't run this check; repeatable, or separated by commas."),
    ] = None,
    targets: Annotated[
        Optional[list[Any]],  # noqa: UP045
        typer.Option(
            "--target",
            parser=_target,
            metavar="TARGET",
            help="Report what this reader's rclone lacks: core1:1.18.2, core2:2.10, rclone:1.71.1; repeatable.",
        ),
    ] = None,
    explain: Annotated[  # noqa: ARG001 - its callback acts
        Optional[Any],  # noqa: UP045
        typer.Option(
            "--explain",
            parser=_rule,
            callback=_explain,
            is_eager=True,
            metavar="CHECK",
            autocompletion=_complete_check,
            help="Explain this check, and exit.",
        ),
    ] = None,
    output: Annotated[
        Any,
        output_option(
            Output.table,
            Output.json,
            Output.sarif,
            help="Text, JSON, or SARIF for annotations in a CI system.",
        ),
    ] = Output.table.value,
    probe: Annotated[
        bool, typer.Option("--probe", help="List each remote with rclone, using only its Secret's data.")
    ] = False,
    probe_paths: Annotated[
        Optional[list[Any]],  # noqa: UP045
        typer.Option(
            "--probe-path",
            parser=_probe_path,
            metavar="REMOTE=PATH",
            help="List this path instead of the remote's root; repeatable.",
        ),
    ] = None,
    probe_timeout: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="The time limit for each remote.")
    ] = 15,
    platform: "Platform | None" = None,
) -> None:
    """Check every Secret that Seldon reads, and report what is wrong, why, and how to fix it.

    Warnings don't change the exit code. The annotation `seldon-secrets.pulumi/ignore-checks: "CHECK: reason"` on a
    Secret ignores a check there.

    For example:

    * `seldon-secrets doctor --namespace team-a`
    * `seldon-secrets doctor --all-namespaces --ignore secret-name --output json`
    * `seldon-secrets doctor --namespace team-a --target core1:1.18.2 --target core2:2.10`
    * `seldon-secrets doctor --explain secret-name`
    * `seldon-secrets doctor --manifests manifests --output sarif > doctor.sarif`
    * `seldon-secrets doctor --namespace team-a --probe --probe-path models=bucket/path`
    * `seldon-secrets doctor --namespace team-a --platform https://seldon.example.com`
    """
    rules = selected_rules(list(chain(*select or ())), list(chain(*ignore or ())))
    probe = probe and not rules.isdisjoint(rule.id for rule in PROBES)
    prober = _prober(probe_timeout, dict(probe_paths or ())) if probe else None
    source = source_of(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    diagnosis = Diagnosis(format_label, rules, targets or ())
    kept: list[LiveSecret] = []
    with progress("Reading Secrets", shown=not manifests) as show_progress:
        for secret in source.secrets(show_progress):
            diagnosis.examine(secret)
            if secret.kind and (prober or platform):
                kept.append(secret)
        if PERMISSIONS.id in rules:
            for namespace, verbs in source.denied(namespaces or diagnosis.namespaces):
                diagnosis.add_of_namespace(PERMISSIONS, namespace, f"you may not {', '.join(verbs)}")
    answer = _compare_with_platform(platform, kept, diagnosis) if platform else None
    if prober:
        _probe(prober, [secret for secret in kept if secret.kind == "bucket"], diagnosis)
    _write(diagnosis, output)
    source.check_complete()
    if answer:
        answer.check_complete()
    if any(finding.is_error for finding in diagnosis.findings):
        raise typer.Exit(ExitCode.FAILED)


def _compare_with_platform(
    platform: "Platform", secrets: Sequence[LiveSecret], diagnosis: Diagnosis
) -> "PlatformAnswer":
    from seldon_secrets_pulumi.doctor.platform import compare
    from seldon_secrets_pulumi.inventory.platform_answer import PlatformAnswer

    with progress(f"Asking {platform}"):
        answer = PlatformAnswer(platform, sorted({secret.namespace for secret in secrets}))
    for secret in secrets:
        for rule, detail in compare(secret, answer):
            diagnosis.add(rule, secret, detail)
    return answer


def _prober(seconds: int, paths: Mapping[str, str]) -> Prober:
    if rclone := rclone_on_path():
        return Prober(rclone, seconds, paths)
    raise UsageError("--probe requires rclone on PATH (https://rclone.org/install)")


def _probe(prober: Prober, secrets: Sequence[LiveSecret], diagnosis: Diagnosis) -> None:
    with progress(f"Listing {len(secrets)} remotes with rclone") as show_progress:
        for secret, rule, detail in prober.probe(secrets, show_progress):
            diagnosis.add(rule, secret, detail)


def _write(diagnosis: Diagnosis, output: Output) -> None:
    findings = sorted(
        diagnosis.findings,
        key=lambda finding: (finding.namespace, finding.secret, finding.severity, finding.check),
    )
    if output is Output.table:
        from seldon_secrets_pulumi.cli.views.findings import show

        show(findings, examined=diagnosis.examined, ignored=diagnosis.ignored)
    elif output is Output.json:
        print_json([finding.as_json() for finding in findings])
    else:
        print_json(sarif(findings, RULES))
