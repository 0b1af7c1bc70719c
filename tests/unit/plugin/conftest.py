"""Fixtures for the real plugin process, driven by a fake engine."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import (
    engine_pb2_grpc,
    provider_pb2_grpc,
    resource_pb2_grpc,
)

from tests.support.fake_engine import FakeEngine, Plugin


@pytest.fixture
def engines() -> Iterator[Any]:
    """A factory of fake engines, one for each deployment."""
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
def engine(engines: Any) -> FakeEngine:
    new: FakeEngine = engines()
    return new


@pytest.fixture
def plugin(engine: FakeEngine, tmp_path: Any) -> Iterator[Plugin]:
    """The real console script, which must print nothing on standard error."""
    errors = tmp_path / "stderr"
    with errors.open("wb") as stderr:
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
    assert errors.read_text() == ""
