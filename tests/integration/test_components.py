"""All components with the real Pulumi and API server, and the programs that read Secrets for Seldon."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes.client.exceptions import ApiException

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM
from tests.support.canaries import CANARY
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.gcs_server import GcsServer
from .parts.isolated_engine import IsolatedEngine
from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneRcd
from .parts.registry import Registry
from .parts.s3_server import S3Server
from .support.all_components import SECRETS, AllComponents, Servers
from .support.password_server import password_server
from .support.rclone_paths import core2_connection_string

GOLDEN = Path(__file__).parent / "golden" / "all_components.json"
# What the image of Core 1's rclone storage initializer presets (seldon-core, its Dockerfile).
CORE_1_PRESETS = {
    "RCLONE_CONFIG_GS_TYPE": "google cloud storage",
    "RCLONE_CONFIG_GS_ANONYMOUS": "true",
    "RCLONE_VERBOSE": "1",
}


@pytest.fixture(scope="module")
def servers(
    s3_server: S3Server, registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    with (
        GcsServer(tmp_path_factory.mktemp("gcs")) as gcs,
        password_server("webdav", tmp_path_factory.mktemp("webdav")) as webdav,
    ):
        yield Servers(s3_server, gcs, webdav, registry)


@pytest.fixture(scope="module")
def deployed(
    native_parts: Path,
    control_plane: ControlPlane,
    servers: Servers,
    tmp_path_factory: pytest.TempPathFactory,
) -> AllComponents:
    """The stack, rolled out once for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("all-components")
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    stack = AllComponents(engine, control_plane, servers, folder)
    stack.create()
    stack.pulumi("up", "--yes", "--skip-preview")
    return stack


@pytest.fixture
def stack(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, servers: Servers, tmp_path: Path
) -> AllComponents:
    """A stack of a test's own, not rolled out yet."""
    stack = AllComponents(isolated_engine, control_plane, servers, tmp_path)
    stack.create()
    return stack


def test_the_api_server_holds_exactly_the_expected_secrets(deployed: AllComponents) -> None:
    found = [
        {
            "name": name,
            "type": secret.type,
            "labels": secret.metadata.labels,
            "annotations": {
                key: value.replace(deployed.name, "STACK")
                for key, value in secret.metadata.annotations.items()
            },
            "keys": sorted(secret.data),
        }
        for name, secret in sorted(deployed.secrets().items())
    ]
    assert found == json.loads(GOLDEN.read_text())


def test_nothing_changes_a_second_time(deployed: AllComponents) -> None:
    deployed.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    deployed.pulumi("refresh", "--yes", "--expect-no-changes")
    deployed.pulumi("preview", "--expect-no-changes")


@pytest.mark.parametrize("remote", ["models", "my-store", "gs"])
def test_core_1_copies_a_model(deployed: AllComponents, rclone: Rclone, tmp_path: Path, remote: str) -> None:
    environment = CORE_1_PRESETS | deployed.data(f"{remote}-bucket-envvars")
    rclone.run("copy", f"{remote}://models/iris", str(tmp_path / "model"), env=environment)
    assert _files(tmp_path / "model") == deployed.servers.s3.files


def test_core_1_copies_nothing_without_the_secret_key(
    deployed: AllComponents, rclone: Rclone, tmp_path: Path
) -> None:
    environment = deployed.data("models-bucket-envvars")
    del environment["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"]
    refused = rclone.run(
        "copy", "models://models/iris", str(tmp_path / "model"), env=CORE_1_PRESETS | environment, check=False
    )
    assert refused.returncode != 0
    assert "secret_access_key not found" in refused.stderr
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("remote", ["models", "my-store", "gs", "files"])
def test_core_2_copies_a_model_by_connection_string(
    deployed: AllComponents, rclone_rcd: RcloneRcd, tmp_path: Path, remote: str
) -> None:
    described = CONFIG_PARAM.read(deployed.data(f"{remote}-bucket-params"))
    assert described.name == remote
    _copy(rclone_rcd, core2_connection_string(described, _folder(remote)), tmp_path)


@pytest.mark.parametrize("remote", ["models", "my-store", "gs", "files"])
def test_core_2_copies_a_model_from_a_preloaded_remote(
    deployed: AllComponents, rclone_rcd: RcloneRcd, tmp_path: Path, remote: str
) -> None:
    (text,) = deployed.data(f"{remote}-bucket-params").values()
    rclone_rcd.call("config/create", **json.loads(text))
    _copy(rclone_rcd, f"{remote}://{_folder(remote)}", tmp_path)


def test_an_image_is_pulled_with_the_registry_secret_and_not_without(
    deployed: AllComponents, tmp_path: Path
) -> None:
    authfile = tmp_path / "auth.json"
    authfile.write_text(deployed.data("registry")[".dockerconfigjson"])
    registry = deployed.servers.registry
    registry.pull(tmp_path / "image", authfile)
    assert (tmp_path / "image" / "manifest.json").exists()
    assert registry.pull(tmp_path / "none", None, check=False).returncode != 0


def test_no_credential_is_outside_the_encrypted_state_and_the_cluster(deployed: AllComponents) -> None:
    canaries = deployed.servers.canaries
    state = deployed.pulumi("stack", "export")
    assert "ciphertext" in state
    seen = {
        "state": state,
        "outputs": deployed.pulumi("stack", "output", "--json"),
        "preview": deployed.pulumi("preview", "--diff", "--show-sames", "--show-reads"),
        "preview as JSON": deployed.pulumi("preview", "--json", "--show-sames"),
        "project": "".join(path.read_text() for path in deployed.folder.iterdir() if path.is_file()),
    }
    assert {where: found for where, text in seen.items() if (found := leaks(text, canaries))} == {}
    # The same search finds them where they belong.
    assert leaks(deployed.pulumi("stack", "export", "--show-secrets"), canaries) == list(canaries)[:5]


def test_a_rotated_credential_is_updated_in_place(stack: AllComponents) -> None:
    stack.pulumi("up", "--yes", "--skip-preview")
    before, checksum = stack.secrets(), stack.output("checksum")
    stack.engine.configure(stack.folder, secret={"secretAccessKey": "rotated"})
    rotated = [
        f"{remote}-bucket-{kind}" for remote in ("models", "my-store") for kind in ("envvars", "params")
    ]
    steps = stack.steps()
    assert sorted(steps.pop("update")) == rotated
    assert steps == {}
    stack.pulumi("up", "--yes", "--skip-preview")
    after = stack.secrets()
    assert {name: it.metadata.uid for name, it in after.items()} == {
        name: it.metadata.uid for name, it in before.items()
    }
    assert [name for name in after if after[name].data != before[name].data] == rotated
    assert stack.output("checksum") != checksum


def test_without_mutable_secrets_rotation_replaces_and_the_component_warns(stack: AllComponents) -> None:
    stack.pulumi("config", "rm", "kubernetes:enableSecretMutable")
    assert (
        stack.pulumi("up", "--yes", "--skip-preview").count("kubernetes:enableSecretMutable is not true") > 0
    )
    stack.engine.configure(stack.folder, secret={"secretAccessKey": "rotated"})
    steps = stack.steps()
    assert "update" not in steps
    assert len(steps["replace"]) == 4


def test_destroy_removes_every_secret_and_protection_keeps_them(stack: AllComponents) -> None:
    stack.engine.configure(stack.folder, {"protect": "true"})
    stack.pulumi("up", "--yes", "--skip-preview")
    refused = stack.pulumi("destroy", "--yes", check=False)
    assert "protected" in refused
    assert sorted(stack.secrets()) == SECRETS
    state = json.loads(stack.pulumi("stack", "export"))
    secrets = [it for it in state["deployment"]["resources"] if it["type"] == "kubernetes:core/v1:Secret"]
    assert [it.get("protect") for it in secrets] == [True] * len(SECRETS)

    stack.engine.configure(stack.folder, {"protect": "false"})
    stack.pulumi("up", "--yes", "--skip-preview")
    stack.pulumi("destroy", "--yes", "--skip-preview")
    assert stack.secrets() == {}


def test_bad_input_stops_before_anything_is_touched(stack: AllComponents) -> None:
    stack.engine.configure(
        stack.folder,
        secret={
            "accessKeyId": f"{CANARY} ",
            "secretAccessKey": f"{CANARY}\n",
            "gcsCredentials": json.dumps({"type": "service_account", "private_key": CANARY}),
            "webdav": json.dumps({"url": "https://files.example.com", "pas": CANARY}),
            "registryPassword": f" {CANARY}",
        },
    )
    printed = stack.pulumi("up", "--yes", check=False)
    assert "must not" in printed
    assert "Traceback" not in printed
    logged = stack.pulumi("up", "--yes", "-v=9", "--logtostderr", check=False)
    assert "must not" in logged
    assert leaks(printed + logged, {"credential": CANARY}) == []
    assert stack.secrets() == {}
    with pytest.raises(ApiException):
        stack.cluster.core.read_namespaced_secret("registry", stack.namespace)


def test_verbose_logs_hold_no_credential(stack: AllComponents) -> None:
    assert leaks(stack.pulumi("up", "--yes", "-v=8", "--logtostderr"), stack.servers.canaries) == []
    assert sorted(stack.secrets()) == SECRETS


def test_the_most_verbose_log_holds_none_but_in_what_the_engine_says_of_its_messages(
    stack: AllComponents,
) -> None:
    # From -v=9 on the engine logs every property of every resource as it sends and receives it, those of a Secret
    # that a program declares by itself too. Nothing in a program can change that; docs/security.md warns of it.
    logged = stack.pulumi("up", "--yes", "-v=9", "--logtostderr").splitlines()
    leaking = [line for line in logged if leaks(line, stack.servers.canaries)]
    assert leaking
    assert [line for line in leaking if "arshaling property for RPC[" not in line] == []


def _folder(remote: str) -> str:
    return "iris" if remote == "files" else "models/iris"


def _copy(rcd: RcloneRcd, source: str, target: Path) -> None:
    rcd.call(
        "operations/copyfile", srcFs=source, srcRemote="model.bin", dstFs=str(target), dstRemote="model.bin"
    )
    assert _files(target) == {"model.bin": S3Server.files["model.bin"]}


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
