# ruff: noqa: ARG002, N802 - the methods have the names and arguments of Pulumi's gRPC service
"""A stand-in for Pulumi's language host for Python, for machines without an official Pulumi.

The official `pulumi-language-python` comes with every Pulumi installation and is used wherever it is on
PATH. It is not published as a Go module, so it cannot be built like the other parts; this one answers the
calls that the command line makes to preview, run, refresh and destroy a program, and to run a plugin. The Automation API's own
server, made for inline programs, does the running.
"""

import os
import platform
import runpy
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata

try:
    import grpc  # type: ignore[import-untyped]
    from google.protobuf import empty_pb2  # type: ignore[import-untyped]
    from pulumi.automation._server import LanguageServer
    from pulumi.runtime import settings
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc
except ImportError as error:
    sys.exit(
        f"{sys.executable} cannot import {error.name}: install the program's requirements, pulumi among them, "
        "then activate their virtual environment or name it in Pulumi.yaml as runtime.options.virtualenv."
    )

MESSAGE_BYTES = 400 * 1024 * 1024  # the engine's own limit; gRPC's default of 4 MB stops large stacks
PARENT_CHECK_SECONDS = 1


class LanguageHost(LanguageServer):
    """Runs the program in the folder that a request names, in this process.

    Nothing is said about the packages that a program needs: the engine would try to download what it does
    not find in the exact version, and takes the providers on PATH anyway.
    """

    def __init__(self, engine_address: str) -> None:
        super().__init__(lambda: None)
        self.engine_address = engine_address
        self.plugins: list[subprocess.Popen[bytes]] = []

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        return language_pb2.LanguageHandshakeResponse()

    def Run(
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        info = request.info
        program = os.path.join(info.program_directory, info.entry_point)  # noqa: PTH118 - keeps the ending "/."

        def run_program() -> None:
            settings.SETTINGS.root_directory = info.root_directory
            runpy.run_path(program, run_name="__main__")

        sys.argv = [program, *request.args]
        os.chdir(request.pwd)
        self.program = run_program
        request.args[:] = [self.engine_address]  # where the Automation API's server looks for it
        result = super().Run(request, context)  # type: ignore[no-untyped-call]
        # The error has been logged; "bail" spares the user the same text a second time.
        return language_pb2.RunResponse(bail=bool(result.error))

    def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Passes on what the plugin in the named folder prints, the port that it serves on first."""
        process = subprocess.Popen(
            [sys.executable, request.info.program_directory, *request.args],
            cwd=request.pwd,
            env={**os.environ, **dict(it.split("=", 1) for it in request.env)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.plugins.append(process)
        context.add_callback(process.terminate)
        with selectors.DefaultSelector() as printed:
            for name, stream in (("stdout", process.stdout), ("stderr", process.stderr)):
                if stream is not None:
                    printed.register(stream, selectors.EVENT_READ, name)
            while printed.get_map():
                for ready, _ in printed.select():
                    if text := os.read(ready.fd, 65536):
                        yield (
                            language_pb2.RunPluginResponse(stdout=text)
                            if ready.data == "stdout"
                            else language_pb2.RunPluginResponse(stderr=text)
                        )
                    else:
                        printed.unregister(ready.fileobj)
        yield language_pb2.RunPluginResponse(exitcode=process.wait())

    def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        text = f"Programs run with {sys.executable} and the packages that are installed for it.\n"
        yield language_pb2.InstallDependenciesResponse(stdout=text.encode())

    def RuntimeOptionsPrompts(
        self, request: language_pb2.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> language_pb2.RuntimeOptionsResponse:
        return language_pb2.RuntimeOptionsResponse()

    def About(
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        return language_pb2.AboutResponse(executable=sys.executable, version=platform.python_version())

    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        installed = {package.metadata["Name"]: package.version for package in metadata.distributions()}
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version)
                for name, version in sorted(installed.items())
            ]
        )

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()


def main() -> None:
    """Serve until the engine interrupts or is gone."""
    host = LanguageHost(sys.argv[-1])
    signal.signal(signal.SIGINT, lambda *_: _leave(host))
    signal.signal(signal.SIGTERM, lambda *_: _leave(host))
    limits = [
        ("grpc.max_receive_message_length", MESSAGE_BYTES),
        ("grpc.max_send_message_length", MESSAGE_BYTES),
    ]
    server = grpc.server(ThreadPoolExecutor(), options=limits)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    engine = os.getppid()
    server.start()
    print(port, flush=True)
    while os.getppid() == engine:
        server.wait_for_termination(timeout=PARENT_CHECK_SECONDS)
    _leave(host)


def _leave(host: LanguageHost) -> None:
    """At once: the engine waits for this process at its end, and a program that still runs has no last words."""
    for plugin in host.plugins:
        plugin.terminate()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
