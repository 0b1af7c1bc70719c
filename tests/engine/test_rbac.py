"""`examples/rbac` is enough for the life of a stack; with less, the error says what is missing and where."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine

ROOT = Path(__file__).parents[2]
NAME = "seldon-secrets"


class Identity:
    """The example's service account in a namespace of its own, and a stack that it runs there."""

    def __init__(self, engine: IsolatedEngine, cluster: ControlPlane, folder: Path) -> None:
        self.engine, self.cluster, self.folder = engine, cluster, folder
        self.namespace = cluster.create_namespace()
        self.rbac = client.RbacAuthorizationV1Api(cluster.api)
        account, self.role, binding = yaml.safe_load_all((ROOT / "examples/rbac/role.yaml").read_text())
        binding["subjects"][0]["namespace"] = self.namespace
        cluster.core.create_namespaced_service_account(self.namespace, account)
        self.rbac.create_namespaced_role(self.namespace, self.role)
        self.rbac.create_namespaced_role_binding(self.namespace, binding)
        request: Any = {"spec": {"audiences": None, "expirationSeconds": 3600}}
        answer: Any = cluster.core.create_namespaced_service_account_token(NAME, self.namespace, request)
        self.kubeconfig = cluster.write_kubeconfig(self.namespace, answer.status.token)
        (folder / "Pulumi.yaml").write_text("name: seldon-secrets\nruntime: python\n")
        (folder / "__main__.py").write_text((ROOT / "stack/__main__.py").read_text())
        self.pulumi("stack", "init", "test")
        self.configure("first")

    def configure(self, password: str) -> None:
        file = self.folder / "Pulumi.test.yaml"
        content = yaml.safe_load(file.read_text())
        content["config"] = {
            "kubernetes:enableSecretMutable": "true",
            "seldon-secrets:registries": [
                {
                    "name": "ghcr",
                    "namespaces": [self.namespace],
                    "server": "ghcr.io",
                    "username": "bot",
                    "password": password,
                }
            ],
        }
        file.write_text(yaml.safe_dump(content))

    def permit(self, verbs: list[str]) -> None:
        role = copy.deepcopy(self.role)
        role["rules"][0]["verbs"] = verbs
        self.rbac.replace_namespaced_role(NAME, self.namespace, role)

    def pulumi(self, *arguments: str, check: bool = True) -> str:
        finished = self.engine.pulumi(
            *arguments, cwd=self.folder, check=check, env={"KUBECONFIG": str(self.kubeconfig)}
        )
        return finished.stdout + finished.stderr


@pytest.fixture
def identity(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path
) -> Iterator[Identity]:
    identity = Identity(isolated_engine, control_plane, tmp_path)
    yield identity
    identity.permit(identity.role["rules"][0]["verbs"])
    identity.pulumi("destroy", "--yes", "--skip-preview")


def test_the_role_is_enough_from_the_first_up_to_destroy(identity: Identity) -> None:
    identity.pulumi("up", "--yes")
    identity.pulumi("refresh", "--yes", "--expect-no-changes")
    identity.configure("second")
    assert "1 updated" in identity.pulumi("up", "--yes")
    assert list(identity.cluster.secrets(identity.namespace)) == ["ghcr"]
    identity.pulumi("destroy", "--yes")
    assert identity.cluster.secrets(identity.namespace) == {}


@pytest.mark.parametrize("missing", ["create", "get", "patch"])
def test_with_less_the_error_names_the_verb_and_the_namespace(identity: Identity, missing: str) -> None:
    if missing != "create":
        identity.pulumi("up", "--yes")
        identity.configure("second")
    identity.permit([verb for verb in identity.role["rules"][0]["verbs"] if verb != missing])
    refused = identity.pulumi("up", "--yes", "--refresh", check=False)
    assert f'cannot {missing} resource "secrets"' in refused
    assert f'in the namespace "{identity.namespace}"' in refused
