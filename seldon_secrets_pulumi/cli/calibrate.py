"""`seldon-secrets calibrate`."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated

import typer

from seldon_secrets_pulumi.cli.options import AllNamespaces, KubeContext, Manifests, Namespaces, source_of
from seldon_secrets_pulumi.cli.output import print_error, progress, reports_errors
from seldon_secrets_pulumi.cli.views.printable import printable
from seldon_secrets_pulumi.errors import ExitCode
from seldon_secrets_pulumi.inventory.format_label import Labels, detect_format_labels
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM
from seldon_secrets_pulumi.model.seldon_labels import MANAGED_BY_LABEL, SECRET_TYPE_LABEL, FormatLabel

_EXAMPLES = """
Create a secret in each format in the platform's UI first: one for a Core 1 model and one for a Core 2 model.

Examples:

* `seldon-secrets calibrate --namespace team-a`
* `seldon-secrets calibrate --namespace team-a --set`
"""


@reports_errors
def calibrate(
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    manifests: Manifests = None,
    context: KubeContext = None,
    set_: Annotated[
        bool, typer.Option("--set", help="Set the configuration of the selected Pulumi stack.")
    ] = False,
) -> None:
    source = source_of(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    labels: dict[str, list[Labels]] = defaultdict(list)
    with progress("Reading Secrets", shown=not manifests) as show_progress:
        platform_secrets = [
            secret for secret in source.secrets(show_progress) if _may_be_from_the_platform(secret)
        ]
    for secret in platform_secrets:
        labels[secret.content.format or ""].append(secret.labels)
        _show(secret)
    candidates = detect_format_labels(labels)
    if len(candidates) == 1:
        _use(candidates[0], set_=set_)
    else:
        print_error(_reason(candidates, has_config_param=bool(labels[CONFIG_PARAM.name])))
    source.check_complete()
    if len(candidates) != 1:
        raise typer.Exit(ExitCode.FAILED)


calibrate.__doc__ = (
    "Detect which label your platform uses for a bucket secret's format, from Secrets that it created."
    f" Never shows a value.\n{_EXAMPLES}"
)


def _may_be_from_the_platform(secret: LiveSecret) -> bool:
    # A Secret that this package wrote proves nothing.
    ours = secret.labels.get(MANAGED_BY_LABEL) == "pulumi"
    return (
        secret.kind == "bucket"
        and not ours
        and bool(secret.content.format and SECRET_TYPE_LABEL in secret.labels)
    )


def _show(secret: LiveSecret) -> None:
    keys = ", ".join(sorted(secret.data))
    typer.echo(printable(f"{secret} ({secret.type}) holds {secret.content.format}, keys {keys}"))
    for key, value in sorted(secret.labels.items()):
        typer.echo(printable(f"  label {key}: {value}"))
    for key in sorted(secret.annotations):
        # An annotation's value may be the whole Secret (kubectl's last-applied-configuration).
        typer.echo(printable(f"  annotation {key}"))


def _reason(candidates: Sequence[FormatLabel], *, has_config_param: bool) -> str:
    if candidates:
        choices = "; ".join(f"{label.key}={label.env_var},{label.config_param}" for label in candidates)
        return printable(f"more than one label may be the format label: {choices}")
    if has_config_param:
        return "no label names the format; did the platform create one of these Secrets?"
    return f"found no {CONFIG_PARAM.name} secret that the platform created; create one for Core 2 in its UI"


def _use(label: FormatLabel, *, set_: bool) -> None:
    settings = {
        f"seldon-secrets:{name}": getattr(label, part) for name, part in FORMAT_LABEL_SETTINGS.items()
    }
    typer.echo(f"\nThe format label is {label.key}.")
    if not set_:
        for name, value in settings.items():
            typer.echo(f"pulumi config set {name} {value}")
        return
    from pathlib import Path

    from seldon_secrets_pulumi.automation.project import Project

    project = Project(Path())
    for name, value in settings.items():
        project.run("config", "set", "--", name, value)
        typer.echo(f"set {name} to {value}")
