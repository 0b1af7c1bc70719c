"""Which damaged files of a backend are named, and with which command."""

import gzip
import json
import os
from pathlib import Path

import pytest

from seldon_secrets_pulumi.automation import backend as backends
from seldon_secrets_pulumi.automation.failures import FieldConflictError, StackError, StackLockedError
from seldon_secrets_pulumi.automation.state_files import StateFiles

INTACT = json.dumps({"version": 3, "checkpoint": {}})


class Backend:
    """A project with a backend in a folder. Its name has a space."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "back end" / ".pulumi"
        (folder / "Pulumi.yaml").write_text(
            "name: project\nbackend:\n  url: file://./back%20end?metadata=skip\n"
        )
        self.files = StateFiles(backends.Backend(folder / "Pulumi.yaml"))
        self.write("meta.yaml", "version: 1")

    def write(self, name: str, content: str | bytes, time: int = 1) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(file, (time, time))
        return file

    def message(self, stack: str | None = "dev") -> list[str]:
        with pytest.raises(StackError) as raised, self.files.explained_errors(stack):
            raise StackError("pulumi's own words")
        first, *rest = str(raised.value).splitlines()
        assert first == "pulumi's own words"
        return [line.replace(str(self.root), "ROOT") for line in rest]


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    return Backend(tmp_path)


def test_nothing_is_added_if_no_file_is_damaged(backend: Backend) -> None:
    backend.write("stacks/project/dev.json", INTACT)
    backend.write("stacks/project/prod.json", "")
    backend.write("locks/organization/project/dev/1.json", "{}")
    backend.write("locks/organization/project/prod/1.json", "")
    backend.write("locks/organization/other/dev/1.json", "")
    assert backend.message() == []


@pytest.mark.parametrize(
    "content", ["", INTACT[:-1], "[]", "\0\0\0", "\xff", "[" * 100_000, gzip.compress(b"{}")[:-9]]
)
@pytest.mark.parametrize("stack", ["dev", "organization/project/dev", None])
def test_the_newest_intact_copy_restores_a_state(
    backend: Backend, content: str | bytes, stack: str | None
) -> None:
    backend.write("stacks/project/dev.json", content, time=9)
    backend.write("stacks/project/dev.json.bak", content, time=8)
    backend.write("backups/project/dev/dev.1.json", INTACT, time=3)
    backend.write("backups/project/dev/dev.2.json", INTACT, time=5)
    backend.write("backups/project/dev/dev.2.json.attrs", "{}", time=6)
    backend.write("history/project/dev/dev-1.checkpoint.json", INTACT, time=4)
    backend.write("history/project/dev/dev-1.history.json", INTACT, time=7)
    (line,) = backend.message(stack)
    assert line.startswith(
        "ROOT/stacks/project/dev.json, the state of the stack dev, is empty or incomplete. Run "
    )
    assert "`cp 'ROOT/backups/project/dev/dev.2.json' 'ROOT/stacks/project/dev.json'`" in line


def test_a_state_without_a_copy(backend: Backend) -> None:
    backend.write("stacks/project/dev.json", "")
    (line,) = backend.message()
    assert "Run `rm 'ROOT/stacks/project/dev.json'` and `pulumi stack init --no-select dev`" in line


def test_compressed_states(backend: Backend) -> None:
    state = backend.write("stacks/project/dev.json.gz", gzip.compress(INTACT.encode()))
    assert backend.message() == []
    backend.write("stacks/project/dev.json.gz.bak", state.read_bytes())
    state.write_bytes(state.read_bytes()[:-9])
    (line,) = backend.message()
    assert "`cp 'ROOT/stacks/project/dev.json.gz.bak' 'ROOT/stacks/project/dev.json.gz'`" in line


@pytest.mark.parametrize(
    ("name", "content", "command"),
    [
        ("meta.yaml", "", "echo 'version: 1' > 'ROOT/meta.yaml'"),
        ("locks/organization/project/dev/1.json", "", "pulumi cancel --stack dev --yes"),
        ("locks/organization/project/dev/1.json.18ed.tmp", "", "pulumi cancel --stack dev --yes"),
        ("stacks/project/dev.json.attrs", "", "rm 'ROOT/stacks/project/dev.json.attrs'"),
        ("meta.yaml.attrs", "", "rm 'ROOT/meta.yaml.attrs'"),
    ],
)
def test_other_files(backend: Backend, name: str, content: str, command: str) -> None:
    backend.write(name, content)
    (line,) = backend.message()
    assert line.endswith(f"`{command}`")


@pytest.mark.parametrize(
    "url", ["s3://bucket", "https://api.pulumi.com", "file:///nonexistent", "azblob://container"]
)
def test_the_backend_of_the_environment_comes_first(
    backend: Backend, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.write("stacks/project/dev.json", "")
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    assert backend.message() == []


def test_the_backend_of_the_login_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend(tmp_path)
    backend.write("stacks/project/dev.json", "")
    (tmp_path / "Pulumi.yaml").write_text("name: project\n")
    monkeypatch.setenv("HOME", str(tmp_path / "back end"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    (tmp_path / "credentials.json").write_text(json.dumps({"current": "file://~"}))
    assert len(backend.message()) == 1
    (tmp_path / "credentials.json").write_text("")
    assert backend.message() == []


@pytest.mark.parametrize("error", [StackLockedError("dev", ""), FieldConflictError("conflict", ["kubectl"])])
def test_errors_with_an_explanation_of_their_own_stay(backend: Backend, error: StackError) -> None:
    backend.write("stacks/project/dev.json", "")
    with pytest.raises(type(error)) as raised, backend.files.explained_errors("dev"):
        raise error
    assert raised.value is error
