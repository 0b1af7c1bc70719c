"""References to files and environment variables."""

import os
from pathlib import Path

import pytest

from seldon_secrets_pulumi.stack.reference import References
from tests.support.canaries import CANARY

MIB = 1024 * 1024


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside").write_text(CANARY)
    return project


def content(project: Path, name: str, *, allow_outside: bool = False) -> object:
    return References(project, allow_outside).resolved({"file": name})


def broken_rule(project: Path, name: str, *, allow_outside: bool = False) -> str:
    with pytest.raises(ValueError, match=r"^the file") as refused:
        content(project, name, allow_outside=allow_outside)
    assert CANARY not in str(refused.value)
    return str(refused.value)


def test_files_of_the_project(project: Path) -> None:
    (project / "keys").mkdir()
    (project / "keys" / "key").write_text(f"{CANARY}\r\n")
    (project / "link").symlink_to("keys/key")
    for name in ("keys/key", "link", "keys/../link", str(project / "link")):
        assert content(project, name) == CANARY


@pytest.mark.parametrize("name", ["../outside", "link", "folder/outside", "{absolute}", "../missing"])
def test_files_elsewhere_need_a_setting(project: Path, name: str) -> None:
    (project / "link").symlink_to("../outside")
    (project / "folder").symlink_to("..")
    name = name.format(absolute=project.parent / "outside")
    rule = broken_rule(project, name)
    assert rule.endswith(
        "is outside the project's folder; to allow that, set seldon-secrets:allowFilesOutsideProject to true"
    )
    if "missing" not in name:
        assert content(project, name, allow_outside=True) == CANARY


def test_a_relative_folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    Path("key").write_text(CANARY)
    assert content(Path(), "key") == CANARY
    assert "outside the project's folder" in broken_rule(Path(), "../outside")


def test_only_regular_files(project: Path) -> None:
    os.mkfifo(project / "fifo")  # a reader would wait for ever
    (project / "folder").mkdir()
    for name in ("fifo", "folder", ""):
        assert broken_rule(project, name).endswith("is not a regular file")
    for name in ("/dev/zero", "/dev/stdin", "/dev/tty"):
        broken_rule(project, name, allow_outside=True)


def test_at_most_one_mebibyte(project: Path) -> None:
    (project / "full").write_bytes(b"x" * MIB)
    assert content(project, "full") == "x" * MIB
    with (project / "huge").open("wb") as file:
        file.truncate(2**40)  # sparse
    assert broken_rule(project, "huge").endswith("is larger than 1 MiB, the limit of a Secret")


def test_files_that_can_not_be_read(project: Path) -> None:
    (project / "binary").write_bytes(b"\xff" + CANARY.encode())
    (project / "loop").symlink_to("loop")
    assert broken_rule(project, "binary").endswith("is not UTF-8 text")
    assert broken_rule(project, "missing").endswith("missing does not exist")
    assert "can't be read" in broken_rule(project, "loop")
    assert "can't be read" in broken_rule(project, "x" * 5000)
    assert "NUL" in broken_rule(project, "a\0b")


def test_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    references = References(Path())
    monkeypatch.setenv("THE_KEY", CANARY)
    assert references.resolved({"env": "THE_KEY"}) == CANARY
    monkeypatch.setenv("THE_KEY", os.fsdecode(b"\xff" + CANARY.encode()))
    with pytest.raises(ValueError, match=r"^the environment variable THE_KEY is not UTF-8 text$"):
        references.resolved({"env": "THE_KEY"})
