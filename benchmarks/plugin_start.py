"""Measure the time from the plugin's start to its schema, and compare it with a bare Python provider of Pulumi."""

import statistics
import subprocess
import sys
import time

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

RUNS = 7
BARE = "import pulumi.provider as p; p.main(p.Provider('0.0.0', '{}'), [])"
OURS = "from seldon_secrets_pulumi.plugin.provider import main; main()"


def seconds(program: str) -> float:
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            port = process.stdout.readline() if process.stdout else ""
            with grpc.insecure_channel(f"127.0.0.1:{int(port)}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.GetSchema(provider_pb2.GetSchemaRequest())
            return time.perf_counter() - started
        finally:
            process.terminate()


if __name__ == "__main__":
    bare, ours = (statistics.median(seconds(program) for _ in range(RUNS)) for program in (BARE, OURS))
    print(f"bare provider {bare:.2f} s, seldon-secrets {ours:.2f} s, difference {ours - bare:.2f} s")
