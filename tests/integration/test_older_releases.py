"""What older releases of rclone have, as they say themselves."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.rclone.releases import (
    Version,
    backend_providers,
    backend_since,
    option_since,
    parse_version,
    provider_since,
)

from .support.older_rclone import VERSIONS, executable


def output(rclone: Path, *args: str) -> str:
    return subprocess.run(
        [str(rclone), *args], env={"RCLONE_CONFIG": os.devnull}, capture_output=True, check=True, text=True
    ).stdout


def version_of(rclone: Path) -> Version:
    match = re.match(r"rclone (v[0-9.]+)", output(rclone, "version"))
    assert match
    version = parse_version(match[1])
    assert version
    return version


@pytest.mark.parametrize("release", VERSIONS)
def test_backends_options_and_providers(release: str) -> None:
    rclone = executable(release)
    version = version_of(rclone)
    listed: dict[str, dict[str, Any]] = {
        row["Name"]: row for row in json.loads(output(rclone, "config", "providers"))
    }
    common = listed.keys() & set(backend_names())
    expected_backends = {name for name in backend_names() if backend_since(name) <= version}
    # Debian builds rclone without the backends whose libraries it does not package.
    assert common <= expected_backends if release == "debian" else common == expected_backends
    for name in common:
        options = {option["Name"]: option for option in listed[name]["Options"]}
        expected = {option for option in backend(name).options if option_since(name, option) <= version}
        assert expected == options.keys() & backend(name).options.keys(), name
        if "provider" in options:
            choices = {example["Value"] for example in options["provider"].get("Examples") or ()}
            for provider in backend_providers(backend(name)):
                assert (provider in choices) == (provider_since(name, provider) <= version), (name, provider)
