"""`calibrate` on a real API server, and the stack that it configures."""

import subprocess
from pathlib import Path

from tests.support.canaries import CANARY

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.bucket_secrets import create_bucket_secret
from .support.command import COMMAND


def test_the_stack_gets_the_label_of_secrets_that_the_platform_created(
    control_plane: ControlPlane, isolated_engine: IsolatedEngine, tmp_path: Path
) -> None:
    namespace = control_plane.create_namespace()
    for format_, value in (("env_var", "env-var"), ("config_param", "config-param")):
        name = create_bucket_secret(control_plane, namespace, "models", format_, labelled=False)
        labels = {"secret-type": "bucket", "seldon-deploy": "true", "format": value}
        control_plane.core.patch_namespaced_secret(name, namespace, {"metadata": {"labels": labels}})
    (tmp_path / "Pulumi.yaml").write_text("name: example\nruntime: python\n")
    isolated_engine.pulumi("stack", "init", "dev", cwd=tmp_path)
    finished = subprocess.run(
        [COMMAND, "calibrate", "--namespace", namespace, "--set"],
        cwd=tmp_path,
        env={**isolated_engine.env, "KUBECONFIG": str(control_plane.kubeconfig)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert CANARY not in finished.stdout + finished.stderr
    settings = {"Key": "format", "EnvVar": "env-var", "ConfigParam": "config-param"}
    for setting, value in settings.items():
        read = isolated_engine.pulumi(
            "config", "get", f"seldon-secrets:formatLabel{setting}", cwd=tmp_path
        ).stdout
        assert read.strip() == value
