"""`examples/operator` without the operator: the API server accepts it, and its order is the rollout's."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from .parts.control_plane import ControlPlane

ROOT = Path(__file__).parents[2]
MANIFESTS = list(yaml.safe_load_all((ROOT / "examples/operator/stacks.yaml").read_text()))
STACKS: list[dict[str, Any]] = [manifest for manifest in MANIFESTS if manifest["kind"] == "Stack"]
CRD = Path(__file__).parent / "crds" / "operator.yaml"


class Server:
    """Applies manifests as kubectl does, and rejects unknown fields."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._kubeconfig = str(cluster.kubeconfig)
        self.namespace = cluster.create_namespace()

    def apply(self, manifests: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
        flags = ["--server-side", "--validate=strict", "--namespace", self.namespace]
        return subprocess.run(
            ["kubectl", "--kubeconfig", self._kubeconfig, "apply", *flags, "-f", "-"],
            input=json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def server(control_plane: ControlPlane) -> Server:
    kubectl = ["kubectl", "--kubeconfig", str(control_plane.kubeconfig)]
    subprocess.run([*kubectl, "apply", "-f", str(CRD)], check=True, capture_output=True)
    serves = [*kubectl, "wait", "--for=create", "crd/stacks.pulumi.com", "--timeout=60s"]
    subprocess.run(serves, check=True, capture_output=True)
    established = ["wait", "--for=condition=Established", "crd/stacks.pulumi.com", "--timeout=60s"]
    subprocess.run([*kubectl, *established], check=True, capture_output=True)
    return Server(control_plane)


def test_the_api_server_accepts_the_manifests(server: Server) -> None:
    applied = server.apply(MANIFESTS)
    assert applied.returncode == 0, applied.stderr
    assert applied.stdout.count("stack.pulumi.com/") == 3


@pytest.mark.parametrize("field", ["projectRepository", "workspaces"])
def test_a_field_unknown_to_the_operator_is_refused(server: Server, field: str) -> None:
    stack = copy.deepcopy(STACKS[0])
    stack["spec"][field] = "x"
    refused = server.apply([stack])
    assert refused.returncode != 0
    assert "unknown field" in refused.stderr
    assert field in refused.stderr


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: str(stack["metadata"]["name"]))
def test_the_workspace_is_a_pod_that_finds_the_kubeconfig(server: Server, stack: dict[str, Any]) -> None:
    template = copy.deepcopy(stack["spec"]["workspaceTemplate"]["spec"]["podTemplate"])
    (container,) = template["spec"]["containers"]
    # The operator's own container, which the template adds to.
    assert container["name"] == "pulumi"
    container["image"] = "pulumi/pulumi"
    metadata = {"name": stack["metadata"]["name"]}
    pod: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "PodTemplate",
        "metadata": metadata,
        "template": template,
    }
    applied = server.apply([pod])
    assert applied.returncode == 0, applied.stderr
    kubeconfig = Path(stack["spec"]["envRefs"]["KUBECONFIG"]["literal"]["value"])
    assert str(kubeconfig.parent) == container["volumeMounts"][0]["mountPath"]


def test_the_order_and_the_variables_are_those_of_the_example() -> None:
    names = [stack["metadata"]["name"] for stack in STACKS]
    assert names == [stack["spec"]["stack"] for stack in STACKS] == ["dev", "staging", "prod"]
    waits = [[entry["name"] for entry in stack["spec"].get("prerequisites", [])] for stack in STACKS]
    assert waits == [[], ["dev"], ["staging"]]
    for stack in STACKS:
        name = stack["spec"]["stack"]
        settings = (ROOT / "examples/multi_environment" / f"Pulumi.{name}.yaml").read_text()
        config = yaml.safe_load(settings)["config"]
        (bucket,), (registry,) = config["seldon-secrets:buckets"], config["seldon-secrets:registries"]
        named = {bucket["secretAccessKey"]["env"], registry["password"]["env"]}
        assert set(stack["spec"]["envRefs"]) == named | {"KUBECONFIG", "PULUMI_CONFIG_PASSPHRASE"}
