"""The provider that Pulumi's engine starts: `pulumi-resource-seldon-secrets`."""

import asyncio
import contextlib
import json
import re
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
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
from seldon_secrets_pulumi.plugin.schema import CREDENTIALS, complete
from seldon_secrets_pulumi.problem import Problem, did_you_mean

NAME = "seldon-secrets"
# A plugin serves one deployment and ends with it. One that was started by hand and attached with
# PULUMI_DEBUG_PROVIDERS serves many, one after another or a few at once.
_DEPLOYMENTS_KEPT = 16
_MESSAGE_BYTES = 400 * 1024 * 1024  # what Pulumi's own servers and clients allow


class SeldonSecretsProvider(ComponentProvider):
    """Every component of the package."""

    def __init__(self) -> None:
        exported = [getattr(seldon_secrets_pulumi, name) for name in seldon_secrets_pulumi.__all__]
        components = [
            it for it in exported if isinstance(it, type) and issubclass(it, pulumi.ComponentResource)
        ]
        super().__init__(components, NAME, version=version("seldon-secrets-pulumi"))
        definitions = self._component_defs.values()
        names = {
            camel: snake
            for definition in definitions
            for camel, snake in (definition.inputs_mapping | definition.outputs_mapping).items()
        }
        self.schema = json.dumps(complete(json.loads(self.schema or ""), self._components, names))

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> pulumi.Inputs:
        """The component's arguments. Missing ones are left to the component, which reports all problems at once."""
        names = component_def.inputs_mapping
        unknown = [name for name in inputs if name not in names]
        if unknown:
            raise InvalidDeclaration(
                "", [Problem(name, f"is not an argument; {did_you_mean(name, names)}") for name in unknown]
            )
        return {names[name]: value for name, value in inputs.items()}

    def names(self, resource_type: str) -> dict[str, str]:
        """The spelling in other languages of the names of a component's arguments."""
        definition = self._component_defs[resource_type.rpartition(":")[2]]
        return {snake: camel for camel, snake in definition.inputs_mapping.items()}


class Deployment:
    """What the components of one deployment share, each of which is constructed by a call of its own."""

    def __init__(self) -> None:
        self.program = Program(served=True)
        self.providers: dict[str, pulumi.ProviderResource] = {}


class Servicer(ProviderServicer):
    """Pulumi's own server, with the problems of a declaration told in the caller's words."""

    provider: SeldonSecretsProvider

    def __init__(self, provider: SeldonSecretsProvider, engine_address: str) -> None:
        super().__init__(provider, [], engine_address)
        self._deployments: OrderedDict[str, Deployment] = OrderedDict()

    async def _construct(
        self, request: provider_pb2.ConstructRequest, context: Any
    ) -> provider_pb2.ConstructResponse:
        # Each call has a context of its own, so that what is set here is seen by this component only.
        with self._deployment(request).program.shared():
            try:
                return await super()._construct(request, context)
            except InvalidDeclaration as invalid:
                problems = invalid.problems
            except ComponentInitError as failed:
                if not isinstance(failed.inner, InvalidDeclaration):
                    raise
                problems = failed.inner.problems
        names = self.provider.names(request.type)
        message = "".join(f"{_in_words(it.rule, it.argument, names)}\n" for it in problems if not it.argument)
        raise InputPropertiesError(message.rstrip(), list(_details(request, problems, names)))

    def _construct_options(self, request: provider_pb2.ConstructRequest) -> pulumi.ResourceOptions:  # type: ignore[override]
        options = ProviderServicer._construct_options(request)  # noqa: SLF001 - the method that this one extends
        # The same object for the same provider, as in a program: it stands for its cluster.
        known = self._deployment(request).providers
        given = options.providers if isinstance(options.providers, Mapping) else {}
        options.providers = {
            package: known.setdefault(request.providers[package], provider)
            for package, provider in given.items()
        }
        return options

    def _deployment(self, request: provider_pb2.ConstructRequest) -> Deployment:
        """The deployment that the request belongs to: each has a monitor of its own."""
        deployment = self._deployments.setdefault(request.monitorEndpoint, Deployment())
        self._deployments.move_to_end(request.monitorEndpoint)
        if len(self._deployments) > _DEPLOYMENTS_KEPT:
            self._deployments.popitem(last=False)
        return deployment


def _details(
    request: provider_pb2.ConstructRequest, problems: tuple[Problem, ...], names: dict[str, str]
) -> Iterator[InputPropertyErrorDetails]:
    for problem in problems:
        if not problem.argument:
            continue  # the engine takes an empty path for all inputs together, and would print them
        first = re.match(r"\w+", problem.argument)
        argument = first.group() if first else problem.argument
        # An argument that goes by its Python name is not known by that name here.
        spelt = argument if argument in request.inputs.fields else names.get(argument, argument)
        path = spelt + problem.argument[len(argument) :]
        rule = _in_words(problem.rule, problem.argument, names)
        yield {"property_path": path if _may_be_shown(request, path, names) else f"{path} ", "reason": rule}


def _may_be_shown(request: provider_pb2.ConstructRequest, path: str, names: dict[str, str]) -> bool:
    """Whether the engine may print the value at this path.

    It prints what it finds there, a secret in plain text too (pulumi `pkg/resource/deploy/source_eval.go`, "with
    value"), and nothing when the path leads nowhere: which a space at its end makes sure of.
    """
    if path not in request.inputs.fields and path.isidentifier():
        return True
    plain = request.inputs.fields[path].WhichOneof("kind") in {"string_value", "bool_value", "number_value"}
    return plain and path in names.values() and path not in CREDENTIALS


def _in_words(rule: str, argument: str, names: dict[str, str]) -> str:
    """The rule with the arguments in the caller's spelling; rclone's options keep theirs."""
    before = r"(?<=the argument )" if argument.startswith("parameters.") else r"(?<![\w.])"
    return re.sub(rf"{before}\w+\b", lambda word: names.get(word.group(), word.group()), rule)


async def serve(engine_address: str) -> None:
    """Serve until the engine ends the process, on a port that is printed for the engine to read."""
    limits = [("grpc.max_receive_message_length", _MESSAGE_BYTES)]
    asyncio.get_running_loop().set_exception_handler(_complain)
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
        # Or gRPC complains of the closed event loop, on the standard error that the engine shows.
        await server.stop(None)


def _complain(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Print what went wrong unseen. An invalid declaration was answered, though not all that waited for it asked."""
    if not isinstance(context.get("exception"), InvalidDeclaration):
        loop.default_exception_handler(context)


def main() -> None:
    """What the engine runs. Its address is the first argument that is no option."""
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if len(addresses) != 1:
        sys.exit("pulumi-resource-seldon-secrets is started by Pulumi's engine, with the engine's address")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(addresses[0]))
