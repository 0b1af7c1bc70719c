"""Deploy this example with its own state (`.demo/` in the checkout), and list the Secrets that it creates."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
STATE = HERE.parent.parent / ".demo"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--stack",
        choices=["dev", "cluster"],
        default="dev",
        help="dev: write manifests to a folder, without a cluster; cluster: use the cluster in KUBECONFIG",
    )
    stack = parser.parse_args().stack
    STATE.mkdir(exist_ok=True)
    environment = os.environ | {
        "PULUMI_BACKEND_URL": STATE.as_uri(),
        "PULUMI_HOME": str(STATE / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "quickstart",
    }

    def run(*command: str) -> None:
        print(f"\n$ {' '.join(command)}", flush=True)
        status = subprocess.run(command, cwd=HERE, env=environment, check=False).returncode
        if status:
            sys.exit(status)

    run("pulumi", "stack", "select", "--create", stack)
    run("pulumi", "up", "--yes")
    source = ("--manifests", "manifests") if stack == "dev" else ("--namespace", "seldon-quickstart")
    run("seldon-secrets", "list", *source)


if __name__ == "__main__":
    main()
