"""The output of `list` for Secrets of every origin, and the golden files that hold it.

    python -m tests.support.list_golden

writes the golden files again; review their difference before you commit it.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from .canaries import CANARY
from .terminal import on_terminal

# Secrets of the platform, its SDK, Seldon's MinIO role, and people.
MANIFESTS = Path(__file__).parent / "secrets_by_origin"
GOLDEN = Path(__file__).parents[1] / "unit" / "cli" / "golden"
STYLE = re.compile(r"\x1b\[[0-9;]*m")

WIDTHS = (80, 120, 200)
# The width of the terminal and the options that print each file.
PRINTED_BY: dict[str, tuple[int, Sequence[str]]] = {
    **{f"list-{width}.txt": (width, ()) for width in WIDTHS},
    **{f"remotes-{width}.txt": (width, ("--remotes",)) for width in WIDTHS},
    "list.json": (80, ("-o", "json")),
    "list.yaml": (80, ("-o", "yaml")),
    "remotes.json": (80, ("--remotes", "-o", "json")),
}


def printed(name: str) -> str:
    columns, options = PRINTED_BY[name]
    code, out, err = on_terminal("list", "--manifests", str(MANIFESTS), *options, columns=columns)
    assert (code, err) == (0, "")
    assert CANARY not in out
    lines = [line.rstrip() for line in STYLE.sub("", out).splitlines()]
    return "".join(f"{line}\n" for line in lines if not line.startswith("Manifests: "))


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for file in PRINTED_BY:
        (GOLDEN / file).write_text(printed(file))
