"""Compare `seldon-secrets list` and `doctor` on a cluster of thousands of Secrets with clients that read all at once.

    python benchmarks/cluster.py --secrets 5000 --runs 3

A real API server holds that many bucket secrets, in both formats and fifty namespaces, and as many unrelated Secrets,
half of them Helm releases. Prints medians of the time and of the peak memory.
"""

import argparse
import base64
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel, seldon_labels
from tests.integration.parts.control_plane import ControlPlane

NAMESPACES = 50
COMMAND = f"{sys.prefix}/bin/seldon-secrets"
# Linux counts the memory of the parent before exec towards a process, so a small process starts the command.
LAUNCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
# A script with the plain Kubernetes client.
PLAIN_CLIENT = """
from kubernetes import client, config
config.load_kube_config()
print(len(client.CoreV1Api().list_secret_for_all_namespaces().items))
"""


def secrets(number: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Pairs of a namespace and a Secret for it."""
    for index in range(number // 2):
        namespace = f"team-{index % NAMESPACES}"
        remote = Remote(
            f"remote-{index}", "s3", {"provider": "AWS", "env_auth": "true", "region": "eu-west-1"}
        )
        for name, format_ in FORMATS.items():
            labels = seldon_labels("bucket") | FormatLabel().label(name)
            metadata = {"name": format_.secret_name(remote.name), "labels": labels}
            yield namespace, {"metadata": metadata, "data": encoded(format_.write(remote))}
        # A release of a small chart is about this long.
        release = base64.b64encode(os.urandom(4096)).decode()
        yield (
            namespace,
            {
                "metadata": {"name": f"sh.helm.release.v1.app-{index}.v1"},
                "type": "helm.sh/release.v1",
                "data": {"release": release},
            },
        )
        yield namespace, {"metadata": {"name": f"database-{index}"}, "data": encoded({"password": "x" * 32})}


def fill(cluster: ControlPlane, number: int) -> None:
    for index in range(NAMESPACES):
        labels = {"seldon.restricted": "false"}
        namespace: Any = {"metadata": {"name": f"team-{index}", "labels": labels}}
        cluster.core.create_namespace(namespace)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: cluster.core.create_namespaced_secret(*pair), secrets(number)))


def measured(command: Sequence[str], kubeconfig: Path) -> tuple[float, float]:
    """Return the seconds and the peak memory in MB."""
    started = time.monotonic()
    finished = subprocess.run(
        [sys.executable, "-ISc", LAUNCHER, *command],
        stdout=subprocess.PIPE,
        env=os.environ | {"KUBECONFIG": str(kubeconfig)},
        check=True,
    )
    return time.monotonic() - started, int(finished.stdout) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--secrets", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    build = [sys.executable, str(ROOT / "toolchain" / "build.py"), "--for", "tests"]
    parts = subprocess.run(build, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    os.environ["PATH"] = os.pathsep.join((parts, os.environ["PATH"]))
    commands = {
        "list -A": [COMMAND, "list", "-A"],
        "list -A -o json": [COMMAND, "list", "-A", "-o", "json"],
        "list -A --remotes": [COMMAND, "list", "-A", "--remotes"],
        "doctor -A": [COMMAND, "doctor", "-A"],
        "the plain Python client": [sys.executable, "-c", PLAIN_CLIENT],
    }
    if kubectl := shutil.which("kubectl"):
        commands["kubectl get secrets -A -o json"] = [kubectl, "get", "secrets", "-A", "-o", "json"]
    with tempfile.TemporaryDirectory() as folder, ControlPlane(Path(folder)) as cluster:
        fill(cluster, options.secrets)
        print(
            f"{options.secrets} bucket secrets of {2 * options.secrets} Secrets\n{'':32}  {'seconds':>8}  {'MB':>5}"
        )
        for name, command in commands.items():
            runs = [measured(command, cluster.kubeconfig) for _ in range(options.runs)]
            seconds, memory = (statistics.median(column) for column in zip(*runs, strict=True))
            print(f"{name:32}  {seconds:8.2f}  {memory:5.0f}", flush=True)
            if name.startswith("list") and options.secrets == 5_000 and (seconds > 10 or memory > 150):
                sys.exit("more than 10 s or 150 MB")


if __name__ == "__main__":
    main()
