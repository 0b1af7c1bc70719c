"""Where a command reads Secrets from: the options that say so, and the reading itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.inventory.cluster import ALL_NAMESPACES, Cluster, ClusterProblem
from seldon_secrets_pulumi.inventory.manifests import ManifestProblem, in_manifests
from seldon_secrets_pulumi.model.kubernetes_names import key_rule
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel

Secrets = Iterator[tuple[Mapping[str, Any], Mapping[str, Mapping[str, str]]]]
"""Secrets as the API has them, each with the labels of the namespaces that are known."""

Namespaces = Annotated[
    Optional[list[str]],  # noqa: UP045 - what Typer reads on every Python
    typer.Option(
        "--namespace",
        "-n",
        metavar="NAMESPACE",
        help="Look in this namespace; may be repeated.",
        show_default="the context's",
    ),
]
AllNamespaces = Annotated[bool, typer.Option("--all-namespaces", "-A", help="Look in every namespace.")]
Manifests = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        exists=True,
        file_okay=False,
        metavar="FOLDER",
        help="Read the manifests below this folder, not a cluster.",
    ),
]
KubeContext = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--context", metavar="NAME", help="The kubeconfig's context.", show_default="the current one"
    ),
]


def _format_label(text: str) -> FormatLabel:
    key, given, values = text.partition("=")
    env_var, comma, config_param = values.partition(",")
    if key_rule(key) or (given and not (comma and env_var and config_param)):
        raise typer.BadParameter(
            "must be KEY or KEY=ENV_VAR,CONFIG_PARAM, the label's key and its two values"
        )
    return FormatLabel(key, env_var, config_param) if given else FormatLabel(key)


FormatLabelOption = Annotated[
    Any,
    typer.Option(
        parser=_format_label,
        metavar="KEY[=ENV_VAR,CONFIG_PARAM]",
        envvar="SELDON_SECRETS_FORMAT_LABEL",
        help="The label that tells a bucket secret's format.",
    ),
]
DEFAULT_FORMAT_LABEL = FormatLabel().key


class Source:
    """A folder of manifests or a cluster; `forbidden` are the namespaces that a cluster kept to itself."""

    def __init__(
        self,
        manifests: Path | None,
        namespaces: Sequence[str] | None,
        *,
        all_namespaces: bool,
        context: str | None,
        kubeconfig: str | None = None,
    ) -> None:
        self._manifests = manifests
        self._namespaces = namespaces
        self._everywhere = all_namespaces
        self._context = context
        self._kubeconfig = kubeconfig
        self._cluster: Cluster | None = None
        self.forbidden: list[str] = []

    @contextmanager
    def secrets(self) -> Iterator[Secrets]:
        """The Secrets, read page by page while they are asked for. Ends the command where there is no answer."""
        try:
            if self._manifests:
                yield (it for it in in_manifests(self._manifests) if self._asked_for(it[0]))
                return
            self._cluster = cluster = Cluster(self._context, self._kubeconfig)
            chosen = [] if self._everywhere else self._namespaces or [cluster.default_namespace()]
            self._namespaces = chosen
            with _progress() as progress:
                yield cluster.secrets(chosen, progress)
        except (ClusterProblem, ManifestProblem) as problem:
            typer.echo(f"seldon-secrets: {problem}", err=True)
            raise typer.Exit(2) from None
        self.forbidden = cluster.forbidden

    def denied(self, found: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """What the caller may not do to Secrets in the namespaces asked for, or in those where some were found."""
        if self._cluster is None:
            return
        namespaces = sorted(self._namespaces or found)
        # Whoever may do everything everywhere need not be asked about each.
        if len(namespaces) > 1 and not self._cluster.denied(ALL_NAMESPACES):
            return
        for namespace in namespaces:
            if verbs := self._cluster.denied(namespace):
                yield namespace, verbs

    def end(self) -> None:
        """Ends the command with an error when the answer was partial."""
        if not self.forbidden:
            return
        number = len(self.forbidden)
        names = ", ".join(self.forbidden[:5]) + (", …" if number > 5 else "")
        typer.echo(
            "seldon-secrets: the answer is partial: you may not list Secrets in"
            f" {number} namespace{'' if number == 1 else 's'} ({names})",
            err=True,
        )
        raise typer.Exit(2)

    def _asked_for(self, secret: Mapping[str, Any]) -> bool:
        return not self._namespaces or secret["metadata"].get("namespace", "default") in self._namespaces


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    from rich.console import Console

    # On a terminal only, and never among the answer.
    with Console(stderr=True).status("Reading Secrets") as status:
        yield lambda read: status.update(f"Reading Secrets: {read}")
