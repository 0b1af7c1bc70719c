"""Real parts for the tests of this folder. Every worker of a parallel run has its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneRcd
from .parts.registry import Registry
from .parts.s3_server import S3Server

BUILD = Path(__file__).parents[2] / "toolchain" / "build.py"


@pytest.fixture(scope="session")
def native_parts(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The folder with the native parts, built when they are not, and on PATH while the tests run."""
    # Building takes minutes: its progress belongs on the terminal, not in pytest's capture.
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        built = subprocess.run(
            [sys.executable, str(BUILD), "--for", "tests"], stdout=subprocess.PIPE, text=True, check=False
        )
    if built.returncode != 0:
        pytest.exit("toolchain/build.py could not make the parts that these tests need", returncode=1)
    folder = Path(built.stdout.strip())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=os.pathsep)
        yield folder


@pytest.fixture(scope="session")
def control_plane(native_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A Kubernetes API server with garbage collection."""
    with ControlPlane(tmp_path_factory.mktemp("control-plane")) as running:
        yield running


@pytest.fixture
def isolated_engine(native_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IsolatedEngine]:
    """Pulumi's command line with a home and a backend of its own."""
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    yield engine
    engine.destroy_stacks()


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A local S3 server that holds a model."""
    with S3Server(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Rclone:
    """The real rclone, with no environment but what a test gives."""
    return Rclone(tmp_path_factory.mktemp("rclone"))


@pytest.fixture
def rclone_rcd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RcloneRcd]:
    """rclone's remote control server with an empty configuration."""
    with RcloneRcd(tmp_path_factory.mktemp("rcd")) as running:
        yield running


@pytest.fixture(scope="session")
def registry(native_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A container registry that asks for a password, with an image."""
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        yield running
