"""Who made a Secret that exists already, and whether it is the stack's own."""

from typing import Any

import pytest

from seldon_secrets_pulumi.inventory.secret import LiveSecret, read_secret
from seldon_secrets_pulumi.rollout.existing import existing_secrets, owner
from seldon_secrets_pulumi.rollout.verification import ExpectedSecret

OURS = "seldon-secrets/project/dev"
ANNOTATIONS = {"pulumi.com/patchFieldManager": OURS, "seldon-secrets.pulumi/stack": "project/dev"}


def live(*managers: str, **metadata: Any) -> LiveSecret:
    fields = [{"manager": manager, "operation": "Apply"} for manager in managers]
    return read_secret(
        {"metadata": {"name": "models", "namespace": "team", "managedFields": fields, **metadata}}
    )


class OneSecret:
    """A cluster with one Secret."""

    def __init__(self, secret: LiveSecret) -> None:
        self._secret = secret

    def read(self, _: list[ExpectedSecret]) -> dict[str, LiveSecret]:
        return {"models": self._secret}


@pytest.mark.parametrize(
    ("secret", "maker"),
    [
        (live("kubectl-create", "kubectl-edit"), "made by kubectl-create, kubectl-edit"),
        (live("x", annotations=ANNOTATIONS), "from the stack 'project/dev'"),
        (live("x", annotations={"meta.helm.sh/release-name": "pull"}), "from the Helm release 'pull'"),
        (
            live("x", annotations={"argocd.argoproj.io/tracking-id": "app:v1/Secret:team/models"}),
            "from the Argo CD application 'app'",
        ),
        (
            live("x", labels={"argocd.argoproj.io/instance": "app"}),
            "from the Argo CD application 'app'",
        ),
        (live("x", ownerReferences=[{"kind": "ExternalSecret", "name": "e"}]), "owned by ExternalSecret e"),
        (live(labels={"app.kubernetes.io/managed-by": "terraform"}), "managed by terraform"),
        (live(), "made by somebody else"),
        (live("a\x1b[31m\n"), "made by a\ufffd[31m\ufffd"),
    ],
)
def test_the_owner_of_a_secret(secret: LiveSecret, maker: str) -> None:
    assert owner(secret) == maker


@pytest.mark.parametrize(
    ("secret", "is_own"),
    [
        (live(OURS, annotations=ANNOTATIONS), True),
        (live("pulumi-kubernetes-5a42fb6c", annotations=ANNOTATIONS), True),
        (live("kubectl-client-side-apply", annotations=ANNOTATIONS), False),  # a copy
        (live(OURS), False),
        (
            live("seldon-secrets/project/prod", annotations={"seldon-secrets.pulumi/stack": "project/prod"}),
            False,
        ),
    ],
)
def test_a_secret_that_an_interrupted_update_of_the_stack_created(secret: LiveSecret, is_own: bool) -> None:
    planned = ExpectedSecret("urn", "team/models", {"metadata": {"annotations": ANNOTATIONS}}, {}, OURS)
    clusters: Any = OneSecret(secret)
    assert bool(existing_secrets([planned], clusters)) is not is_own
