"""Kubeconfigs for addresses and users that tests choose."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .canaries import CANARY


def write_kubeconfig(
    folder: Path, server: str, user: Mapping[str, Any] | None = None, **cluster: str
) -> Path:
    """A kubeconfig with one context. By default, its user has a canary as the token."""
    file = folder / "kubeconfig"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "local", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "user", "user": {"token": CANARY} if user is None else user}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "user"}}],
        "current-context": "local",
    }
    file.write_text(json.dumps(content))
    return file
