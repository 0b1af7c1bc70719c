"""Where Secrets come from: a cluster, or a folder of manifests."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from seldon_secrets_pulumi.errors import NoAnswerError
from seldon_secrets_pulumi.inventory.cluster import ALL_NAMESPACES, VERBS, Cluster, ClusterError
from seldon_secrets_pulumi.inventory.manifests import read_manifests
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.untrusted_text import printable

_NAMED = 5  # namespaces in one sentence


class PartialAnswerError(NoAnswerError):
    """Some of the Secrets could not be read."""


class Source(Protocol):
    """A source of Secrets."""

    def secrets(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[LiveSecret]:
        """The Secrets, read as you iterate. Raises `NoAnswerError`."""

    def denied(
        self, namespaces: Iterable[str], verbs: Sequence[str] = VERBS
    ) -> Iterator[tuple[str, list[str]]]:
        """The verbs that the caller may not use on the Secrets of each namespace."""

    def check_complete(self) -> None:
        """Raise `PartialAnswerError` if some Secrets could not be read."""


class ManifestSource:
    """The manifests in a folder and its subfolders."""

    def __init__(self, folder: Path, namespaces: Sequence[str] = ()) -> None:
        """Without `namespaces`, all Secrets are read."""
        self._folder = folder
        self._namespaces = namespaces
        self._unreadable: dict[Path, str] = {}

    def secrets(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[LiveSecret]:
        """The Secrets in the order of the files. `check_complete` reports files that can't be read."""
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
        """Nothing, because a folder has no permissions that matter to Seldon."""
        yield from ()

    def check_complete(self) -> None:
        """Raise `PartialAnswerError` if a file could not be read."""
        if self._unreadable:
            lines = [
                f"the answer is partial: {printable(str(path))} {reason}"
                for path, reason in self._unreadable.items()
            ]
            raise PartialAnswerError("\n".join(lines))


class ClusterSource:
    """Some or all namespaces of a cluster. The default is the namespace of the kubeconfig's context."""

    def __init__(
        self, cluster: Cluster, namespaces: Sequence[str] | None = None, *, all_namespaces: bool = False
    ) -> None:
        self._cluster = cluster
        self._namespaces = [] if all_namespaces else namespaces or [cluster.default_namespace()]
        self._no_permissions: str | None = None

    def secrets(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[LiveSecret]:
        """The Secrets, page by page. `check_complete` reports namespaces that are missing or may not be read."""
        return self._cluster.secrets(self._namespaces, progress)

    def denied(
        self, namespaces: Iterable[str], verbs: Sequence[str] = VERBS
    ) -> Iterator[tuple[str, list[str]]]:
        """The verbs that the caller may not use on the Secrets of each namespace.

        `check_complete` reports that the API server did not say it, so that what is known about Secrets isn't lost.
        """
        try:
            yield from self._denied(sorted(set(namespaces)), verbs)
        except ClusterError as error:
            self._no_permissions = str(error)

    def _denied(self, namespaces: Sequence[str], verbs: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        # One question is enough for a caller who may use all verbs everywhere.
        if len(namespaces) > 1 and not self._cluster.denied(ALL_NAMESPACES, verbs):
            return
        for namespace in namespaces:
            if missing := self._cluster.denied(namespace, verbs):
                yield namespace, missing

    @property
    def namespaces(self) -> Sequence[str]:
        """The selected namespaces. Empty if all are selected."""
        return self._namespaces

    def check_complete(self) -> None:
        """Raise `PartialAnswerError` if a namespace, its Secrets or the permissions there could not be read."""
        lines = [f"the answer is partial: {reason}" for reason in self._unknown()]
        if lines:
            raise PartialAnswerError("\n".join(lines))

    def _unknown(self) -> Iterator[str]:
        yield from self._cluster.missing_namespaces()
        if forbidden := self._cluster.forbidden:
            names = ", ".join(forbidden[:_NAMED]) + (", …" if len(forbidden) > _NAMED else "")
            noun = "namespace" if len(forbidden) == 1 else "namespaces"
            yield f"you may not list Secrets in {len(forbidden)} {noun} ({names})"
        if self._no_permissions:
            yield f"your permissions are unknown: {self._no_permissions}"
