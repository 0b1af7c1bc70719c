"""`seldon-secrets calibrate`."""

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from seldon_secrets_pulumi.cli.options import AllNamespaces, KubeContext, Manifests, Namespaces, Source
from seldon_secrets_pulumi.inventory.found import found
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.seldon_labels import (
    MANAGED_BY_LABEL,
    SECRET_TYPE_LABEL,
    SELDON_LABEL,
    FormatLabel,
)

_EXAMPLES = """
Make a secret of each format in the platform's UI first, for a Core 1 and for a Core 2 model.

Examples:

* `seldon-secrets calibrate --namespace team-a`
* `seldon-secrets calibrate --namespace team-a --set`
"""

Labels = Mapping[str, str]


def calibrate(
    *,
    namespaces: Namespaces = None,
    all_namespaces: AllNamespaces = False,
    manifests: Manifests = None,
    context: KubeContext = None,
    set_: Annotated[
        bool, typer.Option("--set", help="Set the configuration of the Pulumi stack selected here.")
    ] = False,
) -> None:
    source = Source(manifests, namespaces, all_namespaces=all_namespaces, context=context)
    labels: dict[str, list[Labels]] = defaultdict(list)
    with source.secrets() as secrets:
        for secret, of_namespaces in secrets:
            metadata = secret["metadata"]
            if (metadata.get("labels") or {}).get(MANAGED_BY_LABEL) == "pulumi":
                continue  # ours, which proves nothing
            for it in found(secret, of_namespaces, FormatLabel()):
                if it.content and SECRET_TYPE_LABEL in metadata.get("labels", {}):
                    labels[it.content].append(metadata["labels"])
                    _show(metadata, it.content, it.keys, secret.get("type"))
    candidates = format_labels(labels)
    if len(candidates) != 1:
        _explain(candidates, has_config_param=bool(labels[CONFIG_PARAM.name]))
        source.end()
        raise typer.Exit(1)
    settings = _settings(candidates[0])
    typer.echo(f"\nThe format label is {candidates[0].key}.")
    for name, value in settings.items():
        _configure(name, value) if set_ else typer.echo(f"pulumi config set {name} {value}")
    source.end()


calibrate.__doc__ = (
    "Finds the label by which your platform tells the format of a bucket secret, in Secrets that it made."
    f" Never shows a value.\n{_EXAMPLES}"
)


def format_labels(labels: Mapping[str, Iterable[Labels]]) -> list[FormatLabel]:
    """Every label that may be the one, given the labels of Secrets by the format that they hold."""
    env_vars, config_params = (list(labels.get(name, ())) for name in (ENV_VAR.name, CONFIG_PARAM.name))
    found: dict[FormatLabel, None] = {}
    for each in config_params:
        for key, value in each.items():
            if key in {SECRET_TYPE_LABEL, SELDON_LABEL} or _folded(value) != _folded(CONFIG_PARAM.name):
                continue
            others = {other[key] for other in env_vars if key in other}
            # Without a Secret of the other format its value is spelt alike.
            alike = ENV_VAR.name.replace("_", "-") if "-" in value else ENV_VAR.name
            found.update({FormatLabel(key, other, value): None for other in sorted(others) or [alike]})
    return list(found)


def _folded(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")


def _show(metadata: Mapping[str, Any], content: str, keys: Iterable[str], type_: str | None) -> None:
    typer.echo(
        f"{metadata['namespace']}/{metadata['name']} ({type_}) holds {content}, keys {', '.join(keys)}"
    )
    for kind in ("labels", "annotations"):
        for key, value in sorted((metadata.get(kind) or {}).items()):
            # An annotation may hold the whole Secret (kubectl's last-applied-configuration).
            typer.echo(f"  {kind[:-1]} {key}" + (f": {value}" if kind == "labels" else ""))


def _explain(candidates: Iterable[FormatLabel], *, has_config_param: bool) -> None:
    if candidates:
        choices = "; ".join(f"{it.key}={it.env_var},{it.config_param}" for it in candidates)
        reason = f"more than one label may be the format label: {choices}"
    elif has_config_param:
        reason = "no label tells the format; is one of these Secrets made by the platform?"
    else:
        reason = f"no {CONFIG_PARAM.name} secret that the platform made; make one for Core 2 in its UI"
    typer.echo(f"seldon-secrets: {reason}", err=True)


def _settings(label: FormatLabel) -> dict[str, str]:
    return {f"seldon-secrets:{name}": getattr(label, part) for name, part in FORMAT_LABEL_SETTINGS.items()}


def _configure(name: str, value: str) -> None:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        typer.echo("seldon-secrets: pulumi is not on PATH", err=True)
        raise typer.Exit(2)
    if subprocess.run([pulumi, "config", "set", name, value], check=False).returncode != 0:  # noqa: S603
        raise typer.Exit(2)
    typer.echo(f"set {name} to {value}")
