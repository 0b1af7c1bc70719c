"""`seldon-secrets calibrate`."""

import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seldon_secrets_pulumi.cli.options import (
    AllNamespaces,
    KubeContext,
    Manifests,
    Namespaces,
    Output,
    output_option,
    source_of,
)
from seldon_secrets_pulumi.cli.output import print_error, print_json, progress
from seldon_secrets_pulumi.cli.platform import asks_platform
from seldon_secrets_pulumi.errors import ExitCode, UsageError
from seldon_secrets_pulumi.inventory.format_label import Labels, detect_format_labels
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, FORMATS
from seldon_secrets_pulumi.model.seldon_labels import MANAGED_BY_LABEL, SECRET_TYPE_LABEL, FormatLabel
from seldon_secrets_pulumi.untrusted_text import printable

if TYPE_CHECKING:
    from seldon_secrets_pulumi.platform_api.platform import Platform


@asks_platform
def calibrate(  # noqa: PLR0913 - each is an option of the command
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    manifests: Manifests = None,
    context: KubeContext = None,
    save: Annotated[
        bool, typer.Option("--set", help="Save the settings in the selected Pulumi stack.")
    ] = False,
    output: Annotated[
        Any, output_option(Output.text, Output.json, help="Text, or JSON for scripts.")
    ] = Output.text.value,
    platform: "Platform | None" = None,
) -> None:
    """Detect which label your platform uses for a bucket secret's format, from Secrets that it created.

    With `--platform`, the command creates a bucket secret in each format through the platform's API, compares both with
    what this package writes, and deletes them. Otherwise, first create a bucket secret for a Core 1 model and one for a
    Core 2 model in the platform's UI.

    For example:

    * `seldon-secrets calibrate --platform https://seldon.example.com --namespace team-a`
    * `seldon-secrets calibrate --namespace team-a --set`
    """
    if platform is not None:
        if manifests or all_namespaces or len(namespaces or ()) != 1:
            raise UsageError("calibrate --platform needs exactly one --namespace")
        _calibrate_platform(platform, (namespaces or [""])[0], context, output, save=save)
        return
    source = source_of(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    with progress("Reading Secrets", shown=not manifests) as show_progress:
        secrets = [secret for secret in source.secrets(show_progress) if _may_be_from_the_platform(secret)]
    labels: dict[str, list[Labels]] = defaultdict(list)
    for secret in secrets:
        labels[secret.content.format or ""].append(secret.labels)
    candidates = detect_format_labels(labels)
    settings = _settings(candidates[0]) if len(candidates) == 1 else {}
    if output is Output.json:
        _print_document(secrets, candidates, settings)
    else:
        _print_text(secrets, settings, save=save)
    if save:
        _save(settings)
    if not settings:
        print_error(_reason(candidates, has_config_param=bool(labels[CONFIG_PARAM.name])))
    source.check_complete()
    if not settings:
        raise typer.Exit(ExitCode.FAILED)


def _calibrate_platform(
    platform: "Platform", namespace: str, context: str | None, output: Output, *, save: bool
) -> None:
    from seldon_secrets_pulumi.calibration.comparison import differences
    from seldon_secrets_pulumi.calibration.interrupts import sigterm_interrupts
    from seldon_secrets_pulumi.calibration.run import calibrate
    from seldon_secrets_pulumi.inventory.cluster import Cluster

    configured = _configured_label()
    with sigterm_interrupts(), progress("Creating bucket secrets"):
        calibration = calibrate(platform, Cluster(context), namespace, print_error)
    candidates = calibration.format_labels
    settings = _settings(candidates[0]) if len(candidates) == 1 else {}
    ours = candidates[0] if save and settings else configured
    different = [
        difference
        for name, secret in calibration.secrets.items()
        for difference in differences(secret, calibration.remotes[name], FORMATS[name], ours)
    ]
    secrets = list(calibration.secrets.values())
    if output is Output.json:
        _print_document(secrets, candidates, settings, differences=different)
    else:
        _print_text(secrets, settings, save=save)
    if save:
        _save(settings)
    if not settings:
        print_error(_reason(candidates, has_config_param=True))
    for difference in different:
        print_error(f"{difference.format}: {difference.description}")
    if different or not settings:
        raise typer.Exit(ExitCode.FAILED)
    typer.echo(f"{platform} writes what this package writes.", err=True)


def _configured_label() -> FormatLabel:
    """The format label of the selected stack, or the default one outside of a project."""
    import json
    from pathlib import Path

    from seldon_secrets_pulumi.automation.project import Project, project_file

    if project_file(Path()) is None:
        return FormatLabel()
    configuration = json.loads(Project(Path()).run("config", "--json"))
    values = {
        setting: entry.get("value")
        for setting in FORMAT_LABEL_SETTINGS
        if (entry := configuration.get(f"seldon-secrets:{setting}"))
    }
    return parse_format_label(values)


def _may_be_from_the_platform(secret: LiveSecret) -> bool:
    # A Secret that this package wrote proves nothing.
    is_ours = secret.labels.get(MANAGED_BY_LABEL) == "pulumi"
    is_labelled = SECRET_TYPE_LABEL in secret.labels
    return secret.kind == "bucket" and secret.content.format is not None and is_labelled and not is_ours


def _settings(label: FormatLabel) -> dict[str, str]:
    return {
        f"seldon-secrets:{name}": str(getattr(label, part)) for name, part in FORMAT_LABEL_SETTINGS.items()
    }


def _print_document(
    secrets: Sequence[LiveSecret],
    candidates: Sequence[FormatLabel],
    settings: Mapping[str, str],
    **more: object,
) -> None:
    evidence = [
        {
            "namespace": secret.namespace,
            "secret": secret.name,
            "kubernetesType": secret.type,
            "actualFormat": secret.content.format,
            "keys": sorted(secret.data),
            "labels": secret.labels,
            "annotations": sorted(secret.annotations),
        }
        for secret in secrets
    ]
    print_json({"secrets": evidence, "candidates": candidates, "settings": settings or None} | more)


def _print_text(secrets: Sequence[LiveSecret], settings: Mapping[str, str], *, save: bool) -> None:
    for secret in secrets:
        _show(secret)
    if not settings:
        return
    key = next(iter(settings.values()))
    sentence = f"The format label is {key}." if key else "The platform does not label the format."
    typer.echo(f"\n{printable(sentence)}")
    for name, value in settings.items():
        # A stranger's label must not become a command of the shell that this is pasted into.
        command = f"pulumi config set {name} {shlex.quote(printable(value))}"
        typer.echo(printable(f"Setting {name} to {value}") if save else command)


def _show(secret: LiveSecret) -> None:
    keys = ", ".join(sorted(secret.data))
    typer.echo(printable(f"{secret} ({secret.type}): format {secret.content.format}, keys {keys}"))
    for key, value in sorted(secret.labels.items()):
        typer.echo(printable(f"  label {key}: {value}"))
    for key in sorted(secret.annotations):
        # The value of an annotation may be the whole Secret (kubectl's last-applied-configuration).
        typer.echo(printable(f"  annotation {key}"))


def _reason(candidates: Sequence[FormatLabel], *, has_config_param: bool) -> str:
    if candidates:
        choices = "; ".join(f"{label.key}={label.env_var},{label.config_param}" for label in candidates)
        return f"more than one label may be the format label: {choices}"
    if has_config_param:
        return "no label names the format; did the platform create one of these Secrets?"
    return f"found no {CONFIG_PARAM.name} secret that the platform created; create one for Core 2 in its UI"


def _save(settings: Mapping[str, str]) -> None:
    from pathlib import Path

    from seldon_secrets_pulumi.automation.project import Project

    project = Project(Path())
    for name, value in settings.items():
        project.run("config", "set", "--", name, value)
