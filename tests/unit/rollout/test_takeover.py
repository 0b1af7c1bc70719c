"""From which field managers a rollout takes over the fields of a Secret that it updates."""

from typing import Any

import pytest

from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION
from seldon_secrets_pulumi.resource_types import SECRET
from seldon_secrets_pulumi.rollout.takeover import Takeover, takeovers
from seldon_secrets_pulumi.rollout.verification import ExpectedSecret

DATA: dict[str, Any] = {"f:data": {"f:K": {}}}


class OneCluster:
    """The cluster of all Secrets. Each has the same owners."""

    def __init__(self, *owners: str) -> None:
        self.fields = [{"manager": owner, "operation": "Apply", "fieldsV1": DATA} for owner in owners]

    def of(self, _: ExpectedSecret) -> "OneCluster":
        return self

    def secret(self, namespace: str, name: str) -> LiveSecret:
        return LiveSecret(namespace, name, "Opaque", {}, managed_fields=self.fields)


def planned(clusters: Any, operation: str = "update", new_manager: str | None = None) -> list[Takeover]:
    secret = ExpectedSecret("urn:s", "team/one", {}, {}, "seldon-secrets/project/dev")
    annotations = {FIELD_MANAGER_ANNOTATION: new_manager} if new_manager else {}
    change = Change(operation, SECRET, "urn:s", "team/one", (), annotations=annotations)
    return takeovers([secret], [change], clusters)


def test_an_invented_manager_loses_its_fields_to_that_of_the_stack() -> None:
    [takeover] = planned(OneCluster("pulumi-kubernetes-5a42fb6c", "kubectl-edit"))
    assert takeover.managers == ["pulumi-kubernetes-5a42fb6c"]
    kubectl, stack = takeover.patch[1]["value"]
    assert (kubectl["manager"], kubectl["fieldsV1"]) == ("kubectl-edit", DATA)
    assert (stack["manager"], stack["fieldsV1"]) == ("seldon-secrets/project/dev", DATA)


def test_a_manager_that_the_program_changes_takes_over_from_the_former_one() -> None:
    [takeover] = planned(OneCluster("seldon-secrets/project/dev"), new_manager="chosen")
    [chosen] = takeover.patch[1]["value"]
    assert chosen["manager"] == "chosen"


@pytest.mark.parametrize(
    "owner",
    ["kubectl-create", "helm", "argocd-controller", "seldon-secrets/project/other", "pulumi-kubernetes-mine"],
)
def test_every_other_manager_keeps_its_fields(owner: str) -> None:
    assert planned(OneCluster(owner)) == []


def test_a_secret_that_is_not_updated_keeps_its_owners() -> None:
    assert planned(OneCluster("pulumi-kubernetes-5a42fb6c"), "same") == []
