"""The three paths on which Seldon passes a bucket secret to rclone."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from tests.integration.parts.rclone import Rclone
from tests.integration.parts.rclone_rcd import RcloneRcd


def core1_variables(remote: Remote) -> dict[str, str]:
    """Core 1, batch jobs: the Secret's keys become environment variables."""
    return ENV_VAR.write(remote)


def core2_secret(remote: Remote) -> dict[str, Any]:
    """Core 2: the JSON under the Secret's only key, which is the body of a `config/create` call."""
    (text,) = CONFIG_PARAM.write(remote).values()
    return dict(json.loads(text))


def core2_connection_string(remote: Remote, path: str = "") -> str:
    """Core 2, a Model's `secretName`: the connection string that its agent writes (seldon-core, scheduler/pkg/agent/rclone)."""
    secret = core2_secret(remote)
    parts = [f":{secret['type']}"]
    for name, value in secret["parameters"].items():
        quoted = '"' + value.replace('"', '""') + '"' if re.search("[:,]", value) else value
        parts.append(f"{name}={quoted}")
    return ",".join(parts) + f":{path}"


def copy_as_core1(rclone: Rclone, _: RcloneRcd, remote: Remote, path: str, target: Path) -> None:
    """Copy as the storage initializer of a Core 1 model does."""
    rclone.run("copy", f"{remote.name}:{path}", str(target), env=core1_variables(remote))


def copy_as_core2_model(_: Rclone, rcd: RcloneRcd, remote: Remote, path: str, target: Path) -> None:
    """Copy as Core 2's agent does for a Model with a `secretName`."""
    rcd.call("sync/copy", srcFs=core2_connection_string(remote, path), dstFs=str(target))


def copy_as_core2_preloaded(_: Rclone, rcd: RcloneRcd, remote: Remote, path: str, target: Path) -> None:
    """Copy as Core 2's agent does with the Secrets of its own configuration."""
    rcd.call("config/create", **core2_secret(remote))
    rcd.call("sync/copy", srcFs=f"{remote.name}:{path}", dstFs=str(target))


PATHS: Mapping[str, Callable[[Rclone, RcloneRcd, Remote, str, Path], None]] = {
    "environment": copy_as_core1,
    "connection-string": copy_as_core2_model,
    "config-create": copy_as_core2_preloaded,
}
