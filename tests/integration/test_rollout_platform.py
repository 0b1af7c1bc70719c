"""`rollout --platform`, with a stand-in of the platform: after an update, it lists every Secret in the right format."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .parts.seldon_platform import FORMATS, SeldonPlatform, serving
from .support.environments import Environments


@pytest.fixture
def platform(control_plane: ControlPlane) -> Iterator[SeldonPlatform]:
    with serving(SeldonPlatform(control_plane)) as running:
        running.format_labels = {name: {"bucket-secret-format": name} for name in FORMATS}
        yield running


@pytest.fixture
def environments(
    native_parts: Path, control_plane: ControlPlane, platform: SeldonPlatform, tmp_path: Path
) -> Environments:
    """A stack in a namespace of the platform. The credentials for the platform are in the environment, its address is not."""
    (tmp_path / "engine").mkdir()
    (tmp_path / "project").mkdir()
    engine = IsolatedEngine(tmp_path / "engine", native_parts)
    created = Environments(engine, control_plane, tmp_path / "project", ("dev",))
    labels = {"metadata": {"labels": {"seldon.restricted": "false"}}}
    control_plane.core.patch_namespace(created.namespaces["dev"], labels)
    engine.env |= {name: text for name, text in platform.environment.items() if "HOST" not in name}
    created.canaries |= platform.canaries
    return created


def set_platform(environments: Environments, url: str) -> None:
    file = environments.folder / "Pulumi.dev.yaml"
    content = yaml.safe_load(file.read_text())
    content["config"]["seldon-secrets:platform"] = url
    file.write_text(yaml.safe_dump(content))


def test_the_platform_lists_every_secret(environments: Environments, platform: SeldonPlatform) -> None:
    listed = f"dev: {platform.url} lists all 3 Secrets in the right format"
    assert listed in environments.rollout("dev", "--yes", "--platform", platform.url)
    assert listed not in environments.rollout("dev", "--yes")
    set_platform(environments, platform.url)
    assert listed in environments.rollout("dev", "--yes")
    assert listed not in environments.rollout("dev", "--yes", "--platform", "none")
    environments.assert_converged("dev")


def test_what_the_platform_does_not_offer_or_offers_in_the_wrong_place(
    environments: Environments, platform: SeldonPlatform
) -> None:
    namespace = environments.namespaces["dev"]
    platform.format_labels = {name: {"fmt": name} for name in FORMATS}
    platform.hidden = {"ghcr"}
    printed = environments.rollout("dev", "--yes", "--platform", platform.url, code=1)
    assert f"dev: failed: updated, but {platform.url} disagrees (see docs/platform.md)" in printed
    assert f"{namespace}/ghcr: the platform does not list it" in printed
    assert (
        f"{namespace}/models-bucket-params: the platform lists it as env_var, but the data is in the format config_param"
        in printed
    )
    assert "models-bucket-envvars: " not in printed


def test_no_answer_of_the_platform(environments: Environments, platform: SeldonPlatform) -> None:
    platform.permissions = []
    printed = environments.rollout("dev", "--yes", "--platform", platform.url, code=1)
    namespace = environments.namespaces["dev"]
    assert f"{platform.url} does not permit you to list secrets in the namespace {namespace}" in printed


def test_settings_that_are_not_enough_are_reported_before_anything_changes(
    environments: Environments, platform: SeldonPlatform
) -> None:
    set_platform(environments, platform.url)
    printed = environments.rollout("dev", "--yes", code=2, env={"SELDON_PLATFORM_PASSWORD": ""})
    assert "also needs SELDON_PLATFORM_PASSWORD" in printed
    set_platform(environments, "seldon.example.com")
    printed = environments.rollout("dev", "--yes", code=1)
    assert "platform: must be an address such as https://seldon.example.com" in printed
    assert environments.cluster.secrets(environments.namespaces["dev"]) == {}
