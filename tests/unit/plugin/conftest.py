"""The real plugin process, driven by a fake of the engine: it registers nothing, it only writes down what it is told."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf import (  # type: ignore[import-untyped]
    empty_pb2,
    json_format,
    struct_pb2,
)
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    errors_pb2,
    provider_pb2,
    provider_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
    status_pb2,
)

SIGNATURE = "4dabf18193072939515e22adb298388d"
STACK = "urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev"


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": value}


def output(value: Any, *, is_secret: bool = False) -> dict[str, Any]:
    return {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": value, "secret": is_secret}


# An output value without a value.
UNKNOWN = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
# The wire's older spelling, of a computed string.
COMPUTED = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Invalid(Exception):  # noqa: N818 - it is what a caller is told
    """The problems of a declaration: a message, and a reason for each path."""

    def __init__(self, error: grpc.RpcError) -> None:
        self.code = error.code()
        self.text = str(error)
        self.paths: dict[str, str] = {}
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                status = status_pb2.Status.FromString(value)
                details = errors_pb2.InputPropertiesError()
                status.details[0].Unpack(details)
                self.message = status.message
                self.paths = {it.property_path: it.reason for it in details.errors}
        super().__init__(self.text)


@dataclass
class FakeEngine(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """A fake: its URNs and ids are made up."""

    registered: list[resource_pb2.RegisterResourceRequest] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    address: str = ""

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        self.registered.append(request)
        urn = f"urn:pulumi:dev::project::{request.type}::{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, id="fake", object=request.object)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return empty_pb2.Empty()

    def RegisterPackage(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return resource_pb2.RegisterPackageResponse(ref="fake")

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        # The Kubernetes SDK asks for the provider that it was given.
        assert request.tok == "pulumi:pulumi:getResource"
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").update({"urn": request.args["urn"], "id": "some-id", "state": {}})
        return response

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        self.logged.append(request.message)
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return engine_pb2.GetRootResourceResponse(urn=STACK)

    def SetRootResource(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return engine_pb2.SetRootResourceResponse()

    def secrets(self) -> dict[str, dict[str, Any]]:
        """What the Secrets were registered with, by the name in their metadata."""
        found = [
            json_format.MessageToDict(it.object) for it in self.registered if it.type.endswith(":Secret")
        ]
        return {it["metadata"]["name"]: it for it in found}


@dataclass
class Plugin:
    """`construct` answers as a program's engine would be answered."""

    stub: Any

    def construct(
        self, engine: FakeEngine, kind: str, name: str, inputs: dict[str, Any], **request: Any
    ) -> dict[str, Any]:
        given = struct_pb2.Struct()
        given.update(inputs)
        request.setdefault("config", {"kubernetes:enableSecretMutable": "true"})
        try:
            response = self.stub.Construct(
                provider_pb2.ConstructRequest(
                    project="project",
                    stack="dev",
                    parent=STACK,
                    parallel=16,
                    monitorEndpoint=engine.address,
                    type=f"seldon-secrets:index:{kind}",
                    name=name,
                    inputs=given,
                    **request,
                ),
                timeout=30,
            )
        except grpc.RpcError as error:
            raise Invalid(error) from None
        state: dict[str, Any] = json_format.MessageToDict(response.state)
        return state


@pytest.fixture
def engines() -> Iterator[Any]:
    """Makes fakes, each of which is a deployment of its own."""
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
    made: FakeEngine = engines()
    return made


@pytest.fixture
def plugin(engine: FakeEngine, tmp_path: Any) -> Iterator[Plugin]:
    """The real console script; what it prints on standard error must stay empty."""
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
