"""Each program that the other tests rely on is real and works."""

import json
import textwrap
from pathlib import Path

import pytest
from kubernetes import client

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneCallFailed, RcloneRcd
from .parts.registry import Registry
from .parts.s3_server import S3Server


def test_api_server_is_real_and_collects_garbage(control_plane: ControlPlane) -> None:
    assert client.VersionApi(control_plane.api).get_code().git_version.startswith("v1.")
    namespace = control_plane.create_namespace()
    secret = client.V1Secret(metadata=client.V1ObjectMeta(name="some"), string_data={"key": "value"})
    control_plane.core.create_namespaced_secret(namespace, secret)
    assert control_plane.secret_data(namespace, "some") == {"key": b"value"}
    control_plane.delete_namespace(namespace)


def test_api_server_refuses_strangers(control_plane: ControlPlane) -> None:
    stranger = control_plane.write_kubeconfig("stranger", "no-such-token")
    core = client.CoreV1Api(control_plane.connect(stranger))
    with pytest.raises(client.ApiException, match="Unauthorized"):
        core.list_namespace()


def test_pulumi_runs_a_python_program_without_a_cluster(
    isolated_engine: IsolatedEngine, tmp_path: Path
) -> None:
    _write_program(
        tmp_path,
        """
        import pulumi
        import pulumi_kubernetes as k8s

        offline = k8s.Provider("offline", render_yaml_to_directory="rendered")
        k8s.core.v1.Secret(
            "some",
            metadata={"name": "some", "namespace": "team"},
            string_data={"key": pulumi.Config().require_secret("word")},
            opts=pulumi.ResourceOptions(provider=offline),
        )
        """,
    )
    isolated_engine.pulumi("stack", "init", "dev", cwd=tmp_path)
    isolated_engine.pulumi("config", "set", "--secret", "word", "hidden-word", cwd=tmp_path)
    printed = isolated_engine.pulumi("up", "--yes", cwd=tmp_path).stdout
    assert "3 created" in printed  # the stack and the provider are resources too
    assert "hidden-word" not in printed
    assert (tmp_path / "rendered/1-manifest/v1-secret-team-some.yaml").exists()
    isolated_engine.pulumi("preview", "--expect-no-changes", cwd=tmp_path)


def test_pulumi_writes_to_the_api_server_and_cleans_up(
    isolated_engine: IsolatedEngine, control_plane: ControlPlane, tmp_path: Path
) -> None:
    namespace = control_plane.create_namespace()
    _write_program(
        tmp_path,
        f"""
        import pulumi_kubernetes as k8s

        k8s.core.v1.Secret(
            "some", metadata={{"name": "some", "namespace": "{namespace}"}}, string_data={{"key": "value"}}
        )
        """,
    )
    isolated_engine.env["KUBECONFIG"] = str(control_plane.kubeconfig)
    isolated_engine.pulumi("stack", "init", "dev", cwd=tmp_path)
    isolated_engine.pulumi("up", "--yes", "--skip-preview", cwd=tmp_path)
    assert control_plane.secret_data(namespace, "some") == {"key": b"value"}
    isolated_engine.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", cwd=tmp_path)
    isolated_engine.pulumi("destroy", "--yes", "--skip-preview", cwd=tmp_path)
    assert control_plane.core.list_namespaced_secret(namespace).items == []


def test_a_program_that_fails_says_why_once(isolated_engine: IsolatedEngine, tmp_path: Path) -> None:
    _write_program(tmp_path, 'import pulumi\nraise pulumi.RunError("the reason")\n')
    isolated_engine.pulumi("stack", "init", "dev", cwd=tmp_path)
    failed = isolated_engine.pulumi("preview", "--diff", cwd=tmp_path, check=False)
    assert failed.returncode != 0
    assert (failed.stdout + failed.stderr).count("the reason") == 1
    assert "Traceback" not in failed.stdout + failed.stderr


def test_s3_server_lists_the_model_to_its_user_only(s3_server: S3Server, rclone: Rclone) -> None:
    env = {
        "RCLONE_CONFIG_MODELS_TYPE": "s3",
        "RCLONE_CONFIG_MODELS_PROVIDER": "Rclone",
        "RCLONE_CONFIG_MODELS_ENDPOINT": s3_server.endpoint,
        "RCLONE_CONFIG_MODELS_ACCESS_KEY_ID": s3_server.access_key_id,
        "RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY": s3_server.secret_access_key,
    }
    assert rclone.run("lsf", "models:models/iris", env=env).stdout.split() == sorted(s3_server.files)
    refused = rclone.run(
        "lsf", "models:models", env={**env, "RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY": "wrong"}, check=False
    )
    assert refused.returncode != 0
    assert "SignatureDoesNotMatch" in refused.stderr


def test_rcd_answers_calls(rclone_rcd: RcloneRcd) -> None:
    assert rclone_rcd.call("core/version")["version"].startswith("v1.")
    assert rclone_rcd.call("config/dump") == {}
    with pytest.raises(RcloneCallFailed, match="couldn't find method"):
        rclone_rcd.call("no/such")


def test_registry_gives_the_image_to_its_user_only(registry: Registry, tmp_path: Path) -> None:
    refused = registry.inspect(None, check=False)
    assert refused.returncode != 0
    assert "authentication required" in refused.stderr
    described = json.loads(registry.inspect(registry.authfile).stdout)
    assert described["Name"] == f"{registry.host}/private/iris"
    registry.pull(tmp_path / "pulled", registry.authfile)
    assert (tmp_path / "pulled" / "manifest.json").exists()


def _write_program(folder: Path, source: str) -> None:
    (folder / "Pulumi.yaml").write_text("name: parts\nruntime: python\n")
    (folder / "__main__.py").write_text(textwrap.dedent(source))
