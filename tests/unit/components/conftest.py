"""Components under Pulumi's mocks: what they register, with which options, and what they say."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pulumi
import pytest
from pulumi.runtime import settings
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.stack import wait_for_rpcs

# Pulumi's mark on a secret on its way to the engine.
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"

Program = Callable[[], Any]


@dataclass
class Registered:
    """One resource as the engine would have been told of it."""

    type: str
    name: str
    inputs: dict[str, Any]


@dataclass
class Run(Mocks):
    """Runs programs and keeps what they registered and logged."""

    resources: list[Registered] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append(Registered(args.typ, args.name, args.inputs))
        return f"{args.name}-id", args.inputs

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(args.token)

    def secrets(self) -> dict[str, dict[str, Any]]:
        return self.of_type("kubernetes:core/v1:Secret")

    def of_type(self, token: str) -> dict[str, dict[str, Any]]:
        return {it.name: it.inputs for it in self.resources if it.type == token}

    def __call__(
        self,
        program: Program,
        *,
        preview: bool = False,
        config: dict[str, str] | None = None,
        monitor: Any = None,
    ) -> Any:
        """Runs a program to its end, as the engine does, and answers what it returned with Outputs resolved."""
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


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Run]:
    # An Output in a string is an error, not a hint.
    monkeypatch.setenv("PULUMI_ERROR_OUTPUT_STRING", "1")
    monkeypatch.delenv("PULUMI_K8S_ENABLE_SECRET_MUTABLE", raising=False)
    assert os.environ["PULUMI_ERROR_OUTPUT_STRING"] == "1"
    caplog.set_level(logging.WARNING)
    yield Run()
    settings.ROOT.set(None)


def secret(value: Any) -> Any:
    """The value under Pulumi's mark; fails when it is not marked."""
    assert isinstance(value, dict), "not marked as secret"
    assert value.get(_SIGNATURE) == _SECRET, "not marked as secret"
    return value["value"]
