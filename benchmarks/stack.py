"""Compare the ready-made stack and the components with hand-written programs that declare the same Secrets.

    python benchmarks/stack.py --secrets 200 --runs 3

Each run deploys both from scratch, by turns, with a real Pulumi that writes manifests to a folder, so that no cluster adds
to the time. Prints medians and ratios, then the time of the stack's own work without Pulumi.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.stack.expansion import declared_secrets

ROOT = Path(__file__).parents[1]
HAND_WRITTEN = """
import base64
import json
import os

import pulumi
from pulumi_kubernetes.core.v1 import Secret

config = pulumi.Config()
labels = {"secret-type": "bucket", "seldon-deploy": "true", "app.kubernetes.io/managed-by": "pulumi"}


def declare(name, labels, data):
    Secret(
        name,
        metadata={"name": name, "namespace": "team", "labels": labels},
        type="Opaque",
        data={key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
    )


for entry in json.loads(config.require("buckets")):
    name = entry["remote"]
    parameters = {
        "provider": "AWS",
        "env_auth": "false",
        "access_key_id": entry["accessKeyId"],
        "secret_access_key": os.environ[entry["secretAccessKey"]["env"]],
    }
    variables = {f"RCLONE_CONFIG_{name}_{key}".upper(): value for key, value in parameters.items()}
    variables[f"RCLONE_CONFIG_{name}_TYPE".upper()] = "s3"
    value = json.dumps({"name": name, "parameters": parameters, "type": "s3"})
    declare(f"{name}-bucket-envvars", {**labels, "bucket-secret-format": "env_var"}, variables)
    declare(f"{name}-bucket-params", {**labels, "bucket-secret-format": "config_param"}, {name: value})
"""
READY_MADE = """
from seldon_secrets_pulumi.stack import SeldonSecrets

SeldonSecrets("seldon-secrets")
"""
COMPONENTS = """
import json
import os

import pulumi

from seldon_secrets_pulumi import S3BucketSecret

for entry in json.loads(pulumi.Config().require("buckets")):
    args = {
        "remote": entry["remote"],
        "namespace": "team",
        "access_key_id": entry["accessKeyId"],
        "secret_access_key": pulumi.Output.secret(os.environ[entry["secretAccessKey"]["env"]]),
    }
    S3BucketSecret(entry["remote"], args)
"""
# The same Secrets from the same secret inputs, each pair under a component that does nothing else.
BARE_COMPONENTS = """
import base64
import json
import os

import pulumi
from pulumi_kubernetes.core.v1 import Secret

labels = {"secret-type": "bucket", "seldon-deploy": "true", "app.kubernetes.io/managed-by": "pulumi"}


class Bare(pulumi.ComponentResource):
    def __init__(self, name, access_key_id, secret_access_key):
        super().__init__("hand-written:index:BucketSecret", name)
        parameters = secret_access_key.apply(
            lambda key: {
                "provider": "AWS",
                "env_auth": "false",
                "access_key_id": access_key_id,
                "secret_access_key": key,
            }
        )

        def variables(parameters):
            options = {**parameters, "type": "s3"}
            return {f"RCLONE_CONFIG_{name}_{key}".upper(): value for key, value in options.items()}

        def value(parameters):
            return {name: json.dumps({"name": name, "parameters": parameters, "type": "s3"})}

        self.declare(f"{name}-bucket-envvars", "env_var", parameters.apply(variables))
        self.declare(f"{name}-bucket-params", "config_param", parameters.apply(value))
        self.register_outputs({})

    def declare(self, name, format_, data):
        def encoded(data):
            return {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}

        Secret(
            name,
            metadata={
                "name": name,
                "namespace": "team",
                "labels": {**labels, "bucket-secret-format": format_},
            },
            type="Opaque",
            data=data.apply(encoded),
            opts=pulumi.ResourceOptions(parent=self),
        )


for entry in json.loads(pulumi.Config().require("buckets")):
    key = os.environ[entry["secretAccessKey"]["env"]]
    Bare(entry["remote"], entry["accessKeyId"], pulumi.Output.secret(key))
"""
KEYS = {"FIRST_KEY": "key", "OTHER_KEY": "key"}
# Each program and the one that it is compared with.
PAIRS = {
    "stack": {"ready-made": READY_MADE, "hand-written": HAND_WRITTEN},
    "components": {"components": COMPONENTS, "bare": BARE_COMPONENTS},
}


def buckets(count: int) -> list[dict[str, object]]:
    """Entries for this many remotes. The first has its own credential."""
    return [
        {
            "remote": f"remote{position}",
            "type": "s3",
            "accessKeyId": "AKIA",
            "secretAccessKey": {"env": "OTHER_KEY" if position else "FIRST_KEY"},
        }
        for position in range(count)
    ]


class Stack:
    """A program with its own home, backend and stack."""

    def __init__(
        self,
        program: str,
        remotes: int,
        folder: Path,
        *,
        stacks: Sequence[str] = ("benchmark",),
        rendered: bool = True,
    ) -> None:
        """The Secrets of each stack are in the namespace of its name, or rendered into a folder."""
        self.folder = folder
        for name in ("backend", "home"):
            (folder / name).mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text("name: seldon-secrets\nruntime: python\n")
        (folder / "__main__.py").write_text(program)
        self.env = os.environ | {
            "PATH": os.pathsep.join((f"{sys.prefix}/bin", os.environ["PATH"])),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "benchmark",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            **KEYS,
        }
        for stack in stacks:
            self.run("pulumi", "stack", "init", stack)
            file = self.folder / f"Pulumi.{stack}.yaml"
            salt = next(line for line in file.read_text().splitlines() if line.startswith("encryptionsalt"))
            config = {
                "kubernetes:enableSecretMutable": "true",
                "seldon-secrets:namespaces": ["team" if rendered else stack],
                "seldon-secrets:buckets": buckets(remotes),
            }
            if rendered:
                config["kubernetes:renderYamlToDirectory"] = str(self.folder / "manifests")
            # JSON is YAML too.
            file.write_text(f"{salt}\nconfig: {json.dumps(config)}\n")

    def pulumi(self, *arguments: str) -> tuple[float, float]:
        return self.run("pulumi", *arguments)

    def run(self, *command: str) -> tuple[float, float]:
        """Return seconds, and the memory of the largest process in MB."""
        started = time.monotonic()
        with (self.folder / "output").open("wb") as output:
            process = subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=output, stderr=output)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit((self.folder / "output").read_text())
        return time.monotonic() - started, usage.ru_maxrss / 1024


def steps(stack: Stack) -> dict[str, Callable[[], tuple[float, float]]]:
    """The commands that a user runs on a stack, in order."""

    def rotate() -> tuple[float, float]:
        stack.env["FIRST_KEY"] = "rotated"
        return stack.pulumi("up", "--yes", "--skip-preview")

    return {
        "preview": lambda: stack.pulumi("preview"),
        "up": lambda: stack.pulumi("up", "--yes", "--skip-preview"),
        "up, no change": lambda: stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes"),
        "up, one rotated": rotate,
    }


def compare(pair: str, remotes: int, runs: int) -> None:
    """Print the medians, their ratios, and the share of the stack's own work in each step."""
    programs = PAIRS[pair]
    measured: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for run in range(runs):
        folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
        try:
            stacks = {name: Stack(program, remotes, folder / name) for name, program in programs.items()}
            order = list(stacks)[:: 1 if run % 2 == 0 else -1]
            every = {name: steps(stack) for name, stack in stacks.items()}
            for step in every[order[0]]:
                for name in order:
                    measured.setdefault(step, {}).setdefault(name, []).append(every[name][step]())
        finally:
            shutil.rmtree(folder)
    print(f"\n{remotes * 2} Secrets, medians of {runs}; memory is that of the largest process")
    print(
        "".join(
            (
                f"{'':18}",
                *(f"{name:>14}" for name in programs),
                f"{'ratio':>8}{'memory ratio':>14}{'own work' if pair == 'stack' else '':>10}",
            )
        )
    )
    for step, results in measured.items():
        (ours, our_memory), (theirs, their_memory) = (
            [statistics.median(column) for column in zip(*results[name], strict=True)] for name in programs
        )
        share = f"{own_seconds(remotes) / ours:10.1%}" if pair == "stack" else ""
        print(
            f"{step:18}{ours:12.2f} s{theirs:12.2f} s{ours / theirs:8.2f}{our_memory / their_memory:14.2f}{share}"
        )


def own_seconds(remotes: int) -> float:
    """The time from settings to the data of every Secret, without Pulumi."""
    settings = {"namespaces": ["team"], "buckets": buckets(remotes)}
    started = time.perf_counter()
    declared_secrets(settings, Path(), FormatLabel())
    return time.perf_counter() - started


def own_work(remotes: int) -> None:
    print("\nfrom configuration to Secrets in both formats, without Pulumi")
    for count in (remotes // 100, remotes // 10, remotes):
        seconds = own_seconds(count)
        print(f"{count:>8} remotes{seconds:10.3f} s{seconds / count * 1e6:8.1f} µs each")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--secrets", type=int, nargs="*", default=[2, 200, 500])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pairs", nargs="*", choices=PAIRS, default=list(PAIRS))
    options = parser.parse_args()
    os.environ.update(KEYS)
    own_work(10_000)
    built = subprocess.run(
        [sys.executable, ROOT / "toolchain" / "build.py"], stdout=subprocess.PIPE, text=True, check=True
    )
    os.environ["PATH"] = os.pathsep.join((built.stdout.strip(), os.environ["PATH"]))
    for pair in options.pairs:
        for count in options.secrets:
            compare(pair, count // 2, options.runs)


if __name__ == "__main__":
    main()
