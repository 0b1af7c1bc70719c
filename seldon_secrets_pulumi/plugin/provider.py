"""The provider that Pulumi's engine starts: `pulumi-resource-seldon-secrets`."""

import asyncio
import contextlib
import json
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.provider.experimental.analyzer import ComponentDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError, ProviderServicer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

import seldon_secrets_pulumi
from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.components.program import Program
from seldon_secrets_pulumi.model.kinds import DECLARABLE_KINDS
from seldon_secrets_pulumi.plugin.schema import CREDENTIALS, complete
from seldon_secrets_pulumi.problem import Problem

NAME = "seldon-secrets"
# A plugin serves one deployment and ends with it. One that is started by hand and attached with PULUMI_DEBUG_PROVIDERS
# serves many, one after another or a few at once.
_DEPLOYMENTS_KEPT = 16
_MESSAGE_BYTES = 400 * 1024 * 1024  # the limit of Pulumi's own servers and clients


class SeldonSecretsProvider(ComponentProvider):
    """Every component of the package."""

    def __init__(self) -> None:
        names = sorted(kind.component for kind in DECLARABLE_KINDS if kind.component)
        components = [getattr(seldon_secrets_pulumi, name) for name in names]
        super().__init__(components, NAME, version=version("seldon-secrets-pulumi"))
        definitions = self._component_defs.values()
        python_names = {
            camel: snake
            for definition in definitions
            for camel, snake in (definition.inputs_mapping | definition.outputs_mapping).items()
        }
        self.schema = json.dumps(complete(json.loads(self.schema or ""), self._components, python_names))

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> pulumi.Inputs:
        """The component's arguments. The component reports unknown and missing ones with all other problems."""
        names = component_def.inputs_mapping
        # The space keeps the component from accepting arguments in their Python spelling, which are unknown here.
        return {names.get(name, f"{name} "): value for name, value in inputs.items()}

    def spellings(self, resource_type: str) -> dict[str, str]:
        """The spelling of a component's arguments in other languages, by their Python names."""
        definition = self._component_defs[resource_type.rpartition(":")[2]]
        return {snake: camel for camel, snake in definition.inputs_mapping.items()}


class Deployment:
    """The state that the components of one deployment share. Each call constructs one component."""

    def __init__(self) -> None:
        self.program = Program(is_served=True)
        self.providers: dict[str, pulumi.ProviderResource] = {}


class Servicer(ProviderServicer):
    """Pulumi's own server, with the problems of a declaration in the caller's spelling.

    It overrides two private methods of pulumi 3.259 to 3.272.
    """

    provider: SeldonSecretsProvider

    def __init__(self, provider: SeldonSecretsProvider, engine_address: str) -> None:
        super().__init__(provider, [], engine_address)
        self._deployments: OrderedDict[str, Deployment] = OrderedDict()

    async def _construct(
        self, request: provider_pb2.ConstructRequest, context: Any
    ) -> provider_pb2.ConstructResponse:
        # Each call has its own context, so only this component sees the program.
        with self._deployment(request).program.shared():
            try:
                return await super()._construct(request, context)
            except InvalidDeclaration as invalid:
                problems = invalid.problems
            except ComponentInitError as failed:
                if not isinstance(failed.inner, InvalidDeclaration):
                    raise
                problems = failed.inner.problems
        spellings = self.provider.spellings(request.type)
        spelled = [problem.spelled(lambda name: spellings.get(name, name)) for problem in problems]
        message = "\n".join(problem.rule for problem in spelled if not problem.argument)
        credentials = {spellings[name] for name in spellings.keys() & CREDENTIALS}
        showable = set(spellings.values()) - credentials
        raise InputPropertiesError(message, list(_details(request, spelled, showable)))

    def _construct_options(self, request: provider_pb2.ConstructRequest) -> pulumi.ResourceOptions:  # type: ignore[override]
        options = ProviderServicer._construct_options(request)  # noqa: SLF001 - the method that this one extends
        # One object for each provider, as in a program: it stands for its cluster.
        shared = self._deployment(request).providers
        providers = options.providers if isinstance(options.providers, Mapping) else {}
        options.providers = {
            package: shared.setdefault(request.providers[package], provider)
            for package, provider in providers.items()
        }
        return options

    def _deployment(self, request: provider_pb2.ConstructRequest) -> Deployment:
        """The deployment that the request belongs to. Each has its own monitor."""
        deployment = self._deployments.setdefault(request.monitorEndpoint, Deployment())
        self._deployments.move_to_end(request.monitorEndpoint)
        if len(self._deployments) > _DEPLOYMENTS_KEPT:
            self._deployments.popitem(last=False)
        return deployment


def _details(
    request: provider_pb2.ConstructRequest, problems: Iterable[Problem], showable: set[str]
) -> Iterator[InputPropertyErrorDetails]:
    """The problems that have a path. An empty one means all inputs to the engine, and it would print them."""
    for problem in problems:
        path = problem.argument
        if path and not _may_be_shown(request, path, showable):
            # The engine prints the value at the path, even a secret in plain text (pulumi
            # `pkg/resource/deploy/source_eval.go`, "with value"), unless the path leads nowhere.
            path = f"{path.rstrip()} "
        if path:
            yield {"property_path": path, "reason": problem.rule}


def _may_be_shown(request: provider_pb2.ConstructRequest, path: str, showable: set[str]) -> bool:
    """Whether the value at this path is not there, or is plain and can't be a credential."""
    if path not in request.inputs.fields:
        return path.isidentifier()
    kind = request.inputs.fields[path].WhichOneof("kind")
    return path in showable and kind in {"string_value", "bool_value", "number_value"}


async def serve(engine_address: str) -> None:
    """Serve until the engine ends the process. Prints the port for the engine."""
    limits = [("grpc.max_receive_message_length", _MESSAGE_BYTES)]
    asyncio.get_running_loop().set_exception_handler(_report)
    server = grpc.aio.server(options=limits)
    servicer = Servicer(SeldonSecretsProvider(), engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        await server.wait_for_termination()
    finally:
        # Otherwise gRPC reports the closed event loop on standard error, which the engine shows.
        await server.stop(None)


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Print exceptions that nothing handles, except invalid declarations: those have been answered."""
    if not isinstance(context.get("exception"), InvalidDeclaration):
        loop.default_exception_handler(context)


def main() -> None:
    """The command that the engine runs. The engine's address is the only argument that is not an option."""
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if len(addresses) != 1:
        sys.exit("only Pulumi's engine can start pulumi-resource-seldon-secrets; it passes its address")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(addresses[0]))
