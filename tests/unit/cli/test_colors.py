"""Colors appear only on a terminal and only without NO_COLOR, and lines fit its width."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.terminal import on_terminal
from tests.support.wrong_secrets import params

COLORED = "\x1b["
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "wrong.yaml").write_text(json.dumps(params(type_="s33", labels={})))
    return str(tmp_path)


@pytest.mark.parametrize("command", ["list", "doctor"])
def test_colors_appear_on_a_terminal_only(command: str, folder: str) -> None:
    _, terminal, _ = on_terminal(command, "--manifests", folder)
    _, file, _ = on_terminal(command, "--manifests", folder, pipe=True)
    assert COLORED in terminal
    assert COLORED not in file
    assert "models-bucket-params" in file


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("command", ["list", "doctor"])
def test_colors_can_be_switched_off(command: str, variables: Mapping[str, str], folder: str) -> None:
    _, shown, _ = on_terminal(command, "--manifests", folder, variables=variables)
    colors = [part for part in shown.split(COLORED)[1:] if part[0] in "349" and part[:2] != "3m"]
    assert colors == []
    assert "models-bucket-params" in shown


@pytest.mark.parametrize("command", [("list",), ("list", "--remotes"), ("doctor",)])
@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(command: tuple[str, ...], columns: int, folder: str) -> None:
    _, shown, _ = on_terminal(*command, "--manifests", folder, columns=columns)
    lines = [line for line in STYLE.sub("", shown).splitlines() if not line.startswith("Manifests: ")]
    assert max(map(len, lines)) <= columns
