"""Every command with a full disk, a closed pipe or a closed descriptor as its standard streams."""

import errno
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
import typer
import yaml
from typer.testing import CliRunner

from seldon_secrets_pulumi.cli.app import app
from seldon_secrets_pulumi.inventory.source import ManifestSource
from tests.support.canaries import CANARY
from tests.support.lost_output import FULL, closed_pipe
from tests.support.manifests import BUCKET, ENV_VARS, YAML, namespace, secret
from tests.support.terminal import COMMAND

Stream = int | IO[bytes] | None
Preparation = Callable[[], None]

MANIFESTS = ("--manifests", "manifests")
COMMANDS = (
    ("list", *MANIFESTS),
    ("list", *MANIFESTS, "-o", "json"),
    ("list", *MANIFESTS, "-o", "yaml"),
    ("doctor", *MANIFESTS),
    ("doctor", *MANIFESTS, "--ignore", "value-form", "-o", "json"),
    ("doctor", "--explain", "secret-name"),
    ("calibrate", *MANIFESTS),
    ("calibrate", *MANIFESTS, "-o", "json"),
    ("render", "secrets.yaml"),
    ("import",),  # the tests of both commands with a cluster are in tests/integration
    ("rollout", "dev"),
    ("rollout", "--help"),
    ("example",),
    ("example", "stack"),
    (),
    ("--version",),
    ("list", "--bogus"),
)
CLOSED = "seldon-secrets: can't write to standard output: Bad file descriptor\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "manifests").mkdir()
    manifests = [
        namespace(**{"seldon.restricted": "false"}),
        secret("minio-bucket-envvars", ENV_VARS, labels=BUCKET),
        secret("wrong-name", YAML, labels=BUCKET),
    ]
    for number, manifest in enumerate(manifests):
        (folder / "manifests" / f"{number}.yaml").write_text(json.dumps(manifest))
    bucket = {"remote": "models", "type": "s3", "accessKeyId": "AKIA", "secretAccessKey": CANARY}
    settings = {"namespaces": ["team"], "buckets": [bucket]}
    (folder / "secrets.yaml").write_text(yaml.safe_dump(settings))
    return folder


def run(
    folder: Path,
    arguments: tuple[str, ...],
    stdout: Stream = subprocess.PIPE,
    stderr: Stream = subprocess.PIPE,
    prepare: Preparation | None = None,
) -> tuple[int, str, str]:
    finished = subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        preexec_fn=prepare,
        check=False,
        timeout=120,
    )
    return finished.returncode, (finished.stdout or b"").decode(), (finished.stderr or b"").decode()


def test_every_command_is_tested() -> None:
    names = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(names) <= {arguments[0] for arguments in COMMANDS if arguments}


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_standard_streams_that_fail(folder: Path, arguments: tuple[str, ...]) -> None:
    code, printed, errors = run(folder, arguments)
    with Path("/dev/full").open("wb") as full, closed_pipe() as pipe:
        assert run(folder, arguments, full) == (
            (code or 1, "", errors + FULL) if printed else (code, "", errors)
        )
        # Whoever closed the pipe has read enough.
        assert run(folder, arguments, pipe) == (code, "", errors)
    closed = run(folder, arguments, prepare=lambda: os.close(1))
    assert closed == ((code or 1, "", errors + CLOSED) if printed else (code, "", errors))


def test_closed_standard_input_is_no_terminal(folder: Path) -> None:
    code, printed, errors = run(folder, ("rollout", "dev"), prepare=lambda: os.close(0))
    assert (code, printed) == (2, "")
    assert errors.startswith("seldon-secrets: no terminal to ask for confirmation")


def test_lost_errors_hide_no_results(folder: Path) -> None:
    arguments = ("list", *MANIFESTS)
    code, printed, errors = run(folder, arguments)
    assert errors
    with Path("/dev/full").open("wb") as full, closed_pipe() as pipe:
        assert run(folder, arguments, stderr=full) == (code, printed, "")
        assert run(folder, arguments, stderr=pipe) == (code, printed, "")
        assert run(folder, arguments, full, full) == (1, "", "")


def test_a_reader_that_takes_one_line_gets_it(folder: Path) -> None:
    finished = subprocess.run(
        ["bash", "-c", f"{COMMAND} --show-completion bash | head -1; echo ${{PIPESTATUS[0]}}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.stderr == ""
    line, code = finished.stdout.splitlines()
    assert line.startswith("_seldon")
    assert code == "0"


def test_an_error_of_the_machine_is_no_defect_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/some-file")

    monkeypatch.setattr(ManifestSource, "secrets", full)
    result = CliRunner().invoke(app, ["list", "--manifests", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "seldon-secrets: /tmp/some-file: No space left on device\n"
