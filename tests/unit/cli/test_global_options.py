"""Options before a command, and the ways to start the program."""

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from seldon_secrets_pulumi.rclone.catalog import rclone_version
from tests.support.terminal import COMMAND

MODULE = [sys.executable, "-m", "seldon_secrets_pulumi"]


def run(*command: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (None, "not on PATH"),
        ("#!/bin/sh\necho v3.300.1\n", "3.300.1"),
        ("#!/bin/sh\nexit 1\n", "does not run"),
        ("not a program", "does not run"),
    ],
)
def test_version(tmp_path: Path, program: str | None, expected: str) -> None:
    if program:
        pulumi = tmp_path / "pulumi"
        pulumi.write_text(program)
        pulumi.chmod(0o755)
    printed = run(COMMAND, "--version", env={"PATH": str(tmp_path)})
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout.splitlines() == [
        f"seldon-secrets-pulumi: {version('seldon-secrets-pulumi')}",
        f"pulumi: {expected}",
        f"rclone catalog: {rclone_version()}",
    ]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["list", "--bogus"], ["doctor", "--explain", "secret-name"]]
)
def test_the_module_is_the_command(arguments: list[str]) -> None:
    module, command = run(*MODULE, *arguments), run(COMMAND, *arguments)
    assert (module.returncode, module.stdout, module.stderr) == (
        command.returncode,
        command.stdout,
        command.stderr,
    )


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from seldon_secrets_pulumi.cli.app import app; app(['--help'], standalone_mode=False)"
    printed = run(sys.executable, "-c", f"{code}; print(*sys.modules)").stdout
    loaded = set(printed.splitlines()[-1].split())
    assert loaded.isdisjoint({"kubernetes", "pulumi", "yaml", "seldon_secrets_pulumi.cli.version"})
