"""Options that several commands share, and the source of Secrets that they select."""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.cli.choice import choice
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.inventory.source import ClusterSource, ManifestSource, Source
from seldon_secrets_pulumi.model.kubernetes_names import key_rule
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel

Namespaces = Annotated[
    Optional[list[str]],  # noqa: UP045 - Typer reads this form on every Python
    typer.Option(
        "--namespace",
        "-n",
        metavar="NAMESPACE",
        help="A namespace; repeatable.",
        show_default="the context's",
    ),
]
AllNamespaces = Annotated[bool, typer.Option("--all-namespaces", "-A", help="All namespaces.")]
Manifests = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        exists=True,
        file_okay=False,
        metavar="FOLDER",
        help="Read the manifests below this folder instead of a cluster.",
    ),
]
KubeContext = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--context", metavar="NAME", help="The kubeconfig's context.", show_default="the current one"
    ),
]


class Output(str, Enum):
    """The formats of a command's output. Each command has some of them."""

    table = "table"
    text = "text"
    json = "json"
    yaml = "yaml"
    sarif = "sarif"


def output_option(*formats: Output, help: str) -> Any:  # noqa: A002 - Typer's own word
    """The option `--output` of a command with these formats."""
    return typer.Option("--output", "-o", help=help, **choice(*formats))


def _format_label(text: str) -> FormatLabel:
    key, has_values, values = text.partition("=")
    env_var, comma, config_param = values.partition(",")
    if key_rule(key) or (has_values and not (comma and env_var and config_param)):
        raise typer.BadParameter(
            "must be KEY or KEY=ENV_VAR,CONFIG_PARAM, the label's key and its two values"
        )
    return FormatLabel(key, env_var, config_param) if has_values else FormatLabel(key)


FormatLabelOption = Annotated[
    Any,
    typer.Option(
        parser=_format_label,
        metavar="KEY[=ENV_VAR,CONFIG_PARAM]",
        envvar="SELDON_SECRETS_FORMAT_LABEL",
        help="The label with a bucket secret's format.",
    ),
]
DEFAULT_FORMAT_LABEL = FormatLabel().key


def source_of(
    manifests: Path | None, namespaces: Sequence[str] | None, *, all_namespaces: bool, context: str | None
) -> Source:
    """The source that the options select. Raises `NoAnswerError`."""
    if manifests:
        return ManifestSource(manifests, namespaces or ())
    return ClusterSource(Cluster(context), namespaces, all_namespaces=all_namespaces)
