"""The real programs that the tests use. Each worker of a parallel run starts its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .parts.control_plane import ControlPlane
from .parts.fault_proxy import FaultProxy
from .parts.isolated_engine import IsolatedEngine
from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneRcd
from .parts.registry import Registry
from .parts.s3_server import S3Server

BUILD = Path(__file__).parents[2] / "toolchain" / "build.py"


@pytest.fixture(scope="session")
def native_parts(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The folder of the native programs, which is on PATH while the tests run. Builds missing programs."""
    # Building takes minutes, so show its progress on the terminal.
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        built = subprocess.run(
            [sys.executable, str(BUILD), "--for", "tests"], stdout=subprocess.PIPE, text=True, check=False
        )
    if built.returncode != 0:
        pytest.exit("toolchain/build.py could not build the programs that these tests need", returncode=1)
    folder = Path(built.stdout.strip())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=os.pathsep)
        yield folder


@pytest.fixture(scope="session")
def control_plane(native_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A Kubernetes API server with garbage collection."""
    with ControlPlane(tmp_path_factory.mktemp("control-plane")) as running:
        yield running


@pytest.fixture(scope="session")
def fault_proxy(
    control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaultProxy]:
    """A proxy in front of the API server that can spoil answers."""
    with FaultProxy(control_plane, tmp_path_factory.mktemp("fault-proxy")) as running:
        yield running


@pytest.fixture
def isolated_engine(native_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> IsolatedEngine:
    """The `pulumi` command with its own home and backend."""
    return IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A local S3 server that holds a model."""
    with S3Server(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Rclone:
    """The real rclone, with only the environment variables that a test sets."""
    return Rclone(tmp_path_factory.mktemp("rclone"))


@pytest.fixture
def rclone_rcd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RcloneRcd]:
    """rclone's remote control server with an empty configuration."""
    with RcloneRcd(tmp_path_factory.mktemp("rcd")) as running:
        yield running


@pytest.fixture(scope="session")
def registry(native_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A container registry that requires a password and holds an image."""
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        yield running
