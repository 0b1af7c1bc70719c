"""Compare `seldon-secrets render` with `kubectl create secret --dry-run=client`, which writes one Secret at a time.

    python benchmarks/render.py --remotes 10000 --runs 3

Each remote has a Secret in both formats. kubectl creates a sample, from which the total is extrapolated.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
SAMPLE = 20


def settings(remotes: int) -> dict[str, object]:
    keys = {"type": "s3", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": "key"}
    return {
        "namespaces": ["team"],
        "buckets": [{"remote": f"remote{index}", **keys} for index in range(remotes)],
    }


def render(file: Path) -> tuple[float, float, float]:
    """Return seconds, seconds of CPU time, and the memory in MB."""
    started = time.monotonic()
    with Path(os.devnull).open("wb") as output:
        process = subprocess.Popen([f"{sys.prefix}/bin/seldon-secrets", "render", str(file)], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("seldon-secrets failed")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def kubectl(executable: str, remote: str) -> float:
    """Seconds for the two Secrets of a remote. A real script would also have to compute their names, keys and values."""
    prefix = f"RCLONE_CONFIG_{remote}_".upper()
    variables = {"TYPE": "s3", "PROVIDER": "AWS", "ENV_AUTH": "false", "ACCESS_KEY_ID": "AKIA"}
    literals = [f"--from-literal={prefix}{name}={value}" for name, value in variables.items()]
    started = time.monotonic()
    for name, literal in (
        (f"{remote}-bucket-envvars", literals),
        (f"{remote}-bucket-params", ["--from-literal=a={}"]),
    ):
        command = [executable, "create", "secret", "generic", name, "--namespace=team"]
        subprocess.run(
            [*command, "--dry-run=client", "--output=yaml", *literal], stdout=subprocess.DEVNULL, check=True
        )
    return time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--remotes", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, dump in (("json", json.dumps), ("yaml", yaml.safe_dump)):
            file = Path(folder, f"secrets.{name}")
            file.write_text(dump(settings(options.remotes)))
            seconds, cpu, memory = (
                statistics.median(column)
                for column in zip(*(render(file) for _ in range(options.runs)), strict=True)
            )
            print(
                f"render, {options.remotes} remotes as {name}: {seconds:.2f} s, {cpu:.2f} s of CPU, {memory:.0f} MB"
            )
    built = subprocess.run(
        [sys.executable, ROOT / "toolchain" / "build.py", "--for", "tests"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    executable = shutil.which("kubectl", path=os.pathsep.join((built.stdout.strip(), os.environ["PATH"])))
    if executable is None:
        sys.exit("no kubectl on PATH")
    each = statistics.median(kubectl(executable, f"remote{index}") for index in range(SAMPLE))
    print(
        f"kubectl create --dry-run=client: {each:.3f} s a remote, {each * options.remotes:.0f} s extrapolated"
    )


if __name__ == "__main__":
    main()
