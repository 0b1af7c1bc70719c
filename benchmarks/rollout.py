"""Compare `seldon-secrets rollout` with `pulumi up` of a hand-written program, on a real API server.

    python benchmarks/rollout.py --secrets 200 500 --runs 3
    python benchmarks/rollout.py --environments 3 --secrets 2000 --programs rollout

Each run deploys every program from scratch, by turns, into a namespace of its own: the first update, no change, and the
rotation of every credential. Prints medians, the ratios to the hand-written program, and the memory of the largest process.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.stack import HAND_WRITTEN, READY_MADE, Stack
from tests.integration.parts.control_plane import ControlPlane

SWITCHES = {
    "PULUMI_SKIP_CHECKPOINTS": "true",
    "PULUMI_K8S_CLIENT_QPS": "2000",
    "PULUMI_K8S_CLIENT_BURST": "4000",
}
UP = ("pulumi", "up", "--yes", "--skip-preview", "--stack")
ROLLOUT = (f"{sys.prefix}/bin/seldon-secrets", "rollout", "--yes")


@dataclass(frozen=True)
class Program:
    """A program and the command that deploys it."""

    source: str
    command: tuple[str, ...]
    variables: dict[str, str]


PROGRAMS = {
    "hand-written": Program(HAND_WRITTEN, UP, {}),
    "hand-written, switches": Program(HAND_WRITTEN, UP, SWITCHES),
    "ready-made": Program(READY_MADE, UP, {}),
    "rollout": Program(READY_MADE, ROLLOUT, {}),
}
STEPS = {"first update": "first", "no change": "first", "all rotated": "second"}
"""What is measured, and the credential that it sets."""


@dataclass(frozen=True)
class Size:
    """The number of Secrets of a stack, and of stacks."""

    secrets: int
    environments: int

    def __str__(self) -> str:
        places = f" in each of {self.environments} environments" if self.environments > 1 else ""
        return f"{self.secrets} Secrets{places}"


class Deployment:
    """A program with a stack per environment, each for a namespace of its own."""

    def __init__(self, program: Program, size: Size, cluster: ControlPlane, folder: Path) -> None:
        namespaces = [cluster.create_namespace() for _ in range(size.environments)]
        source = program.source.replace('"team"', "__import__('pulumi').get_stack()")
        self._stack = Stack(source, size.secrets // 2, folder, stacks=namespaces, rendered=False)
        self._stack.env |= {"KUBECONFIG": str(cluster.kubeconfig), "CI": "true", **program.variables}
        self._command = [*program.command, *namespaces]

    def deploy(self, credential: str) -> tuple[float, float]:
        self._stack.env |= {"FIRST_KEY": credential, "OTHER_KEY": credential}
        return self._stack.run(*self._command)


def compare(names: list[str], size: Size, runs: int, cluster: ControlPlane) -> None:
    """Print the medians of each step, and their ratios to the first program."""
    measured: dict[str, dict[str, list[tuple[float, float]]]] = {step: {} for step in STEPS}
    for run in range(runs):
        folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
        order = names[:: 1 if run % 2 == 0 else -1]
        try:
            every = {
                name: Deployment(PROGRAMS[name], size, cluster, folder / str(index))
                for index, name in enumerate(order)
            }
            for step, credential in STEPS.items():
                for name, deployment in every.items():
                    measured[step].setdefault(name, []).append(deployment.deploy(credential))
        finally:
            shutil.rmtree(folder)
    print(f"\n{size}, medians of {runs}")
    for step, results in measured.items():
        print(f"{step}:")
        medians = {
            name: [statistics.median(column) for column in zip(*rows, strict=True)]
            for name, rows in results.items()
        }
        for name in names:
            seconds, memory = medians[name]
            print(
                f"  {name:24}{seconds:9.1f} s{seconds / medians[names[0]][0]:8.2f}{memory:8.0f} MB",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--secrets", type=int, nargs="*", default=[200, 500])
    parser.add_argument("--environments", type=int, default=1, help="more than one only for rollout")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--programs", nargs="*", choices=PROGRAMS, default=list(PROGRAMS))
    options = parser.parse_args()
    build = [sys.executable, str(ROOT / "toolchain" / "build.py"), "--for", "tests"]
    parts = subprocess.run(build, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    os.environ["PATH"] = os.pathsep.join((parts, os.environ["PATH"]))
    with tempfile.TemporaryDirectory() as folder, ControlPlane(Path(folder)) as cluster:
        for secrets in options.secrets:
            compare(options.programs, Size(secrets, options.environments), options.runs, cluster)


if __name__ == "__main__":
    main()
