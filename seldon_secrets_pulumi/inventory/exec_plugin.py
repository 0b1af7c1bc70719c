"""The program of a kubeconfig that prints a credential, such as `aws eks get-token`.

The client waits for it without a limit, and logs what the program prints. Here it has a limit, and the caller learns that
it failed.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.inventory.cluster_errors import ClusterError
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json, quoted

if TYPE_CHECKING:
    from kubernetes.config.exec_provider import ExecProvider

_SECONDS = 60
_LOGIN_SECONDS = 300  # a person logs in


def credential(plugin: "ExecProvider") -> Mapping[str, Any]:
    """The `status` of the credential that the program prints. Raises `ClusterError`."""
    name = quoted(PurePath(str(plugin.args[0])).name)
    is_interactive = sys.stdin.isatty() and sys.stderr.isatty()
    output = _run(plugin, name, interactive=is_interactive)
    try:
        answer = parse_json(output.decode())
    except (UnicodeDecodeError, UnreadableTextError):
        answer = None
    status = answer.get("status") if isinstance(answer, dict) else None
    if not isinstance(status, dict) or not _has_credential(status):
        raise ClusterError(f"the kubeconfig's exec plugin {name} printed no credential")
    return status


def _run(plugin: "ExecProvider", name: str, *, interactive: bool) -> bytes:
    seconds = _LOGIN_SECONDS if interactive else _SECONDS
    try:
        finished = subprocess.run(  # noqa: S603 - the command of the caller's own kubeconfig, as kubectl runs it
            [str(argument) for argument in plugin.args],
            env={**plugin.env, "KUBERNETES_EXEC_INFO": _exec_info(plugin, interactive=interactive)},
            cwd=plugin.cwd,
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # A person must see where to log in. Otherwise the text could be anything, even a credential.
            stderr=None if interactive else subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ClusterError(
            f"the kubeconfig's exec plugin {name} did not end within {seconds} s; if it waits for a login, log in"
            " with `kubectl get namespaces` first"
        ) from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ClusterError(f"the kubeconfig's exec plugin {name} can't be run ({reason})") from None
    if finished.returncode != 0:
        raise ClusterError(
            f"the kubeconfig's exec plugin {name} failed (exit code {finished.returncode});"
            " `kubectl get namespaces` shows its message"
        )
    return finished.stdout


def _exec_info(plugin: "ExecProvider", *, interactive: bool) -> str:
    """What the program may ask of its caller (client.authentication.k8s.io, `ExecCredential`)."""
    specification: dict[str, Any] = {"interactive": interactive}
    if plugin.cluster:
        cluster = dict(plugin.cluster.value)
        for extension in cluster.get("extensions") or ():
            if extension["name"] == "client.authentication.k8s.io/exec":
                cluster["config"] = extension["extension"]
        specification["cluster"] = cluster
    return json.dumps({"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": specification})


def _has_credential(status: Mapping[str, Any]) -> bool:
    texts = {key for key, value in status.items() if isinstance(value, str) and value}
    return "token" in texts or {"clientCertificateData", "clientKeyData"} <= texts
