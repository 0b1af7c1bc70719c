"""What a rollout finds out about its cluster before it says "previewed", and what it overwrites only with `--adopt`."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .parts.server_process import free_port
from .support.environments import Environments

FOREIGN = "c29tZWJvZHkgZWxzZQ=="


@pytest.fixture
def environments(native_parts: Path, control_plane: ControlPlane, tmp_path: Path) -> Environments:
    """Two stacks that have not been rolled out."""
    (tmp_path / "engine").mkdir()
    (tmp_path / "project").mkdir()
    engine = IsolatedEngine(tmp_path / "engine", native_parts)
    return Environments(engine, control_plane, tmp_path / "project", ("dev", "prod"))


def set_config(environments: Environments, stack: str, **changes: Any) -> None:
    """Change settings of a stack; None removes one."""
    file = environments.folder / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(file.read_text())
    for name, value in changes.items():
        content["config"][name.replace("__", ":")] = value
    content["config"] = {name: value for name, value in content["config"].items() if value is not None}
    file.write_text(yaml.safe_dump(content))


def create(environments: Environments, name: str, manager: str, **metadata: Any) -> None:
    """Create a Secret as another client would."""
    namespace = environments.namespaces["dev"]
    kind = "kubernetes.io/dockerconfigjson" if name == "ghcr" else "Opaque"
    key = ".dockerconfigjson" if name == "ghcr" else "RCLONE_CONFIG_MODELS_TYPE"
    value = "e30=" if name == "ghcr" else FOREIGN
    body = client.V1Secret(
        metadata=client.V1ObjectMeta(name=name, **metadata), type=kind, data={key: value, "other": FOREIGN}
    )
    environments.cluster.core.create_namespaced_secret(namespace, body, field_manager=manager)


def versions(environments: Environments) -> dict[str, Any]:
    secrets = environments.cluster.secrets(environments.namespaces["dev"])
    return {name: secret.metadata and secret.metadata.resource_version for name, secret in secrets.items()}


def test_secrets_of_others_are_overwritten_only_with_adopt(environments: Environments) -> None:
    namespace = environments.namespaces["dev"]
    external = client.V1OwnerReference(
        api_version="external-secrets.io/v1", kind="ExternalSecret", name="models", uid="1", controller=False
    )
    create(environments, "models-bucket-envvars", "kubectl-create", labels={"team": "a"})
    create(environments, "models-bucket-params", "externalsecrets", owner_references=[external])
    create(environments, "ghcr", "helm", annotations={"meta.helm.sh/release-name": "pull"})
    before = versions(environments)
    for arguments in (["--yes"], ["--dry-run"]):
        printed = environments.rollout("dev", "prod", *arguments, code=3)
        assert f"{namespace}/models-bucket-envvars exists already, made by kubectl-create" in printed
        assert f"{namespace}/models-bucket-params exists already, owned by ExternalSecret models" in printed
        assert f"{namespace}/ghcr exists already, from the Helm release 'pull'" in printed
        assert f"`seldon-secrets import --stack dev --namespace {namespace}`" in printed
        assert f"`kubectl delete secret --namespace {namespace} ghcr`" in printed
        assert "dev: refused\nprod: not started" in printed
        assert "dev: up" not in printed
    assert versions(environments) == before

    printed = environments.rollout("dev", "--dry-run", "--adopt")
    assert f"the update overwrites a Secret: {namespace}/ghcr exists already" in printed
    assert versions(environments) == before
    environments.rollout("dev", "--yes", "--adopt")
    environments.assert_converged("dev")
    secrets = environments.cluster.secrets(namespace)
    assert all("other" not in (secret.data or {}) for secret in secrets.values())
    metadata = secrets["models-bucket-envvars"].metadata
    assert metadata is not None
    assert (metadata.labels or {})["team"] == "a"
    assert "0 to create, 0 to update" in environments.rollout("dev", "--yes")
    environments.rotate()
    environments.rollout("dev", "--yes")
    environments.assert_converged("dev")


def test_a_secret_of_another_client_that_cannot_be_overwritten(environments: Environments) -> None:
    namespace = environments.namespaces["dev"]
    body = client.V1Secret(metadata=client.V1ObjectMeta(name="ghcr"), data={"other": FOREIGN}, immutable=True)
    environments.cluster.core.create_namespaced_secret(namespace, body)
    printed = environments.rollout("dev", "--yes", "--adopt", code=1)
    assert f"{namespace}/ghcr is immutable, so it can't be overwritten; delete it first" in printed
    assert sorted(environments.cluster.secrets(namespace)) == ["ghcr"]


def test_one_secret_of_two_stacks(environments: Environments) -> None:
    namespace = environments.namespaces["dev"]
    set_config(
        environments,
        "prod",
        kubernetes__kubeconfig=str(environments.cluster.kubeconfig),
        **{"seldon-secrets__namespaces": [namespace]},
    )
    printed = environments.rollout("dev,prod", "--parallel", "--yes", code=3)
    assert f"{namespace}/ghcr is declared by the stack " in printed
    assert environments.cluster.secrets(namespace) == {}

    environments.rollout("dev", "--yes")
    before = versions(environments)
    printed = environments.rollout("prod", "--yes", code=3)
    assert f"{namespace}/ghcr exists already, from the stack 'environments/dev'" in printed
    assert versions(environments) == before


def test_a_missing_namespace(environments: Environments) -> None:
    set_config(
        environments,
        "prod",
        kubernetes__kubeconfig=str(environments.cluster.kubeconfig),
        **{"seldon-secrets__namespaces": [environments.namespaces["prod"] + "x"]},
    )
    printed = environments.rollout("prod", "--yes", code=1)
    missing = environments.namespaces["prod"] + "x"
    assert f"prod: failed: the namespace {missing} does not exist; did you mean {missing[:-1]}" in printed
    assert f"create it first: kubectl create namespace {missing}" in printed
    assert "prod: up" not in printed


def test_no_answer_of_the_api_server(environments: Environments) -> None:
    kubeconfig = json.loads(environments.cluster.kubeconfig.read_text())
    server = f"https://127.0.0.1:{free_port()}"
    kubeconfig["clusters"][0]["cluster"]["server"] = server
    file = environments.folder / "unreachable"
    file.touch(mode=0o600)
    file.write_text(json.dumps(kubeconfig))
    set_config(environments, "prod", kubernetes__kubeconfig=str(file))
    printed = environments.rollout("prod", "--yes", code=1)
    assert f"prod: failed: no answer from {server}: connection refused" in printed
    assert "prod: up" not in printed


def test_many_secrets_are_looked_up_by_list(environments: Environments) -> None:
    """More than are read one by one, in both ways: with the permission to list, and without."""
    namespace = environments.namespaces["dev"]
    buckets = [
        {
            "remote": f"bucket{number}",
            "type": "http",
            "parameters": {"url": "https://models.example.com"},
            "formats": ["env_var"],
        }
        for number in range(12)
    ]
    set_config(
        environments, "dev", **{"seldon-secrets__buckets": buckets, "seldon-secrets__registries": None}
    )
    create(environments, "bucket3-bucket-envvars", "kubectl-create")
    for without in ("", "list"):
        environments.identities["dev"].permit(without=without)
        printed = environments.rollout("dev", "--yes", code=3)
        assert f"dev: refused: {namespace}/bucket3-bucket-envvars exists already" in printed
        assert "adopt it with" in printed
