"""The Secrets of a cluster that the caller may read."""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.errors import NoAnswerError
from seldon_secrets_pulumi.inventory.secret import LiveSecret, read_secret
from seldon_secrets_pulumi.model.seldon_labels import SECRET_TYPE_LABEL, SELDON_LABEL
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_yaml

if TYPE_CHECKING:
    from kubernetes.client import ApiClient, CoreV1Api

_PAGE = 500
_TIMEOUT_SECONDS = (10, 60)  # to connect, to answer

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


class ClusterError(NoAnswerError):
    """The reason why the cluster gave no answer, in one line."""


class Cluster:
    """A cluster of a kubeconfig, or the cluster that this process runs in.

    `forbidden` has the namespaces whose Secrets the caller may not list. It grows while Secrets are read.
    """

    def __init__(self, context: str | None = None, kubeconfig: str | None = None) -> None:
        """`kubeconfig` is the name of a file or its content. By default, it is the file that kubectl uses."""
        from kubernetes import client

        self._api = client.CoreV1Api(_connect(context, kubeconfig))
        self._context = context
        self.forbidden: list[str] = []

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
        """The Secrets that may concern Seldon in these namespaces, or in all namespaces if there are none."""
        with _one_line(self._api):
            labels = self._namespace_labels(namespaces)
            number = 0
            for page in self._pages_of(namespaces, labels):
                yield from (read_secret(secret, labels) for secret in page)
                number += len(page)
                progress(number)

    def secret(self, namespace: str, name: str) -> LiveSecret | None:
        """One Secret, or None if it does not exist."""
        from kubernetes.client import ApiException

        with _one_line(self._api):
            try:
                return read_secret(_get(self._api.read_namespaced_secret, name, namespace))
            except _Forbidden:
                raise ClusterError(f"you may not get Secrets in the namespace {namespace}") from None
            except ApiException as error:
                if error.status == 404:
                    return None
                raise

    def patch(self, namespace: str, name: str, operations: Sequence[Mapping[str, Any]]) -> LiveSecret:
        """Change one Secret with a JSON patch. Returns the changed Secret."""
        from kubernetes.client import ApiException

        with _one_line(self._api):
            try:
                return read_secret(_get(self._api.patch_namespaced_secret, name, namespace, list(operations)))
            except _Forbidden:
                raise ClusterError(f"you may not patch Secrets in the namespace {namespace}") from None
            except ApiException as error:
                if error.status in {404, 409, 422}:  # 422: a `test` of the patch failed
                    raise ClusterError(
                        f"{namespace}/{name} has changed in the meantime; run the command again"
                    ) from None
                raise

    def denied(self, namespace: str, verbs: Sequence[str] = VERBS) -> list[str]:
        """The verbs that the caller may not use on the Secrets of a namespace."""
        from kubernetes import client

        reviews = client.AuthorizationV1Api(self._api.api_client)

        def allowed(verb: str) -> bool:
            attributes = {"namespace": namespace, "verb": verb, "resource": "secrets"}
            review = {"spec": {"resourceAttributes": attributes}}
            return bool(_get(reviews.create_self_subject_access_review, review)["status"]["allowed"])

        with _one_line(self._api):
            return [verb for verb in verbs if not allowed(verb)]

    def _pages_of(
        self, namespaces: Sequence[str], labels: Mapping[str, Mapping[str, str]]
    ) -> Iterator[list[dict[str, Any]]]:
        if not namespaces:
            try:
                yield from self._pages(self._api.list_secret_for_all_namespaces)
            except _Forbidden:
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
        except _Forbidden:
            self.forbidden.append(namespace)

    def _pages(self, call: Callable[..., Any], *arguments: str) -> Iterator[list[dict[str, Any]]]:
        for selection in _SELECTIONS:
            page = ""
            while True:
                answer = _get(call, *arguments, **selection, limit=_PAGE, _continue=page)
                yield answer["items"]
                if not (page := answer["metadata"].get("continue", "")):
                    break

    def _namespace_labels(self, namespaces: Sequence[str]) -> dict[str, Mapping[str, str]]:
        """The labels of the namespaces that the caller may read, by name."""
        try:
            items = _get(self._api.list_namespace)["items"]
        except _Forbidden:
            items = [item for name in namespaces for item in self._namespace(name)]
        return {item["metadata"]["name"]: item["metadata"].get("labels") or {} for item in items}

    def _namespace(self, name: str) -> Iterator[dict[str, Any]]:
        try:
            yield _get(self._api.read_namespace, name)
        except _Forbidden:
            return


def _connect(context: str | None, kubeconfig: str | None = None) -> "ApiClient":
    import yaml
    from kubernetes import client, config

    # urllib3 would print a line for each retry on standard error.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    try:
        inline = parse_yaml(kubeconfig) if kubeconfig else None
        api: ApiClient = (
            config.new_client_from_config_dict(inline, context)  # type: ignore[no-untyped-call]
            if isinstance(inline, dict)
            else config.new_client_from_config(kubeconfig or None, context)  # type: ignore[no-untyped-call]
        )
    except OSError as error:
        raise ClusterError(f"no cluster: the kubeconfig can't be read ({error.strerror})") from None
    except (UnreadableTextError, yaml.YAMLError, TypeError, AttributeError):
        # The client raises the last two for YAML that is not a kubeconfig.
        raise ClusterError("no cluster: the kubeconfig is not valid") from None
    except config.ConfigException as error:
        if context or kubeconfig or "KUBERNETES_SERVICE_HOST" not in os.environ:
            raise ClusterError(f"no cluster: {' '.join(str(error).split())}") from None
        config.load_incluster_config()  # type: ignore[no-untyped-call]
        return client.ApiClient()
    return api


class _Forbidden(Exception):  # noqa: N818 - never leaves this module
    """The API server answered 403."""


def _get(call: Callable[..., Any], *arguments: object, **options: object) -> dict[str, Any]:
    """The answer as plain data. The client's own models take ten times as long and several times the memory."""
    from kubernetes.client import ApiException

    try:
        answer: dict[str, Any] = json.loads(
            call(*arguments, _preload_content=False, _request_timeout=_TIMEOUT_SECONDS, **options).data
        )
    except ApiException as error:
        if error.status == 403:
            raise _Forbidden from None
        raise
    return answer


@contextmanager
def _one_line(api: "CoreV1Api") -> Iterator[None]:
    """Raise errors of one line. The client's own errors are pages long and contain the answer's headers."""
    from kubernetes.client import ApiException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ApiException as error:
        reason = {
            401: "the API server does not accept your credentials",
            410: "listing took too long for the API server; run the command again, or for fewer namespaces",
        }.get(error.status, f"the API server answered {error.status} {error.reason}")
        raise ClusterError(reason) from None
    except HTTPError as error:
        host = api.api_client.configuration.host
        raise ClusterError(f"no answer from {host} ({type(error).__name__})") from None
