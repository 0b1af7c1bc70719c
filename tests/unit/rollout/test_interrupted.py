"""Secrets that an interrupted update may have left in the cluster."""

import base64
from typing import Any

import pytest

from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION
from seldon_secrets_pulumi.resource_types import SECRET
from seldon_secrets_pulumi.rollout.interrupted import left_behind, other_creations, removal
from seldon_secrets_pulumi.rollout.verification import Clusters, ExpectedSecret

PROVIDER = "urn::provider"
OURS = {FIELD_MANAGER_ANNOTATION: "ours"}


class FakeClusters(Clusters):
    """One cluster with these Secrets, for all providers. It stands for its cluster."""

    def __init__(self, *secrets: LiveSecret) -> None:
        self.secrets = {str(secret): secret for secret in secrets}

    def of(self, secret: ExpectedSecret) -> Any:  # noqa: ARG002
        return self

    def secret(self, namespace: str, name: str) -> LiveSecret | None:
        return self.secrets.get(f"{namespace}/{name}")


def resource(name: str, value: str = "1", **metadata: Any) -> dict[str, Any]:
    data = {"key": base64.b64encode(value.encode()).decode()}
    inputs = {"metadata": {"name": name, "namespace": "team", **metadata}, "data": data}
    return {"type": SECRET, "urn": f"urn::{name}", "inputs": inputs, "provider": f"{PROVIDER}::id"}


def state(*pending: dict[str, Any], resources: tuple[dict[str, Any], ...] = (), **provider: str) -> Any:
    kubernetes = {"type": "pulumi:providers:kubernetes", "urn": PROVIDER, "id": "id", "inputs": provider}
    operations = [{"resource": entry, "type": "creating"} for entry in pending]
    return {"resources": [kubernetes, *resources], "pending_operations": operations}


def live(name: str, value: str = "1", **annotations: str) -> LiveSecret:
    return LiveSecret("team", name, "Opaque", {"key": value.encode()}, annotations=annotations)


@pytest.mark.parametrize(
    ("secret", "pending", "is_left"),
    [
        (None, resource("a"), False),
        (live("a"), resource("a"), True),
        (live("a", "2"), resource("a"), False),
        (live("a", "2", **OURS), resource("a", annotations=OURS), True),
        (live("a", "2", **{FIELD_MANAGER_ANNOTATION: "theirs"}), resource("a", annotations=OURS), False),
        (live("a", "2"), resource("a", annotations={"example.com/other": "x"}), False),
    ],
)
def test_only_a_secret_of_the_stack_is_left_behind(
    secret: LiveSecret | None, pending: dict[str, Any], is_left: bool
) -> None:
    clusters = FakeClusters(*([secret] if secret else []))
    assert [str(left) for left in left_behind(state(pending), clusters)] == (
        ["ExpectedSecret(team/a)"] if is_left else []
    )


def test_a_secret_that_the_stack_declares_is_not_left_behind() -> None:
    clusters = FakeClusters(live("a"))
    assert left_behind(state(resource("a"), resources=(resource("a"),)), clusters) == []
    # The same Secret under another name in the program
    renamed = {**resource("a"), "urn": "urn::renamed", "id": "team/a"}
    assert left_behind(state(resource("a"), resources=(renamed,)), clusters) == []


def test_a_secret_in_a_folder_of_manifests_is_not_left_behind() -> None:
    clusters = FakeClusters(live("a"))
    assert left_behind(state(resource("a"), renderYamlToDirectory="manifests"), clusters) == []


def test_the_command_that_removes_a_secret() -> None:
    secrets = left_behind(state(resource("a"), context="my cluster"), FakeClusters(live("a")))
    assert removal(secrets).splitlines()[1:] == [
        "kubectl --context 'my cluster' delete secret --namespace team a"
    ]


def test_creations_of_other_types_are_left_to_their_owner() -> None:
    bucket = {"type": "aws:s3/bucket:Bucket", "urn": "urn::bucket"}
    message = other_creations(state(bucket, resource("a")), "dev")
    assert message == (
        "an interrupted update may have created bucket; delete what exists, and then run"
        " `pulumi refresh --clear-pending-creates --stack dev`"
    )
    assert other_creations(state(resource("a")), "dev") is None
    assert other_creations(state(bucket, resources=(bucket,)), "dev") is None
