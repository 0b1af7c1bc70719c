"""`rollout` over three stacks in three namespaces, each with its own identity."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.environments import STACKS, Environments


@dataclass
class First:
    """Three stacks after their first rollout, and its output."""

    environments: Environments
    printed: str
    summary: str


@pytest.fixture(scope="module")
def first(native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> First:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    environments = Environments(engine, control_plane, tmp_path_factory.mktemp("project"))
    summary = engine.folder / "summary.md"
    printed = environments.rollout(*STACKS, "--yes", env={"GITHUB_STEP_SUMMARY": str(summary)})
    environments.assert_converged(*STACKS)
    return First(environments, printed, summary.read_text())


@pytest.fixture
def environments(first: First) -> Environments:
    """The stacks with the example's permissions and settings, and a new credential."""
    first.environments.restore()
    return first.environments


def test_first_rollout(first: First) -> None:
    for stack in STACKS:
        namespace = first.environments.namespaces[stack]
        assert f"create {namespace}/models-bucket-params" in first.printed
        assert f"{stack}: done, 3 Secrets verified" in first.printed
        assert f"| {stack} | done | 4 | 0 | 0 | 0 | 0 | 3 |" in first.summary
    order = [first.printed.index(f"{stack}: {phase}") for stack in STACKS for phase in ("preview", "up")]
    assert order == sorted(order)


def test_rotation_and_then_no_change(environments: Environments) -> None:
    before, old = environments.uids(), environments.passwords()
    assert "3 to update, 0 to replace, 0 to delete" in environments.rollout("dev", "--dry-run")
    assert environments.passwords() == old
    environments.rollout(",".join(STACKS), "--yes", "--parallel")
    environments.assert_converged(*STACKS)
    assert environments.uids() == before
    printed = environments.rollout("dev,staging", "prod", "--yes", "-o", "json", "--parallel")
    end = json.loads(printed.splitlines()[-1])
    assert end["event"] == "end"
    assert [stack["changes"] for stack in end["stacks"]] == [
        {"create": 0, "update": 0, "replace": 0, "delete": 0, "same": 4}
    ] * 3
    assert environments.uids() == before


def test_a_failure_in_staging_leaves_prod_untouched_and_resumes(environments: Environments) -> None:
    before = environments.passwords()
    environments.identities["staging"].permit(without="patch")
    printed = environments.rollout(*STACKS, "--yes", code=1)
    staging = environments.namespaces["staging"]
    assert f"staging: failed: you may not patch Secrets in the namespace {staging}" in printed
    assert "staging: up" not in printed
    assert "dev: done, 3 Secrets verified\nstaging: failed\nprod: not started" in printed
    assert "continue with: seldon-secrets rollout staging prod --yes" in printed
    assert environments.passwords() == {**before, "dev": environments.password}
    assert environments.locks() == []
    environments.identities["staging"].permit()
    environments.rollout("staging,prod", "--yes", "--parallel")
    environments.assert_converged(*STACKS)


def test_a_secret_that_differs_from_the_state_is_a_failure(environments: Environments) -> None:
    environments.rollout("dev", "--yes")
    namespace = environments.namespaces["dev"]
    core = environments.cluster.core
    core.delete_namespaced_secret("ghcr", namespace)
    body = {"metadata": {"labels": {"seldon-deploy": None}}, "data": {"RCLONE_CONFIG_MODELS_TYPE": "eA=="}}
    core.patch_namespaced_secret("models-bucket-envvars", namespace, body)
    printed = environments.rollout("dev", "prod", "--yes", code=1)
    assert f"{namespace}/ghcr: does not exist" in printed
    assert f"{namespace}/models-bucket-envvars: label seldon-deploy differs" in printed
    assert f"{namespace}/models-bucket-envvars: key RCLONE_CONFIG_MODELS_TYPE has another value" in printed
    assert "prod: not started" in printed
    # The client that changed a field owns it, so the Secret must be deleted first.
    core.delete_namespaced_secret("models-bucket-envvars", namespace)
    assert "2 to create" in environments.rollout("dev", "--yes", "--refresh")
    environments.assert_converged("dev")


def test_deletions_and_replacements_require_their_options(environments: Environments) -> None:
    environments.rollout("dev", "--yes")
    prod = environments.passwords()["prod"]
    environments.configure("dev", registries=False)
    printed = environments.rollout("dev", "prod", "--yes", code=3)
    ghcr = f"{environments.namespaces['dev']}/ghcr"
    assert f"delete {ghcr}  <-- attention" in printed
    assert f"dev: refused: {ghcr} would be deleted; pass --allow-delete to allow it" in printed
    assert "prod: not started" in printed
    environments.rollout("dev", "prod", "--yes", "--allow-delete", "--until", "dev")
    assert environments.passwords()["prod"] == prod

    # Without the setting, Kubernetes' provider replaces a Secret whose data changes.
    environments.configure("dev", mutable=False)
    environments.rotate()
    assert "would be replaced; pass --allow-replace to allow it" in environments.rollout(
        "dev", "--yes", code=3
    )
    environments.rollout("dev", "--yes", "--allow-replace")
    environments.assert_converged("dev")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dev",), "no terminal to ask for confirmation"),
        (("dev", "stagin", "--yes"), "there is no stack stagin; did you mean staging?"),
        (("dev", "dev", "--yes"), "dev is listed twice"),
        (("dev", "--yes", "--until", "prd"), "prd is not one of the stacks"),
        (("dev", "--yes", "--cwd", "/"), "no Pulumi.yaml in /; name the project's folder with --cwd"),
    ],
)
def test_wrong_usage(environments: Environments, arguments: tuple[str, ...], message: str) -> None:
    printed = environments.rollout(*arguments, code=2)
    assert message in printed
    assert "preview" not in printed
