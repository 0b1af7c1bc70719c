"""The TypeScript example, compiled with the generated SDK and run with Node's Automation API."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.keys import key_file
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.generated_sdk import NodeProject
from .parts.isolated_engine import IsolatedEngine

EXAMPLE = Path(__file__).parents[2] / "examples" / "typescript"
DRIVER = Path(__file__).parent / "programs" / "typescript" / "drive.js"
SECRETS = [
    "files-bucket-envvars",
    "ghcr",
    *(f"{it}-bucket-{kind}" for it in ("models", "pictures") for kind in ("envvars", "params")),
]


class Example:
    """A stack of the example, in a namespace of its own."""

    def __init__(self, engine: IsolatedEngine, cluster: ControlPlane, project: NodeProject) -> None:
        self.engine, self.cluster, self.project = engine, cluster, project
        self.namespace = cluster.create_namespace()
        engine.env["KUBECONFIG"] = str(cluster.kubeconfig)
        self.canaries = {
            "accessKeyId": f"AKIA{secrets.token_hex(8).upper()}",
            "secretAccessKey": secrets.token_urlsafe(30),
            "webdav": secrets.token_urlsafe(24),
            "registryPassword": secrets.token_urlsafe(24),
        }
        webdav = {"url": "https://files.example.com/dav", "vendor": "other", "user": "seldon"}
        key = key_file()
        credentials = self.canaries | {
            "webdav": json.dumps(webdav | {"pass": self.canaries["webdav"]}),
            "gcsCredentials": key,
        }
        self.canaries["gcsCredentials"] = json.loads(key)["private_key"].splitlines()[5]
        self.pulumi("stack", "init", "test")
        engine.configure(project.folder, {"namespace": self.namespace}, credentials)

    def pulumi(self, *arguments: str, text: str = "") -> str:
        return self.engine.pulumi(*arguments, cwd=self.project.folder, text=text).stdout

    def run(self, command: str, *, check: bool = True) -> str:
        """What the program and the engine printed."""
        finished = subprocess.run(
            ["node", "drive.js", command],
            cwd=self.project.folder,
            env=self.engine.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        shown = finished.stdout + finished.stderr
        assert (finished.returncode == 0) is check, shown
        return shown


@pytest.fixture
def project(isolated_engine: IsolatedEngine, tmp_path: Path) -> NodeProject:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    shutil.copy(DRIVER, tmp_path)
    return NodeProject(tmp_path, isolated_engine)


@pytest.fixture
def example(isolated_engine: IsolatedEngine, control_plane: ControlPlane, project: NodeProject) -> Example:
    return Example(isolated_engine, control_plane, project)


def test_a_life_of_the_example(example: Example) -> None:
    assert example.project.compile() == ""
    shown = {"up": example.run("up")}
    assert sorted(example.cluster.secrets(example.namespace)) == sorted(SECRETS)
    data = example.cluster.secret_data(example.namespace, "models-bucket-envvars")
    key = data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"].decode()
    assert key == example.canaries["secretAccessKey"]
    assert "RCLONE_CONFIG_FILES_PASS" in example.cluster.secret_data(
        example.namespace, "files-bucket-envvars"
    )
    assert json.loads(example.pulumi("stack", "output", "--json")) == {
        "modelUri": "models://models/iris",
        "core1EnvSecretRefName": "models-bucket-envvars",
        "core2SecretName": "pictures-bucket-params",
        "filesSecretName": "files-bucket-envvars",
        "imagePullSecret": "ghcr",
    }
    shown["again"] = example.run("again")
    shown["state"] = example.pulumi("stack", "export")
    assert "ciphertext" in shown["state"]
    shown["destroy"] = example.run("destroy")
    assert example.cluster.secrets(example.namespace) == {}
    assert {name: found for name, text in shown.items() if (found := leaks(text, example.canaries))} == {}


def test_a_problem_is_told_on_its_path_and_shows_no_credential(example: Example) -> None:
    program = example.project.folder / "index.ts"
    spaced = 'pulumi.interpolate`${config.requireSecret("secretAccessKey")} `'
    program.write_text(program.read_text().replace('config.requireSecret("secretAccessKey")', spaced))
    assert example.project.compile() == ""
    shown = example.run("preview", check=False)
    assert "property secretAccessKey  has a problem: must not contain spaces" in shown
    assert ".py" not in shown
    assert leaks(shown, example.canaries) == []


def test_the_compiler_knows_the_arguments(project: NodeProject) -> None:
    program = project.folder / "index.ts"
    text = program.read_text()
    mistakes = {
        "accessKeyId:": ("acessKeyId:", "Did you mean to write 'accessKeyId'?"),
        '"webdav",': ("true,", "Type 'boolean' is not assignable to type"),
        '    secretName: "ghcr",\n': ("", "Property 'secretName' is missing"),
        "models.uriPrefix": ("models.uri", "Property 'uri' does not exist on type 'S3BucketSecret'"),
    }
    for right, (wrong, _) in mistakes.items():
        assert right in text
        text = text.replace(right, wrong)
    program.write_text(text)
    objections = project.compile("--noEmit")
    assert [it for _, it in mistakes.values() if it not in objections] == []
