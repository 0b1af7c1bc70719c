"""Whether the cluster holds the Secrets that a stack's state says it made."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seldon_secrets_pulumi.inventory.cluster import Cluster, ClusterError
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.seldon_labels import SECRET_TYPE_LABEL
from seldon_secrets_pulumi.resource_types import SECRET

# How the engine marks a secret value (pulumi `sdk/go/common/resource/sig.go`).
_MARK, _SECRET_MARK = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True, repr=False)
class Expected:
    """A Secret as it should be on the cluster of its provider."""

    urn: str
    name: str
    inputs: Mapping[str, Any]
    provider: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Expected({self.name})"

    @property
    def namespace(self) -> str:
        """Where it is."""
        return self.name.rpartition("/")[0] or "default"


class Clusters:
    """The clusters of a stack's providers; each is connected to once."""

    def __init__(self) -> None:
        self._connected: dict[str, Cluster] = {}

    def of(self, secret: Expected) -> Cluster:
        """The cluster that a Secret is on. Raises `ClusterError`."""
        provider = secret.provider
        if provider.get("cluster"):
            raise ClusterError("kubernetes:cluster can't be followed here; kubernetes:context can")
        found = (provider.get("context"), provider.get("kubeconfig"))
        key = json.dumps(found)
        if key not in self._connected:
            self._connected[key] = Cluster(*found)
        return self._connected[key]


def expected(deployment: Mapping[str, Any]) -> list[Expected]:
    """The Secrets of a decrypted state that are on a cluster, not rendered into a folder."""
    resources = deployment.get("resources") or []
    providers = {
        f"{it['urn']}::{it.get('id')}": opened(it.get("inputs") or {})
        for it in resources
        if it["type"] == "pulumi:providers:kubernetes"
    }
    found = (
        Expected(it["urn"], it["id"], opened(it["inputs"]), providers.get(it.get("provider", ""), {}))
        for it in resources
        if it["type"] == SECRET and it.get("id") and not (it.get("delete") or it.get("external"))
    )
    on_a_cluster = (it for it in found if not it.provider.get("renderYamlToDirectory"))
    return sorted(on_a_cluster, key=lambda it: it.name)


def opened(value: Any) -> Any:
    """The value without the marks around the secret ones of its parts."""
    if isinstance(value, Mapping):
        if value.get(_MARK) == _SECRET_MARK:
            return opened(json.loads(value["plaintext"]))
        return {key: opened(it) for key, it in value.items()}
    return [opened(it) for it in value] if isinstance(value, list) else value


def verified(secrets: Iterable[Expected]) -> Iterator[tuple[str, list[str] | ClusterError]]:
    """Each Secret's name, and what is wrong with it on its cluster or why it can't be read."""
    clusters = Clusters()
    for it in secrets:
        yield it.name, _found(it, clusters)


def _found(secret: Expected, clusters: Clusters) -> list[str] | ClusterError:
    try:
        live = clusters.of(secret).secret(secret.namespace, secret.name.rpartition("/")[2])
    except ClusterError as problem:
        return problem
    return list(differences(secret.inputs, live))


def differences(inputs: Mapping[str, Any], live: LiveSecret | None) -> Iterator[str]:
    """Where a Secret is not what it should be: names of labels and keys, never a value."""
    if live is None:
        yield "is not there"
        return
    wanted = (inputs.get("metadata") or {}).get("labels") or {}
    yield from (
        f"label {key} differs" for key, value in sorted(wanted.items()) if live.labels.get(key) != value
    )
    data = live.data
    due = dict(inputs.get("data") or {}) | {
        key: base64.b64encode(text.encode()).decode()
        for key, text in (inputs.get("stringData") or {}).items()
    }
    for key in sorted(due.keys() | data.keys()):
        if key not in data:
            yield f"key {key} is missing"
        elif key not in due:
            # Controllers add keys to other kinds of Secrets (a service account's token). To Seldon a further key
            # is a further variable, or makes the only one ambiguous.
            if SECRET_TYPE_LABEL in wanted:
                yield f"key {key} is unexpected"
        elif _bytes(due[key]) != data[key]:
            yield f"key {key} holds something else"


def _bytes(encoded: str) -> bytes:
    return base64.b64decode(encoded)
