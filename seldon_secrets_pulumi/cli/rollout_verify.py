"""Whether the cluster holds the Secrets that a stack's state says it made."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seldon_secrets_pulumi.cli.cluster import Cluster, ClusterProblem
from seldon_secrets_pulumi.cli.rollout_changes import SECRET
from seldon_secrets_pulumi.model.metadata import SECRET_TYPE_LABEL

# How the engine marks a secret value (pulumi `sdk/go/common/resource/sig.go`).
_MARK, _SECRET_MARK = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True, repr=False)
class Expected:
    """A Secret as it should be on the cluster of its provider."""

    name: str
    inputs: Mapping[str, Any]
    provider: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Expected({self.name})"


def expected(deployment: Mapping[str, Any]) -> list[Expected]:
    """The Secrets of a decrypted state that are on a cluster, not rendered into a folder."""
    resources = deployment.get("resources") or []
    providers = {
        f"{it['urn']}::{it.get('id')}": opened(it.get("inputs") or {})
        for it in resources
        if it["type"] == "pulumi:providers:kubernetes"
    }
    found = (
        Expected(it["id"], opened(it["inputs"]), providers.get(it.get("provider", ""), {}))
        for it in resources
        if it["type"] == SECRET and it.get("id") and not (it.get("delete") or it.get("external"))
    )
    return [it for it in found if not it.provider.get("renderYamlToDirectory")]


def opened(value: Any) -> Any:
    """The value without the marks around the secret ones of its parts."""
    if isinstance(value, Mapping):
        if value.get(_MARK) == _SECRET_MARK:
            return opened(json.loads(value["plaintext"]))
        return {key: opened(it) for key, it in value.items()}
    return [opened(it) for it in value] if isinstance(value, list) else value


def verified(secrets: Iterable[Expected]) -> Iterator[tuple[str, list[str]]]:
    """Each Secret's name, and what is wrong with it on its cluster."""
    clusters: dict[str, Cluster] = {}
    for it in secrets:
        key = json.dumps([it.provider.get("kubeconfig"), it.provider.get("context")])
        try:
            if key not in clusters:
                clusters[key] = Cluster(it.provider.get("context"), it.provider.get("kubeconfig"))
            namespace, _, name = it.name.rpartition("/")
            live = clusters[key].secret(namespace or "default", name)
        except ClusterProblem as problem:
            yield it.name, [str(problem)]
        else:
            yield it.name, list(differences(it.inputs, live))


def differences(inputs: Mapping[str, Any], live: Mapping[str, Any] | None) -> Iterator[str]:
    """Where a Secret is not what it should be: names of labels and keys, never a value."""
    if live is None:
        yield "is not there"
        return
    labels = live["metadata"].get("labels") or {}
    wanted = (inputs.get("metadata") or {}).get("labels") or {}
    yield from (f"label {key} differs" for key, value in sorted(wanted.items()) if labels.get(key) != value)
    data = live.get("data") or {}
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
        elif _bytes(due[key]) != _bytes(data[key]):
            yield f"key {key} holds something else"


def _bytes(encoded: str) -> bytes:
    return base64.b64decode(encoded)
