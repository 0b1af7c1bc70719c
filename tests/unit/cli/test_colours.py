"""Colors appear only on a terminal, and not with NO_COLOR; tables fit any width."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.terminal import on_terminal
from tests.support.wrong_secrets import params

COLOURED = "\x1b["
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "wrong.yaml").write_text(json.dumps(params(type_="s33", labels={})))
    return str(tmp_path)


@pytest.mark.parametrize("command", ["list", "doctor"])
def test_colours_on_a_terminal_only(command: str, folder: str) -> None:
    _, terminal, _ = on_terminal(command, "--manifests", folder)
    _, file, _ = on_terminal(command, "--manifests", folder, pipe=True)
    assert COLOURED in terminal
    assert COLOURED not in file
    assert "models-bucket-params" in file


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("command", ["list", "doctor"])
def test_no_colours(command: str, variables: Mapping[str, str], folder: str) -> None:
    _, shown, _ = on_terminal(command, "--manifests", folder, variables=variables)
    colours = [part for part in shown.split(COLOURED)[1:] if part[0] in "349" and part[:2] != "3m"]
    assert colours == []
    assert "models-bucket-params" in shown


@pytest.mark.parametrize("command", [("list",), ("list", "--remotes"), ("doctor",)])
@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_nothing_is_wider_than_the_terminal(command: tuple[str, ...], columns: int, folder: str) -> None:
    _, shown, _ = on_terminal(*command, "--manifests", folder, columns=columns)
    lines = [line for line in STYLE.sub("", shown).splitlines() if not line.startswith("Manifests: ")]
    assert max(map(len, lines)) <= columns
