"""Programs under Pulumi's mocks, and the resources that they register."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pulumi
from pulumi.runtime import settings
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.stack import wait_for_rpcs

Program = Callable[[], Any]


@dataclass
class Registered:
    """One resource as the engine receives it."""

    type: str
    name: str
    inputs: dict[str, Any]


@dataclass
class Run(Mocks):
    """Runs programs and keeps the resources that the last one registered."""

    resources: list[Registered] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append(Registered(args.typ, args.name, args.inputs))
        return f"{args.name}-id", args.inputs

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(args.token)

    def secrets(self) -> dict[str, dict[str, Any]]:
        return self.of_type("kubernetes:core/v1:Secret")

    def of_type(self, token: str) -> dict[str, dict[str, Any]]:
        return {resource.name: resource.inputs for resource in self.resources if resource.type == token}

    def __call__(
        self,
        program: Program,
        *,
        preview: bool = False,
        config: dict[str, str] | None = None,
        monitor: Any = None,
    ) -> Any:
        """Run a program to its end, as the engine does, and return its result with Outputs resolved."""
        self.resources.clear()
        settings.ROOT.set(None)
        # What a program that failed left unfinished belongs to its event loop, which is closed.
        settings.SETTINGS.rpc_manager.clear()
        settings.SETTINGS.outputs.clear()

        async def main() -> Any:
            set_mocks(self, preview=preview, monitor=monitor)
            pulumi.runtime.set_all_config({"kubernetes:enableSecretMutable": "true"} | (config or {}))
            result = program()
            await wait_for_rpcs()
            return await pulumi.Output.from_input(result).future()

        return asyncio.run(main())


class RecordingMonitor(MockMonitor):
    """Keeps whole requests by the name of the resource. Pulumi's mocks only get a part of each."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.requests: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name in the protocol
        self.requests[request.name] = request
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def dependencies(self, name: str) -> set[str]:
        """The names of the resources that a resource depends on."""
        return {urn.rpartition("::")[2] for urn in self.requests[name].dependencies}
