"""The order of an adoption's steps, and what it needs permission for."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from seldon_secrets_pulumi.adoption import adopt as adopt_module
from seldon_secrets_pulumi.adoption.adopt import adopt
from seldon_secrets_pulumi.adoption.outcome import Outcome
from seldon_secrets_pulumi.adoption.plan import Plan, StackContents
from seldon_secrets_pulumi.adoption.reporter import Reporter
from seldon_secrets_pulumi.adoption.target_stack import TargetStack
from seldon_secrets_pulumi.automation.stack import Preview
from seldon_secrets_pulumi.errors import ExitCode, NoAnswerError, RefusedError
from seldon_secrets_pulumi.inventory.cluster import ALL_NAMESPACES
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.stack_annotations import stack_annotations
from seldon_secrets_pulumi.stack.file_editor import StackFile
from tests.support.canaries import CANARY
from tests.support.manifests import BUCKET
from tests.support.planned_adoption import params, plan_for, s3


class FakeCluster:
    """A cluster whose caller may read and change Secrets in some namespaces only."""

    def __init__(self, *permitted: str) -> None:
        self.permitted = permitted
        self.asked: list[tuple[str, Sequence[str]]] = []
        self.patched: list[tuple[str, list[str]]] = []
        self.forbidden: list[str] = []

    def missing_namespaces(self) -> list[str]:
        return []

    def denied(self, namespace: str, verbs: Sequence[str]) -> list[str]:
        self.asked.append((namespace, verbs))
        return [] if namespace in self.permitted else list(verbs)

    def patch(self, namespace: str, name: str, operations: Sequence[Mapping[str, Any]]) -> LiveSecret:
        self.patched.append((f"{namespace}/{name}", [operation["path"] for operation in operations]))
        return LiveSecret(namespace, name, "Opaque", {})


class FakePulumiStack:
    """Records what is imported. The next update changes nothing."""

    name = "dev"

    def __init__(self) -> None:
        self.imported: list[str] = []
        self.deployment: dict[str, Any] = {}
        self.cleared = 0

    def adopt(self, resources: list[Any], _: Mapping[str, str], __: Callable[[str], None]) -> None:
        self.imported += [resource["name"] for resource in resources]

    def state(self) -> dict[str, Any]:
        return self.deployment

    def clear_pending_creations(self, state: Mapping[str, Any]) -> None:
        assert state is self.deployment
        self.cleared += 1

    def preview(self, *, refresh: bool) -> Preview:
        assert not refresh
        return Preview()


class FakeProject:
    def __init__(self) -> None:
        self.pulumi_stack = FakePulumiStack()

    def stack(self, name: str) -> FakePulumiStack:
        assert name == "dev"
        return self.pulumi_stack


class FakeEncryption:
    """Ciphertexts that tell which value they stand for."""

    def __init__(self, _: Any, __: str, header: Mapping[str, Any]) -> None:
        self.header = {**header, "encryptionsalt": "v1:salt"}

    def encrypted(self, values: Sequence[str], progress: Callable[[int], None]) -> list[str]:
        progress(len(values))
        return [f"encrypted {len(value)}" for value in values]


class Steps(Reporter):
    def __init__(self) -> None:
        self.started: list[tuple[str, int | None]] = []
        self.messages: list[str] = []

    def message(self, text: str) -> None:
        self.messages.append(text)

    def start_step(self, description: str, total: int | None = None) -> None:
        self.started.append((description, total))


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> FakeProject:
    monkeypatch.setattr(adopt_module, "Encryption", FakeEncryption)
    return FakeProject()


def stack_in(folder: Path, project: Any, cluster: FakeCluster) -> TargetStack:
    file = StackFile(folder / "Pulumi.dev.yaml", {})
    stack = TargetStack(
        project,
        "dev",
        file,
        "all",
        "urn::all",
        None,
        None,
        StackContents(),
        stack_annotations("project", "dev"),
    )
    stack.__dict__["cluster"] = cluster
    return stack


def adopt_into(
    folder: Path,
    project: Any,
    cluster: FakeCluster,
    plan: Plan,
    confirm: Callable[[], bool] | None = None,
) -> Outcome:
    stack = stack_in(folder, project, cluster)
    return adopt(plan, stack, Reporter(), confirm)


def test_every_step_of_an_adoption(tmp_path: Path, project: FakeProject) -> None:
    plan = plan_for(s3("a"), params("a"), s3("b", secret_access_key="another"))
    steps = Steps()
    outcome = adopt(plan, stack_in(tmp_path, project, FakeCluster("a", "b")), steps)
    assert steps.started == [
        ("Encrypting", 2),
        ("Adopting 3 Secrets", 3),
        ("Previewing the next update", None),
    ]
    content = yaml.safe_load((tmp_path / "Pulumi.dev.yaml").read_text())
    assert content["encryptionsalt"] == "v1:salt"
    assert content["config"]["kubernetes:context"] == "dev"
    ciphertexts = [entry["secretAccessKey"] for entry in content["config"]["seldon-secrets:buckets"]]
    assert ciphertexts == [{"secure": f"encrypted {len(value)}"} for value in (CANARY, "another")]
    assert project.pulumi_stack.imported == outcome.adopted == outcome.unchanged
    assert sorted(outcome.adopted) == [
        "a/models-bucket-envvars",
        "a/models-bucket-params",
        "b/models-bucket-envvars",
    ]


def test_permissions_are_required_only_where_a_secret_is_adopted(
    tmp_path: Path, project: FakeProject
) -> None:
    """`import -n a -n b`, where all Secrets of b are skipped or already in the stack."""
    in_b = s3("b")
    in_b["metadata"]["labels"] = BUCKET | {"app.kubernetes.io/managed-by": "Helm"}
    plan = plan_for(s3("a"), in_b)
    assert list(plan.skipped) == ["b/models-bucket-envvars"]
    cluster = FakeCluster("a")
    assert adopt_into(tmp_path, project, cluster, plan).adopted == ["a/models-bucket-envvars"]
    assert cluster.asked == [("a", ("get", "patch"))]


def test_a_missing_permission_is_reported_for_every_namespace_before_anything_is_written(
    tmp_path: Path, project: FakeProject
) -> None:
    cluster = FakeCluster("a")
    with pytest.raises(NoAnswerError) as raised:
        adopt_into(tmp_path, project, cluster, plan_for(s3("a"), s3("b"), s3("c")), confirm=pytest.fail)
    assert str(raised.value).splitlines() == [
        f"you may not get or patch Secrets in the namespace {namespace}; adopting them requires it, so nothing was written"
        for namespace in ("b", "c")
    ]
    assert cluster.asked[0][0] == ALL_NAMESPACES
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_without_confirmation(tmp_path: Path, project: FakeProject) -> None:
    with pytest.raises(RefusedError, match="nothing was written") as raised:
        adopt_into(tmp_path, project, FakeCluster("team"), plan_for(s3()), confirm=lambda: False)
    assert raised.value.exit_code is ExitCode.REFUSED
    assert list(tmp_path.iterdir()) == []
    assert project.pulumi_stack.imported == []
    adopt_into(tmp_path, project, FakeCluster("team"), plan_for(s3()), confirm=lambda: True)
    assert project.pulumi_stack.imported == ["team/models-bucket-envvars"]


@pytest.mark.parametrize(
    ("created", "cleared", "message"),
    [
        (["team/models"], 1, "cleared the pending operations of an interrupted update"),
        (
            [],
            0,
            "an interrupted update of the stack may have created team/models; run `seldon-secrets rollout dev`",
        ),
    ],
)
def test_what_an_interrupted_update_left_pending(
    tmp_path: Path, project: FakeProject, created: list[str], cleared: int, message: str
) -> None:
    stack = project.pulumi_stack
    stack.deployment = {
        "resources": [{"urn": f"urn::{name}"} for name in created],
        "pending_operations": [{"resource": {"urn": "urn::team/models"}, "type": "creating"}],
    }
    steps = Steps()
    adopt(plan_for(s3()), stack_in(tmp_path, project, FakeCluster("team")), steps)
    assert (stack.cleared, steps.messages) == (cleared, [message])
