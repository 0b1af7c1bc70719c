"""A file is replaced in one step, and no process leaves a copy for good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seldon_secrets_pulumi.stack.replacement import replace

KILLED = """
import os, signal, sys
from pathlib import Path
from seldon_secrets_pulumi.stack.replacement import replace
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
replace(Path(sys.argv[1]), "half")
"""


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text("old")
    path.chmod(0o600)
    return path


def test_the_copy_of_a_killed_process_is_removed_by_the_next(file: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert killed.returncode == -9
    assert file.read_text() == "old"
    assert len(names(file.parent)) == 2
    replace(file, "new")
    assert names(file.parent) == [file.name]
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o600


def test_files_of_running_processes_and_of_other_programs_stay(file: Path) -> None:
    others = [
        f".Pulumi.dev.yaml.seldon-secrets-{os.getppid()}.abc",
        ".Pulumi.dev.yaml.seldon-secrets-notes.txt",
        ".Pulumi.dev.yaml.swp",
        ".Pulumi.prod.yaml.seldon-secrets-999999999.abc",
    ]
    for name in others:
        (file.parent / name).touch()
    replace(file, "new")
    assert names(file.parent) == sorted([file.name, *others])


def test_a_failed_replacement_leaves_the_old_file_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace(file, "new")
    assert names(file.parent) == [file.name]
    assert file.read_text() == "old"
