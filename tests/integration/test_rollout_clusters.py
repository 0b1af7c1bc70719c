"""`rollout` over three API servers, found in three ways. Each stack is verified on its own."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from kubernetes import client

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.command import rollout
from .support.environments import EXAMPLE, SECRETS, STACKS, Identity, credentials

NAMESPACE = "seldon"
"""The same on all three, so that a Secret read from the wrong one would exist there."""


class Clusters:
    """The example's stacks, one per cluster. The command does not run in the project's folder.

    dev's cluster is a context of the first file of KUBECONFIG, whose path is relative to the project; staging's is an encrypted
    kubeconfig in its settings; prod's is the current context, which the second file of KUBECONFIG sets.
    """

    def __init__(self, engine: IsolatedEngine, clusters: dict[str, ControlPlane], folder: Path) -> None:
        self.engine, self.clusters, self.folder = engine, clusters, folder
        self.password = ""
        identities = {name: self._identity(cluster) for name, cluster in clusters.items()}
        self.canaries = {f"token of {name}": identity.token for name, identity in identities.items()}
        self.rotate()
        for file in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(EXAMPLE / file, folder)
        contexts = json.loads(identities["dev"].kubeconfig.read_text())
        contexts["contexts"][0]["name"] = "dev"
        contexts["clusters"][0]["name"] = contexts["contexts"][0]["context"]["cluster"] = "of dev"
        contexts["users"][0]["name"] = contexts["contexts"][0]["context"]["user"] = "of dev"
        del contexts["current-context"]
        (folder / "contexts").write_text(json.dumps(contexts))
        engine.env["KUBECONFIG"] = os.pathsep.join(("contexts", str(identities["prod"].kubeconfig)))
        for name in STACKS:
            self._create_stack(name)
        self.pulumi(
            "config", "set", "--stack", "staging", "--secret", "kubernetes:kubeconfig",
            text=identities["staging"].kubeconfig.read_text(),
        )  # fmt: skip

    def _identity(self, cluster: ControlPlane) -> Identity:
        cluster.core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=NAMESPACE)))
        return Identity(cluster, NAMESPACE)

    def _create_stack(self, name: str) -> None:
        self.pulumi("stack", "init", "--no-select", name)
        file = self.folder / f"Pulumi.{name}.yaml"
        content = yaml.safe_load((EXAMPLE / file.name).read_text()) | yaml.safe_load(file.read_text())
        content["config"]["seldon-secrets:namespaces"] = [NAMESPACE]
        if name != "dev":
            del content["config"]["kubernetes:context"]
        file.write_text(yaml.safe_dump(content))

    def pulumi(self, *arguments: str, text: str = "") -> str:
        return self.engine.pulumi(*arguments, cwd=self.folder, text=text).stdout

    def rotate(self) -> None:
        self.password = self.canaries[f"password {len(self.canaries)}"] = f"canary-{secrets.token_hex(12)}"

    def rollout(self, *arguments: str, code: int = 0) -> str:
        env = {**self.engine.env, "CI": "true", **credentials(self.password)}
        options = ("--yes", "--cwd", str(self.folder))
        return rollout(self.engine.folder, env, self.canaries, *arguments, *options, code=code)

    def live(self, name: str) -> tuple[list[str], str]:
        """The names of the Secrets in a stack's cluster, and the credential in one of them."""
        cluster = self.clusters[name]
        data = cluster.secret_data(NAMESPACE, "models-bucket-envvars")
        return sorted(cluster.secrets(NAMESPACE)), data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode()


@pytest.fixture(scope="module")
def clusters(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clusters]:
    with ExitStack() as running:
        further = {
            name: running.enter_context(ControlPlane(tmp_path_factory.mktemp(name)))
            for name in ("staging", "prod")
        }
        engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
        yield Clusters(engine, {"dev": control_plane, **further}, tmp_path_factory.mktemp("project"))


def test_first_rollout_rotation_and_no_change_on_three_clusters(clusters: Clusters) -> None:
    for changes in ("4 to create, 0 to update", "0 to create, 3 to update"):
        printed = clusters.rollout(",".join(STACKS), "--parallel")
        for name in STACKS:
            assert f"{name}: {changes}, 0 to replace, 0 to delete" in printed
            assert f"{name}: done, 3 Secrets verified" in printed
            assert clusters.live(name) == (SECRETS, clusters.password)
        clusters.rotate()
    clusters.password = clusters.live("dev")[1]
    assert clusters.rollout(",".join(STACKS), "--parallel").count("4 same") == 3


def test_every_stack_is_verified_on_its_own_cluster(clusters: Clusters) -> None:
    clusters.rollout(",".join(STACKS), "--parallel", "--refresh")
    gone = dict(zip(STACKS, SECRETS, strict=True))
    for name, secret in gone.items():
        clusters.clusters[name].core.delete_namespaced_secret(secret, NAMESPACE)
    printed = clusters.rollout(",".join(STACKS), "--parallel", "--json", code=1)
    reasons = {
        event["stack"]: event["reason"].splitlines()[1:]
        for event in map(json.loads, printed.splitlines())
        if event["event"] == "failed"
    }
    assert reasons == {name: [f"{NAMESPACE}/{secret}: does not exist"] for name, secret in gone.items()}
