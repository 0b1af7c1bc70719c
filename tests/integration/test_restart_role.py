"""The commands of docs/rotation.md that restart readers, with exactly the permissions of `examples/rbac/restart-role.yaml`."""

import copy
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from .parts.control_plane import ControlPlane
from .support.environments import Identity

ROOT = Path(__file__).parents[2]
ROLE, BINDING = yaml.safe_load_all((ROOT / "examples" / "rbac" / "restart-role.yaml").read_text())
PAGE = (ROOT / "docs" / "rotation.md").read_text()
RESTART_DEPLOYMENTS, ANNOTATE_SERVER = re.findall(r"^```sh\n(kubectl .*)\n```", PAGE, re.MULTILINE)
SERVERS = ("mlops.seldon.io", "v1alpha1")


class Readers:
    """A Deployment as Core 1 makes it and a Server of Core 2, and an account that may restart them."""

    def __init__(self, cluster: ControlPlane, role: Any) -> None:
        self.namespace = cluster.create_namespace()
        self.apps, self.custom = client.AppsV1Api(cluster.api), client.CustomObjectsApi(cluster.api)
        self.kubeconfig = Identity(cluster, self.namespace).kubeconfig
        binding = copy.deepcopy(BINDING)
        binding["subjects"][0]["namespace"] = self.namespace
        rbac = client.RbacAuthorizationV1Api(cluster.api)
        rbac.create_namespaced_role(self.namespace, role)
        rbac.create_namespaced_role_binding(self.namespace, binding)
        labels = {"seldon-deployment-id": "iris"}
        pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
        spec = {"selector": {"matchLabels": labels}, "template": pod}
        deployment: Any = {"metadata": {"name": "iris-default", "labels": labels}, "spec": spec}
        self.apps.create_namespaced_deployment(self.namespace, deployment)
        server = {
            "apiVersion": "/".join(SERVERS),
            "kind": "Server",
            "metadata": {"name": "mlserver"},
            "spec": {"serverConfig": "mlserver"},
        }
        self.custom.create_namespaced_custom_object(*SERVERS, self.namespace, "servers", server)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        own = re.sub(r"--namespace \S+", f"--namespace {self.namespace}", command)
        environment = {"KUBECONFIG": str(self.kubeconfig), "HOME": str(self.kubeconfig.parent)}
        return subprocess.run(
            ["sh", "-c", own],
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def restarts(self) -> tuple[bool, bool]:
        """Whether the pod template of the Deployment, and the Server, have been told to restart."""
        deployment: Any = self.apps.read_namespaced_deployment("iris-default", self.namespace)
        server: Any = self.custom.get_namespaced_custom_object(
            *SERVERS, self.namespace, "servers", "mlserver"
        )
        return (
            "kubectl.kubernetes.io/restartedAt" in (deployment.spec.template.metadata.annotations or {}),
            "example.com/restarted-at" in server["metadata"].get("annotations", {}),
        )


@pytest.fixture
def cluster(control_plane: ControlPlane) -> ControlPlane:
    kubectl = ["kubectl", "--kubeconfig", str(control_plane.kubeconfig)]
    file = ["-f", str(Path(__file__).parent / "crds" / "seldon-core-2.yaml")]
    subprocess.run([*kubectl, "apply", *file], check=True, capture_output=True)
    subprocess.run([*kubectl, "wait", "--for=condition=Established", *file], check=True, capture_output=True)
    return control_plane


def test_the_role_is_enough_for_the_commands(cluster: ControlPlane) -> None:
    readers = Readers(cluster, ROLE)
    for command in (RESTART_DEPLOYMENTS, ANNOTATE_SERVER):
        finished = readers.run(command)
        assert finished.returncode == 0, finished.stderr
    assert readers.restarts() == (True, True)


@pytest.mark.parametrize(
    ("rule", "verb"),
    [(number, verb) for number, rule in enumerate(ROLE["rules"]) for verb in rule["verbs"]],
)
def test_every_verb_of_the_role_is_required(cluster: ControlPlane, rule: int, verb: str) -> None:
    role = copy.deepcopy(ROLE)
    role["rules"][rule]["verbs"].remove(verb)
    readers = Readers(cluster, role)
    finished = readers.run((RESTART_DEPLOYMENTS, ANNOTATE_SERVER)[rule])
    assert finished.returncode != 0
    assert f"cannot {verb} resource" in finished.stderr
    assert readers.restarts() == (False, False)
