"""What `list` shows of every kind of Secret, beside what it is known to show.

    python -m tests.unit.cli.test_list_golden

writes the files in `golden` anew; their difference is for a person to look at before it is committed.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.manifests import CANARY
from tests.support.terminal import on_terminal

FOLDER = Path(__file__).parent / "every_kind"
GOLDEN = Path(__file__).parent / "golden"
STYLE = re.compile(r"\x1b\[[0-9;]*m")

WIDTHS = (80, 120, 200)
SHOWN: dict[str, tuple[int, Sequence[str]]] = {
    **{f"list-{width}.txt": (width, ()) for width in WIDTHS},
    **{f"remotes-{width}.txt": (width, ("--remotes",)) for width in WIDTHS},
    "list.json": (80, ("-o", "json")),
    "list.yaml": (80, ("-o", "yaml")),
    "remotes.json": (80, ("--remotes", "-o", "json")),
}


def shown(name: str) -> str:
    columns, options = SHOWN[name]
    code, out, err = on_terminal("list", "--manifests", str(FOLDER), *options, columns=columns)
    assert (code, err) == (0, "")
    assert CANARY not in out
    lines = [line.rstrip() for line in STYLE.sub("", out).splitlines()]
    return "".join(f"{line}\n" for line in lines if not line.startswith("Manifests: "))


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_what_it_was(name: str) -> None:
    assert shown(name).splitlines() == (GOLDEN / name).read_text().splitlines()


@pytest.mark.parametrize("name", [name for name in SHOWN if name.endswith(".txt")])
def test_it_fits(name: str) -> None:
    assert max(map(len, (GOLDEN / name).read_text().splitlines())) <= SHOWN[name][0]


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for file in SHOWN:
        (GOLDEN / file).write_text(shown(file))
