"""The Secrets of a cluster that the caller may read."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from seldon_secrets_pulumi.inventory.api_request import METADATA_LIST, ApiRequests
from seldon_secrets_pulumi.inventory.cluster_errors import ClusterError, RejectedError
from seldon_secrets_pulumi.inventory.kubeconfig import connect
from seldon_secrets_pulumi.inventory.secret import LiveSecret, read_secret
from seldon_secrets_pulumi.model.seldon_labels import MANAGED_BY_LABEL, SECRET_TYPE_LABEL, SELDON_LABEL
from seldon_secrets_pulumi.problem import did_you_mean
from seldon_secrets_pulumi.untrusted_text import printable

__all__ = ["ALL_NAMESPACES", "VERBS", "Cluster", "ClusterError"]

_PAGE = 500
_FEW = 10
"""Secrets that are read one by one: a list may have many others."""

ALL_NAMESPACES = ""
"""The API's name for all namespaces together."""

VERBS = ("get", "list", "create", "patch", "delete")
"""The verbs that this package's commands and programs use on Secrets."""

# Secrets with Seldon's label, then those that may be meant for Seldon but lack it. Helm's releases, often most of a
# cluster's Secrets, are not transferred.
_SELECTIONS: Sequence[Mapping[str, str]] = (
    {"label_selector": SECRET_TYPE_LABEL},
    {"label_selector": f"!{SECRET_TYPE_LABEL}", "field_selector": "type=Opaque"},
    {
        "label_selector": f"{SELDON_LABEL},!{SECRET_TYPE_LABEL}",
        "field_selector": "type=kubernetes.io/dockerconfigjson",
    },
)


class Cluster:
    """A cluster of a kubeconfig, or the cluster that this process runs in.

    `forbidden` has the namespaces whose Secrets the caller may not list, `missing` those that do not exist, each with a
    hint. Both grow while Secrets are read.
    """

    def __init__(self, context: str | None = None, kubeconfig: str | None = None) -> None:
        """`kubeconfig` is the name of a file or its content. By default, it is the file that kubectl uses."""
        from kubernetes import client

        self._api = client.CoreV1Api(connect(context, kubeconfig))
        self._requests = ApiRequests(self._api.api_client.configuration)
        self._context = context
        self.forbidden: list[str] = []
        self.missing: dict[str, str] = {}

    @property
    def url(self) -> str:
        """The URL of the API server, to compare it with others. It may contain credentials."""
        return str(self._api.api_client.configuration.host)

    def default_namespace(self) -> str:
        """The namespace of the context, or `default`."""
        from kubernetes import config

        try:
            contexts, current = config.list_kube_config_contexts()  # type: ignore[no-untyped-call]
        except config.ConfigException:
            return "default"
        chosen = next((context for context in contexts if context["name"] == self._context), current)
        return str(chosen["context"].get("namespace") or "default")

    def secrets(self, namespaces: Sequence[str], progress: Callable[[int], None]) -> Iterator[LiveSecret]:
        """The Secrets that may concern Seldon in these namespaces, or in all namespaces if there are none.

        Raises `ClusterError` if none of the namespaces exists.
        """
        labels = self._namespace_labels(namespaces)
        existing = [name for name in namespaces if name not in self.missing]
        if namespaces and not existing:
            raise ClusterError("\n".join(self.missing_namespaces()))
        number = 0
        for page in self._pages_of(existing, labels):
            yield from (read_secret(secret, labels) for secret in page)
            number += len(page)
            progress(number)

    def missing_namespaces(self) -> Iterator[str]:
        """A sentence for each namespace that does not exist."""
        for name, hint in self.missing.items():
            yield f"the namespace {printable(name)} does not exist{hint and f'; {hint}'}"

    def missing_of(self, namespaces: Iterable[str]) -> dict[str, str]:
        """The namespaces that do not exist, each with a hint. One that the caller may not read counts as existing."""
        wanted = sorted(set(namespaces))
        self._namespace_labels(wanted)
        return {name: self.missing[name] for name in wanted if name in self.missing}

    def secret(self, namespace: str, name: str) -> LiveSecret | None:
        """One Secret, or None if it does not exist."""
        try:
            return read_secret(
                self._requests.read("Secret", self._api.read_namespaced_secret, name, namespace)
            )
        except RejectedError as error:
            if error.status == 404:
                return None
            if error.status == 403:
                raise ClusterError(f"you may not get Secrets in the namespace {namespace}") from None
            raise

    def named_secrets(self, namespace: str, names: Collection[str]) -> dict[str, LiveSecret]:
        """The Secrets of these names that exist, by name. Raises `ClusterError`.

        Many are read from lists, a page at a time, if the caller may list them.
        """
        read: dict[str, LiveSecret] = {}
        left = set(names)
        if len(names) > _FEW:
            with suppress(RejectedError):
                managed = self.managed_secrets(namespace)
                read = {name: managed[name] for name in left & managed.keys()}
                left -= read.keys()
        if len(left) > _FEW:
            with suppress(RejectedError):
                left &= self._existing_names(namespace)
        for name in sorted(left):
            if secret := self.secret(namespace, name):
                read[name] = secret
        return read

    def managed_secrets(self, namespace: str) -> dict[str, LiveSecret]:
        """The Secrets that are labeled as Pulumi's, as this package's are, by name. Raises `ClusterError`."""
        pages = self._pages_of_selection(
            self._api.list_namespaced_secret, namespace, label_selector=f"{MANAGED_BY_LABEL}=pulumi"
        )
        return {item["metadata"]["name"]: read_secret(item) for page in pages for item in page}

    def _existing_names(self, namespace: str) -> set[str]:
        """The names of all Secrets of a namespace. Their content is not transferred."""
        from kubernetes import client

        names_only = client.ApiClient(
            self._api.api_client.configuration,
            "Accept",
            f"application/json;as={METADATA_LIST};g=meta.k8s.io;v=v1",
        )
        call = client.CoreV1Api(names_only).list_namespaced_secret
        return {
            item["metadata"]["name"]
            for page in self._pages_of_selection(call, namespace, kind=METADATA_LIST)
            for item in page
        }

    def patch(self, namespace: str, name: str, operations: Sequence[Mapping[str, Any]]) -> LiveSecret:
        """Change one Secret with a JSON patch. Returns the changed Secret."""
        try:
            return read_secret(
                self._requests.change(
                    "Secret", self._api.patch_namespaced_secret, name, namespace, list(operations)
                )
            )
        except RejectedError as error:
            if error.status == 403:
                raise ClusterError(f"you may not patch Secrets in the namespace {namespace}") from None
            if error.status in {404, 409, 422}:  # 422: a `test` of the patch failed
                raise ClusterError(
                    f"{namespace}/{name} has changed in the meantime; run the command again"
                ) from None
            raise

    def delete(self, secret: LiveSecret) -> None:
        """Delete a Secret that has not changed since it was read."""
        body = {"preconditions": {"resourceVersion": secret.resource_version}}
        try:
            self._requests.change(
                "Status", self._api.delete_namespaced_secret, secret.name, secret.namespace, body=body
            )
        except RejectedError as error:
            if error.status == 403:
                raise ClusterError(
                    f"you may not delete Secrets in the namespace {secret.namespace}"
                ) from None
            if error.status == 409:
                raise ClusterError(f"{secret} has changed in the meantime; run the command again") from None
            if error.status != 404:
                raise

    def denied(self, namespace: str, verbs: Sequence[str] = VERBS) -> list[str]:
        """The verbs that the caller may not use on the Secrets of a namespace."""
        from kubernetes import client

        reviews = client.AuthorizationV1Api(self._api.api_client)

        def allowed(verb: str) -> bool:
            attributes = {"namespace": namespace, "verb": verb, "resource": "secrets"}
            review = {"spec": {"resourceAttributes": attributes}}
            # A review changes nothing, although it is a POST.
            answer = self._requests.read(
                "SelfSubjectAccessReview", reviews.create_self_subject_access_review, review
            )
            return bool(answer["status"]["allowed"])

        try:
            return [verb for verb in verbs if not allowed(verb)]
        except RejectedError as error:
            if error.status == 403:
                raise ClusterError(
                    "you may not ask the API server for your permissions (create selfsubjectaccessreviews)"
                ) from None
            raise

    def _pages_of(
        self, namespaces: Sequence[str], labels: Mapping[str, Mapping[str, str]]
    ) -> Iterator[list[dict[str, Any]]]:
        if not namespaces:
            try:
                yield from self._pages(self._api.list_secret_for_all_namespaces)
            except RejectedError as error:
                if error.status != 403:
                    raise
                if not labels:
                    raise ClusterError(
                        "you may list neither Secrets in all namespaces nor namespaces;"
                        " name your own: --namespace team-a --namespace team-b"
                    ) from None
                namespaces = sorted(labels)
        for namespace in namespaces:
            yield from self._pages_of_one(namespace)

    def _pages_of_one(self, namespace: str) -> Iterator[list[dict[str, Any]]]:
        try:
            yield from self._pages(self._api.list_namespaced_secret, namespace)
        except RejectedError as error:
            if error.status != 403:
                raise
            self.forbidden.append(namespace)

    def _pages(self, call: Callable[..., Any], *arguments: str) -> Iterator[list[dict[str, Any]]]:
        for selection in _SELECTIONS:
            yield from self._pages_of_selection(call, *arguments, **selection)

    def _pages_of_selection(
        self, call: Callable[..., Any], *arguments: str, kind: str = "SecretList", **selection: str
    ) -> Iterator[list[dict[str, Any]]]:
        """The pages of a list. If it expires before its last page, it is read again once, without repetitions."""
        read: set[tuple[str, str]] = set()
        page, restarted = "", False
        while True:
            try:
                answer = self._requests.read(kind, call, *arguments, **selection, limit=_PAGE, _continue=page)
            except RejectedError as error:
                # The API server keeps the version of a list for some minutes only (etcd's compaction).
                if error.status != 410 or not page or restarted:
                    raise
                page, restarted = "", True
                continue
            unread = {_key(item): item for item in answer["items"] if _key(item) not in read}
            read.update(unread)
            yield list(unread.values())
            if not (page := answer["metadata"].get("continue") or ""):
                return

    def _namespace_labels(self, namespaces: Sequence[str]) -> dict[str, Mapping[str, str]]:
        """The labels of the namespaces that the caller may read, by name. Fills `missing`."""
        try:
            items = self._requests.read("NamespaceList", self._api.list_namespace)["items"]
        except RejectedError as error:
            if error.status != 403:
                raise
            items = [item for name in namespaces for item in self._namespace(name)]
        else:
            names = [item["metadata"]["name"] for item in items]
            self.missing = {
                name: did_you_mean(name, names) if len(names) > 1 else ""
                for name in namespaces
                if name not in names
            }
        return {item["metadata"]["name"]: item["metadata"].get("labels") or {} for item in items}

    def _namespace(self, name: str) -> Iterator[dict[str, Any]]:
        try:
            yield self._requests.read("Namespace", self._api.read_namespace, name)
        except RejectedError as error:
            if error.status == 404:
                self.missing[name] = ""
            elif error.status != 403:
                raise


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return str(item["metadata"].get("namespace")), item["metadata"]["name"]
