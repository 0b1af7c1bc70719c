"""Stands in for version 4.29 and later of the Kubernetes provider, which can't be run here: it doesn't update on create.

A proxy turns the older provider's creation into the newer one's requests (`fault_proxy.client_side_create`): POST with
the field manager `pulumi-kubernetes`, and "already exists" for an object that the stack's state has lost.
"""

from pathlib import Path

import pytest

from .parts.control_plane import ControlPlane
from .parts.fault_proxy import FaultProxy, Rule, client_side_create
from .parts.isolated_engine import IsolatedEngine
from .support.environments import SECRETS, Environments

# The provider's previews are dry runs. They succeed even if the object exists.
CREATION = r"PATCH .*/secrets/(?!.*dryRun)"
ALWAYS = 10_000


@pytest.fixture
def environments(
    native_parts: Path, control_plane: ControlPlane, fault_proxy: FaultProxy, tmp_path: Path
) -> Environments:
    (tmp_path / "engine").mkdir()
    (tmp_path / "project").mkdir()
    engine = IsolatedEngine(tmp_path / "engine", native_parts)
    created = Environments(engine, control_plane, tmp_path / "project", ("dev",))
    engine.env["KUBECONFIG"] = str(fault_proxy.kubeconfig(Path(engine.env["KUBECONFIG"])))
    return created


def lose_state(environments: Environments) -> None:
    """As if the run that created the Secrets had been killed before it saved the state."""
    for urn in environments.resources("dev"):
        if "kubernetes:core/v1:Secret" in urn:
            environments.engine.pulumi(
                "state", "delete", urn, "--yes", "--stack", "dev", cwd=environments.folder
            )


def test_what_an_interrupted_run_created(environments: Environments, fault_proxy: FaultProxy) -> None:
    creation = Rule(client_side_create, CREATION, times=ALWAYS)
    namespace = environments.namespaces["dev"]
    fault_proxy.spoil(creation)
    environments.rollout("dev", "--yes")
    assert creation.spoiled == len(SECRETS)
    uids = environments.uids()
    fault_proxy.spoil()

    environments.rotate()
    environments.rollout("dev", "--yes")  # the first update takes the fields over from the creation
    environments.assert_converged("dev")

    lose_state(environments)
    fault_proxy.spoil(creation)
    printed = environments.rollout("dev", "--yes", code=1)
    fault_proxy.spoil()
    command = f"seldon-secrets import --namespace {namespace}"
    assert (
        f"{namespace}/models-bucket-envvars: exists in the cluster, but not in the stack's state" in printed
    )
    assert f"(`{command}`)" in printed

    environments.adopt("dev")
    environments.assert_converged("dev")
    environments.rotate()
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")
    assert environments.uids() == uids


def test_what_an_interrupted_run_created_with_earlier_credentials(
    environments: Environments, control_plane: ControlPlane, fault_proxy: FaultProxy
) -> None:
    """`import` doesn't adopt these, because it never changes data. It says what else to do."""
    namespace = environments.namespaces["dev"]
    creation = Rule(client_side_create, CREATION, times=ALWAYS)
    fault_proxy.spoil(creation)
    environments.rollout("dev", "--yes")
    lose_state(environments)
    environments.rotate()
    environments.rollout("dev", "--yes", code=1)

    printed = environments.adopt("dev", code=1)
    assert "delete the Secret so that `pulumi up` creates it" in printed
    for name in control_plane.secrets(namespace):
        control_plane.core.delete_namespaced_secret(name, namespace)
    environments.rollout("dev", "--yes")
    fault_proxy.spoil()
    environments.rotate()
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


def test_the_command_that_updates_existing_objects_once(
    environments: Environments, fault_proxy: FaultProxy
) -> None:
    """With `upsertExistingObjects`, the newer provider creates objects as the older one does, which runs here."""
    fault_proxy.spoil(Rule(client_side_create, CREATION, times=ALWAYS))
    environments.rollout("dev", "--yes")
    lose_state(environments)
    environments.rotate()
    fault_proxy.spoil()
    conflict = environments.rollout("dev", "--yes", code=1)
    assert 'conflict with "pulumi-kubernetes"' in conflict.replace("conflicts", "conflict")
    environments.rollout("dev", "--yes", env={"PULUMI_K8S_ENABLE_PATCH_FORCE": "true"})
    environments.assert_converged("dev")
