"""A fake of Pulumi's engine that drives the real plugin process and records what it registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc  # type: ignore[import-untyped]
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
    resource_pb2,
    resource_pb2_grpc,
    status_pb2,
)

STACK = "urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev"


class Invalid(Exception):  # noqa: N818 - tests read it as a sentence
    """The plugin refused a declaration: the message, and the reason for each path."""

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
                self.paths = {detail.property_path: detail.reason for detail in details.errors}
        super().__init__(self.text)


@dataclass
class FakeEngine(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """Invents URNs and ids, and keeps requests and log messages."""

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
        # The Kubernetes SDK asks for its provider.
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
        """The inputs of the registered Secrets, by the name in their metadata."""
        inputs = [
            json_format.MessageToDict(request.object)
            for request in self.registered
            if request.type.endswith(":Secret")
        ]
        return {secret["metadata"]["name"]: secret for secret in inputs}


@dataclass
class Plugin:
    """Sends the plugin the requests that an engine sends it."""

    stub: Any
    dependencies: Mapping[str, set[str]] = field(default_factory=dict)
    """The names of the resources that each output of the last component depends on."""

    def construct(
        self, engine: FakeEngine, kind: str, name: str, inputs: dict[str, Any], **request: Any
    ) -> dict[str, Any]:
        properties = struct_pb2.Struct()
        properties.update(inputs)
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
                    inputs=properties,
                    **request,
                ),
                timeout=30,
            )
        except grpc.RpcError as error:
            raise Invalid(error) from None
        self.dependencies = {
            output: {urn.rpartition("::")[2] for urn in dependencies.urns}
            for output, dependencies in response.stateDependencies.items()
        }
        state: dict[str, Any] = json_format.MessageToDict(response.state)
        return state
