"""Fixtures for the real plugin process, driven by fake engines."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import (
    engine_pb2_grpc,
    provider_pb2_grpc,
    resource_pb2_grpc,
)

from tests.support.canaries import CANARY
from tests.support.fake_engine import FakeEngine, Plugin
from tests.support.leaks import leaks


@pytest.fixture(scope="module")
def engines() -> Iterator[Callable[[], FakeEngine]]:
    """A factory of fake engines, one for each deployment.

    All of them serve until the module ends: the plugin tells deployments apart by the port of their engine.
    """
    servers = []

    def make() -> FakeEngine:
        engine = FakeEngine()
        server = grpc.server(ThreadPoolExecutor(16))
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(engine, server)
        engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
        engine.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        servers.append(server)
        return engine

    yield make
    for server in servers:
        server.stop(None).wait()


@pytest.fixture
def engine(engines: Callable[[], FakeEngine]) -> FakeEngine:
    return engines()


@pytest.fixture(scope="module")
def plugin_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin's standard error."""
    return tmp_path_factory.mktemp("plugin") / "stderr"


@pytest.fixture(scope="module")
def running_plugin(engines: Callable[[], FakeEngine], plugin_log: Path) -> Iterator[Plugin]:
    """The real console script, which serves one deployment after another, as when it is attached to an engine."""
    engine = engines()
    with plugin_log.open("wb") as stderr:
        process = subprocess.Popen(
            [f"{sys.prefix}/bin/pulumi-resource-seldon-secrets", engine.address],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert process.stdout is not None
    try:
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            yield Plugin(provider_pb2_grpc.ResourceProviderStub(channel))
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    assert plugin_log.read_text() == ""
    assert leaks("\n".join(engine.logged), {"credential": CANARY}) == []


@pytest.fixture
def plugin(running_plugin: Plugin, plugin_log: Path) -> Iterator[Plugin]:
    """The plugin, which must print nothing on standard error."""
    yield running_plugin
    assert plugin_log.read_text() == ""
