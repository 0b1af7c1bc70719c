"""examples/core1, core2 and batch, as their READMEs say, on a real API server with custom resources of Seldon's shape."""

import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine

EXAMPLES = Path(__file__).parents[2] / "examples"
CRDS = Path(__file__).parent / "crds"


class Example:
    """A stack of an example, deployed with the commands of its README."""

    def __init__(self, name: str, engine: IsolatedEngine, cluster: ControlPlane, folder: Path) -> None:
        self.engine, self.cluster, self.folder = engine, cluster, folder
        shutil.copytree(EXAMPLES / name, folder, dirs_exist_ok=True)
        project = (folder / "Pulumi.yaml").read_text()
        (self.namespace,) = re.findall(r"^  namespace: .*default: ([\w-]+)}$", project, re.MULTILINE)
        engine.env["KUBECONFIG"] = str(cluster.kubeconfig)
        self.credentials: dict[str, str] = {}

    def follow_readme(self) -> str:
        """Run the commands for Pulumi, answer their questions, and return what they print."""
        (commands,) = re.findall(
            r"^```sh\n(.*?)^```", (self.folder / "README.md").read_text(), re.MULTILINE | re.DOTALL
        )
        printed = ""
        for command in commands.splitlines():
            program, *arguments = command.split()
            if program == "pip":  # the tests' environment has the requirements already
                assert (self.folder / arguments[-1]).read_text() == "seldon-secrets-pulumi\n"
                continue
            answer = ""
            if "--secret" in arguments:
                answer = self.credentials[arguments[-1]] = secrets.token_urlsafe(30)
            printed += self.pulumi(*arguments, text=answer)
        return printed

    def pulumi(self, *arguments: str, text: str = "") -> str:
        finished = self.engine.pulumi(*arguments, cwd=self.folder, text=text)
        return finished.stdout + finished.stderr

    def custom(self, group: str, version: str, plural: str, name: str) -> Any:
        api = client.CustomObjectsApi(self.cluster.api)
        return api.get_namespaced_custom_object(group, version, self.namespace, plural, name)

    def dependencies(self) -> dict[str, set[str]]:
        """The names of the resources that each resource depends on, from the state."""
        resources = json.loads(self.pulumi("stack", "export"))["deployment"]["resources"]
        return {
            _name(resource["urn"]): {_name(urn) for urn in resource.get("dependencies", [])}
            for resource in resources
        }

    def revision(self, secret: str) -> int:
        """The revision of the cluster's storage at which the Secret was written."""
        return _revision(self.cluster.core.read_namespaced_secret(secret, self.namespace).metadata)

    def rotate(self, setting: str) -> str:
        """Give a credential another value, update, and return it."""
        value = self.credentials[setting] = secrets.token_urlsafe(30)
        self.pulumi("config", "set", "--secret", setting, text=value)
        printed = self.pulumi("up", "--yes")
        assert leaks(printed, self.credentials) == []
        return value


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _revision(metadata: Any) -> int:
    return int(metadata["resourceVersion"] if isinstance(metadata, dict) else metadata.resource_version)


@pytest.fixture
def example(
    request: pytest.FixtureRequest,
    isolated_engine: IsolatedEngine,
    control_plane: ControlPlane,
    tmp_path: Path,
) -> Iterator[Example]:
    crds = ("seldon-core-1.yaml", "seldon-core-2.yaml", "argo-workflows.yaml")
    files = [argument for file in crds for argument in ("-f", str(CRDS / file))]
    kubectl = ["kubectl", "--kubeconfig", str(control_plane.kubeconfig)]
    subprocess.run([*kubectl, "apply", *files], check=True, capture_output=True)
    subprocess.run([*kubectl, "wait", "--for=condition=Established", *files], check=True, capture_output=True)
    deployed = Example(request.param, isolated_engine, control_plane, tmp_path)
    metadata = client.V1ObjectMeta(name=deployed.namespace)
    control_plane.core.create_namespace(client.V1Namespace(metadata=metadata))
    yield deployed
    control_plane.delete_namespace(deployed.namespace, seconds=120)


def assert_life(example: Example) -> None:
    """Nothing shows a credential, a second update changes nothing, and the end of the stack leaves nothing behind."""
    assert leaks(example.pulumi("stack", "export"), example.credentials) == []
    example.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    example.pulumi("destroy", "--yes", "--skip-preview")
    assert example.cluster.secrets(example.namespace) == {}


@pytest.mark.parametrize("example", ["core1"], indirect=True)
def test_core_1(example: Example) -> None:
    printed = example.follow_readme()
    assert leaks(printed, example.credentials) == []
    group = ("machinelearning.seldon.io", "v1", "seldondeployments")
    iris, fraud = example.custom(*group, "iris"), example.custom(*group, "fraud")
    (predictor,) = iris["spec"]["predictors"]
    assert predictor["graph"]["modelUri"] == "models://iris/v1"
    assert predictor["graph"]["envSecretRefName"] == "models-bucket-envvars"
    pod = fraud["spec"]["predictors"][0]["componentSpecs"][0]["spec"]
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "models-bucket-envvars"}}]
    assert pod["imagePullSecrets"] == [{"name": "runtimes"}]

    # The order in which the API server stored the objects, and in which Pulumi would delete them.
    assert example.revision("models-bucket-envvars") < _revision(iris["metadata"])
    assert max(map(example.revision, ("models-bucket-envvars", "runtimes"))) < _revision(fraud["metadata"])
    dependencies = example.dependencies()
    assert dependencies["iris"] == {"models-bucket-envvars"}
    assert dependencies["fraud"] == {"models-bucket-envvars", "runtimes"}

    # What Reloader matches, on both sides.
    secret = example.cluster.secrets(example.namespace)["models-bucket-envvars"].metadata
    assert secret
    assert (secret.annotations or {})["reloader.stakater.com/match"] == "true"
    assert iris["spec"]["annotations"] == {"reloader.stakater.com/search": "true"}

    value = example.rotate("secretAccessKey")
    data = example.cluster.secret_data(example.namespace, "models-bucket-envvars")
    assert data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode() == value
    rotated = example.cluster.secrets(example.namespace)["models-bucket-envvars"].metadata
    assert rotated
    assert rotated.uid == secret.uid
    assert _revision(example.custom(*group, "iris")["metadata"]) == _revision(iris["metadata"])
    assert_life(example)


@pytest.mark.parametrize("example", ["core2"], indirect=True)
def test_core_2(example: Example) -> None:
    printed = example.follow_readme()
    assert leaks(printed, example.credentials) == []
    model = example.custom("mlops.seldon.io", "v1alpha1", "models", "iris")
    server = example.custom("mlops.seldon.io", "v1alpha1", "servers", "private-mlserver")
    assert model["spec"] == {
        "storageUri": "models://iris/v1",
        "secretName": "models-bucket-params",
        "requirements": ["sklearn"],
    }
    assert server["spec"]["podSpec"] == {"imagePullSecrets": [{"name": "runtimes"}]}
    assert example.revision("models-bucket-params") < _revision(model["metadata"])
    assert example.revision("runtimes") < _revision(server["metadata"])
    dependencies = example.dependencies()
    assert dependencies["iris"] == {"models-bucket-params", "server"}
    assert dependencies["server"] == {"runtimes"}

    # A rotation leaves the Model alone, so nothing tells Core 2 to load it again: docs/rotation.md.
    example.rotate("secretAccessKey")
    after = example.custom("mlops.seldon.io", "v1alpha1", "models", "iris")
    assert after["metadata"]["generation"] == model["metadata"]["generation"] == 1
    assert_life(example)


@pytest.mark.parametrize("example", ["core2"], indirect=True)
def test_core_2_only_sees_changes_of_a_model_s_spec(example: Example) -> None:
    """Its operator ignores all others: seldon-core, `operator/controllers/mlops/model_controller.go`, SetupWithManager."""
    example.follow_readme()
    api = client.CustomObjectsApi(example.cluster.api)
    model = ("mlops.seldon.io", "v1alpha1", example.namespace, "models", "iris")

    def generation_after(patch: dict[str, Any]) -> int:
        changed: Any = api.patch_namespaced_custom_object(*model, patch)
        return int(changed["metadata"]["generation"])

    assert generation_after({"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}) == 1
    assert generation_after({"metadata": {"labels": {"restarted": "now"}}}) == 1
    assert generation_after({"spec": {"secretName": "models-bucket-params-2"}}) == 2


@pytest.mark.parametrize("example", ["batch"], indirect=True)
def test_batch(example: Example) -> None:
    printed = example.follow_readme()
    assert leaks(printed, example.credentials) == []
    template = example.custom("argoproj.io", "v1alpha1", "workflowtemplates", "copy-results")
    (step,) = template["spec"]["templates"]
    assert step["container"]["args"] == ["copy", "requests://daily/predictions", "results://predictions"]
    references = [{"secretRef": {"name": f"{remote}-bucket-envvars"}} for remote in ("requests", "results")]
    assert step["container"]["envFrom"] == references
    cron_job = client.BatchV1Api(example.cluster.api).read_namespaced_cron_job(
        "delete-old-requests", example.namespace
    )
    container = cron_job.spec.job_template.spec.template.spec.containers[0]  # type: ignore[union-attr]
    assert container.env_from[0].secret_ref.name == "requests-bucket-envvars"  # type: ignore[union-attr,index]
    account = example.cluster.core.read_namespaced_service_account("workflow", example.namespace)
    assert [each.name for each in account.image_pull_secrets or []] == ["runtimes"]
    both = {"requests-bucket-envvars", "results-bucket-envvars"}
    assert max(map(example.revision, both)) < _revision(template["metadata"])
    dependencies = example.dependencies()
    assert dependencies["workflow"] == {"runtimes"}
    assert dependencies["copy-results"] == {*both, "workflow"}
    assert dependencies["delete-old-requests"] == {"requests-bucket-envvars", "workflow"}

    example.rotate("accessKeyId")
    after = client.BatchV1Api(example.cluster.api).read_namespaced_cron_job(
        "delete-old-requests", example.namespace
    )
    assert after.metadata.uid == cron_job.metadata.uid  # type: ignore[union-attr]
    assert_life(example)


@pytest.mark.parametrize("example", ["core1"], indirect=True)
def test_a_renamed_remote_takes_its_readers_along(example: Example) -> None:
    example.follow_readme()
    program = example.folder / "__main__.py"
    program.write_text(program.read_text().replace('"remote": "models"', '"remote": "store"'))
    printed = example.pulumi("up", "--yes")
    iris = example.custom("machinelearning.seldon.io", "v1", "seldondeployments", "iris")
    graph = iris["spec"]["predictors"][0]["graph"]
    assert (graph["modelUri"], graph["envSecretRefName"]) == ("store://iris/v1", "store-bucket-envvars")
    assert sorted(example.cluster.secrets(example.namespace)) == ["runtimes", "store-bucket-envvars"]
    # The new Secret exists before a reader names it, and the old one until none does.
    assert example.revision("store-bucket-envvars") < _revision(iris["metadata"])
    assert leaks(printed, example.credentials) == []


@pytest.mark.parametrize("example", ["batch"], indirect=True)
def test_a_secret_that_is_replaced_keeps_its_readers(example: Example) -> None:
    """Without enableSecretMutable, Pulumi deletes a changed Secret before it creates the new one."""
    example.follow_readme()
    example.pulumi("config", "set", "kubernetes:enableSecretMutable", "false")
    before = example.custom("argoproj.io", "v1alpha1", "workflowtemplates", "copy-results")["metadata"]
    secret = example.cluster.secrets(example.namespace)["requests-bucket-envvars"].metadata
    example.rotate("secretAccessKey")
    replaced = example.cluster.secrets(example.namespace)["requests-bucket-envvars"].metadata
    assert secret
    assert replaced
    assert replaced.uid != secret.uid
    after = example.custom("argoproj.io", "v1alpha1", "workflowtemplates", "copy-results")["metadata"]
    assert after["uid"] == before["uid"]
