"""The Secrets that a command is about: those of a cluster, or those in a folder of manifests."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from seldon_secrets_pulumi.errors import NoAnswerError
from seldon_secrets_pulumi.inventory.cluster import ALL_NAMESPACES, VERBS, Cluster
from seldon_secrets_pulumi.inventory.manifests import read_manifests
from seldon_secrets_pulumi.inventory.secret import LiveSecret

_NAMED = 5  # namespaces or files in one sentence


class PartialAnswerError(NoAnswerError):
    """Some of the Secrets could not be read."""


class Source(Protocol):
    """Where Secrets come from."""

    def secrets(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[LiveSecret]:
        """The Secrets, read while they are asked for. Raises `NoAnswerError`."""

    def denied(
        self, namespaces: Iterable[str], verbs: Sequence[str] = VERBS
    ) -> Iterator[tuple[str, list[str]]]:
        """The verbs that the caller may not use on the Secrets of each namespace."""

    def check_complete(self) -> None:
        """Raises `PartialAnswerError` if not all Secrets could be read."""


class ManifestSource:
    """The manifests in a folder and the folders below it."""

    def __init__(self, folder: Path, namespaces: Sequence[str] = ()) -> None:
        """Without `namespaces`, the Secrets of all of them are read."""
        self._folder = folder
        self._namespaces = namespaces
        self._unreadable: dict[Path, str] = {}

    def secrets(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[LiveSecret]:
        """The Secrets in the order of the files. Files that can't be read are left for `check_complete`."""
        manifests = read_manifests(self._folder)
        self._unreadable = manifests.unreadable
        progress(len(manifests.secrets))
        for secret in manifests.secrets:
            if not self._namespaces or secret.namespace in self._namespaces:
                yield secret

    def denied(
        self,
        namespaces: Iterable[str],  # noqa: ARG002
        verbs: Sequence[str] = VERBS,  # noqa: ARG002
    ) -> Iterator[tuple[str, list[str]]]:
        """Nothing: a folder has no permissions that matter to Seldon."""
        yield from ()

    def check_complete(self) -> None:
        """Raises `PartialAnswerError` if a file could not be read."""
        if self._unreadable:
            lines = [f"the answer is partial: {path} {reason}" for path, reason in self._unreadable.items()]
            raise PartialAnswerError("\n".join(lines))


class ClusterSource:
    """Namespaces of a cluster: those named, or all, or the one of the kubeconfig's context."""

    def __init__(
        self, cluster: Cluster, namespaces: Sequence[str] | None = None, *, all_namespaces: bool = False
    ) -> None:
        self._cluster = cluster
        self._namespaces = [] if all_namespaces else namespaces or [cluster.default_namespace()]

    def secrets(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[LiveSecret]:
        """The Secrets, page by page. Namespaces that the caller may not read are left for `check_complete`."""
        return self._cluster.secrets(self._namespaces, progress)

    def denied(
        self, namespaces: Iterable[str], verbs: Sequence[str] = VERBS
    ) -> Iterator[tuple[str, list[str]]]:
        """The verbs that the caller may not use on the Secrets of each namespace."""
        chosen = sorted(set(namespaces))
        # Whoever may do everything everywhere need not be asked about each.
        if len(chosen) > 1 and not self._cluster.denied(ALL_NAMESPACES, verbs):
            return
        for namespace in chosen:
            if missing := self._cluster.denied(namespace, verbs):
                yield namespace, missing

    @property
    def namespaces(self) -> Sequence[str]:
        """The namespaces asked for; empty if all are."""
        return self._namespaces

    def check_complete(self) -> None:
        """Raises `PartialAnswerError` if the caller may not list the Secrets of a namespace."""
        forbidden = self._cluster.forbidden
        if not forbidden:
            return
        names = ", ".join(forbidden[:_NAMED]) + (", …" if len(forbidden) > _NAMED else "")
        noun = "namespace" if len(forbidden) == 1 else "namespaces"
        raise PartialAnswerError(
            f"the answer is partial: you may not list Secrets in {len(forbidden)} {noun} ({names})"
        )
