"""How Pulumi handles the components: resource options, interrupted runs, logs. No cluster is needed."""

import base64
import json
import secrets
import signal
import subprocess
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from .parts.isolated_engine import IsolatedEngine

PROGRAM = """
import pulumi
import pulumi_kubernetes as kubernetes

from seldon_secrets_pulumi import S3BucketSecret

provider = kubernetes.Provider("manifests", render_yaml_to_directory="manifests")
opts = pulumi.ResourceOptions(provider=provider)
config_map = kubernetes.core.v1.ConfigMap("first", metadata={"name": "first", "namespace": "team"}, opts=opts)
S3BucketSecret(
    "models",
    {"remote": "models", "namespace": "team", "env_auth": True},
    pulumi.ResourceOptions(
        provider=provider,
        depends_on=[config_map],
        retain_on_delete=True,
        protect=True,
    ),
)
"""
MANY = """
import pulumi

from seldon_secrets_pulumi import S3BucketSecret

for number in range(40):
    S3BucketSecret(
        f"models-{number}", {"remote": f"models-{number}", "namespace": "team", "env_auth": True}
    )
"""
BARE = """
import pulumi
from pulumi_kubernetes.core.v1 import Secret

Secret("bare", metadata={{"name": "bare", "namespace": "team"}}, data=pulumi.Output.secret({{"a": "{value}"}}))
"""


@pytest.fixture
def project(isolated_engine: IsolatedEngine, tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: options\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(textwrap.dedent(PROGRAM))
    isolated_engine.pulumi("stack", "init", f"test-{secrets.token_hex(3)}", cwd=tmp_path)
    return tmp_path


def resources(engine: IsolatedEngine, project: Path) -> list[dict[str, Any]]:
    state = json.loads(engine.pulumi("stack", "export", cwd=project).stdout)
    found: list[dict[str, Any]] = state["deployment"].get("resources", [])
    return found


def secret_ids(engine: IsolatedEngine, project: Path) -> dict[str, str]:
    found = [it for it in resources(engine, project) if it["type"] == "kubernetes:core/v1:Secret"]
    return {it["urn"]: it["id"] for it in sorted(found, key=lambda it: str(it["urn"]))}


def test_options_reach_the_secrets(isolated_engine: IsolatedEngine, project: Path) -> None:
    isolated_engine.pulumi("up", "--yes", "--skip-preview", cwd=project)
    known = resources(isolated_engine, project)
    (provider,) = (it for it in known if it["type"] == "pulumi:providers:kubernetes")
    (config_map,) = (it["urn"] for it in known if it["type"] == "kubernetes:core/v1:ConfigMap")
    found = [it for it in known if it["type"] == "kubernetes:core/v1:Secret"]
    assert len(found) == 2
    for secret in found:
        assert secret["provider"] == f"{provider['urn']}::{provider['id']}"
        assert secret["protect"] is True
        assert secret["retainOnDelete"] is True
        assert config_map in secret["dependencies"]


def test_a_renamed_component_keeps_its_secrets(isolated_engine: IsolatedEngine, project: Path) -> None:
    isolated_engine.pulumi("up", "--yes", "--skip-preview", cwd=project)
    before = secret_ids(isolated_engine, project)
    renamed = PROGRAM.replace('    "models",', '    "renamed",').replace(
        "protect=True", 'protect=True, aliases=[pulumi.Alias(name="models")]'
    )
    (project / "__main__.py").write_text(renamed)
    isolated_engine.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", cwd=project)
    after = secret_ids(isolated_engine, project)
    assert [urn.rpartition("::")[2] for urn in after] == ["renamed-bucket-envvars", "renamed-bucket-params"]
    assert list(after.values()) == list(before.values())


def test_an_interrupted_run_is_finished_by_the_next_one(
    isolated_engine: IsolatedEngine, project: Path
) -> None:
    (project / "__main__.py").write_text(textwrap.dedent(MANY))
    isolated_engine.configure(
        project,
        {"kubernetes:renderYamlToDirectory": "manifests", "kubernetes:enableSecretMutable": "true"},
    )
    running = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview"],
        cwd=project,
        env=isolated_engine.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    rendered = project / "manifests" / "1-manifest"
    deadline = time.monotonic() + 60
    while running.poll() is None and len(list(rendered.glob("*"))) < 10:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert running.poll() is None, "it was over before it could be interrupted"
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert len(list(rendered.glob("*"))) < 80

    isolated_engine.pulumi("cancel", "--yes", cwd=project)
    # What was being made at that moment is recorded as pending; a refresh would ask a cluster for it.
    isolated_engine.pulumi("up", "--yes", "--skip-preview", cwd=project)
    assert len(list(rendered.glob("*"))) == 80
    isolated_engine.pulumi("preview", "--expect-no-changes", cwd=project)


def test_the_engine_logs_any_programs_secrets_at_its_most_verbose(
    isolated_engine: IsolatedEngine, project: Path
) -> None:
    # Why the components' own test has to pass over these lines. When this fails, Pulumi has stopped doing it, and
    # test_components.py and docs/security.md can ask for more.
    value = base64.b64encode(b"canary-7f3a0b1c").decode()
    (project / "__main__.py").write_text(BARE.format(value=value))
    isolated_engine.pulumi("config", "set", "kubernetes:renderYamlToDirectory", "manifests", cwd=project)
    printed = isolated_engine.pulumi("up", "--yes", "--skip-preview", "-v=9", "--logtostderr", cwd=project)
    lines = (printed.stdout + printed.stderr).splitlines()
    assert any("arshaling property for RPC[" in line and value in line for line in lines)
