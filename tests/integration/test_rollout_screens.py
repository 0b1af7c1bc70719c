"""The screens that a person sees, and the events and the summary that programs read."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pyte
import pytest

from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .support.command import COMMAND
from .support.environments import Environments

COLUMNS, ROWS = 100, 60
GOLDEN = Path(__file__).parent / "golden"
FAILED, REFUSED = 1, 3
ASKS = r"Update dev\? \[y/N\]: "
DEV_QUESTION = """\
dev
┏━━━━━━━━┳━━━━━━━━┳━━━━━━━━━┳━━━━━━━━┳━━━━━━┓
┃ create ┃ update ┃ replace ┃ delete ┃ same ┃
┡━━━━━━━━╇━━━━━━━━╇━━━━━━━━━╇━━━━━━━━╇━━━━━━┩
│      4 │      0 │       0 │      0 │    0 │
└────────┴────────┴─────────┴────────┴──────┘
  create team-dev/ghcr
  create team-dev/models-bucket-envvars
  create team-dev/models-bucket-params
Update dev? [y/N]:"""


class Terminal:
    """A terminal in which the command runs, with its screen."""

    def __init__(self, environments: Environments, *arguments: str) -> None:
        self._environments = environments
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            [COMMAND, "rollout", *arguments],
            cwd=environments.folder,
            env={**environments.env, "CI": "", "TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads here
        )
        os.close(theirs)
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self.seen: list[str] = []

    def until(self, pattern: str) -> str:
        """The screen once one of its lines starts with this."""
        while not re.search(f"^{pattern}", self._up_to_cursor(), re.MULTILINE):
            assert self._read(), self.screen()
        return self.screen()

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def end(self, code: int) -> str:
        """The last screen of the command."""
        while self._read():
            pass
        os.close(self._ours)
        shown = self.screen()
        assert self.process.wait(timeout=60) == code, shown
        assert "Traceback" not in "".join(self.seen)
        assert leaks("".join(self.seen), self._environments.canaries) == []
        return shown

    def screen(self) -> str:
        lines = "\n".join(line.rstrip() for line in self._screen.display).rstrip()
        for name, namespace in self._environments.namespaces.items():
            lines = lines.replace(namespace, f"team-{name}")
        return lines

    def _up_to_cursor(self) -> str:
        """The screen with the space before the cursor: a key that is typed before a question's space is echoed before it."""
        lines = self.screen().splitlines()
        cursor = self._screen.cursor
        if cursor.y < len(lines):
            lines[cursor.y] = lines[cursor.y].ljust(cursor.x)
        return "\n".join(lines)

    @property
    def cursor_is_shown(self) -> bool:
        return not self._screen.cursor.hidden

    def style(self, row: int, column: int) -> tuple[str, bool]:
        """The color of a character, and whether it is bold."""
        character = self._screen.buffer[row][column]
        return character.fg, character.bold

    def _read(self) -> bool:
        try:
            read = os.read(self._ours, 4096)
        except OSError:  # the other side is closed
            return False
        self._stream.feed(read)
        self.seen.append(read.decode(errors="replace"))
        return bool(read)


@pytest.fixture(scope="module")
def environments(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Environments:
    engine = IsolatedEngine(tmp_path_factory.mktemp("engine"), native_parts)
    return Environments(engine, control_plane, tmp_path_factory.mktemp("project"), ("dev", "prod"))


@pytest.fixture
def stacks(environments: Environments) -> Environments:
    environments.restore()
    return environments


def test_a_rollout_shows_changes_asks_and_shows_its_progress(stacks: Environments) -> None:
    """From the first screen of a stack to the command that continues."""
    terminal = Terminal(stacks, "dev", "prod")
    assert terminal.until(ASKS) == DEV_QUESTION
    terminal.type("n\n")
    assert terminal.end(REFUSED) == (
        f"{DEV_QUESTION} n\ndev: refused\nprod: not started\ncontinue with: seldon-secrets rollout dev prod"
    )

    terminal = Terminal(stacks, "dev", "prod")
    terminal.until(ASKS)
    terminal.type("\x03")
    assert terminal.end(FAILED) == (
        f"{DEV_QUESTION} ^C\ndev: stopped\nprod: not started\ncontinue with: seldon-secrets rollout dev prod"
    )
    assert stacks.passwords() == {"dev": None, "prod": None}

    stacks.identities["prod"].permit(without="patch")
    terminal = Terminal(stacks, "dev", "prod")
    terminal.until(r"dev preview ━+ 0/\? \d:\d\d:\d\d$")
    terminal.until(ASKS)
    terminal.type("y\n")
    terminal.until(r"dev create team-dev/\S+ [━╸╺]+ [2-4]/4 \d")
    terminal.until(r"dev verify .*[━╸╺]+ \d/3 \d")
    done = f"{DEV_QUESTION} y\ndev: updated and verified"
    assert " ".join(terminal.end(FAILED).removeprefix(f"{done}\n").split()) == (
        "prod: failed: you may not patch Secrets in the namespace team-prod; the update requires it"
        " dev: done, 3 Secrets verified prod: failed continue with: seldon-secrets rollout prod"
    )


def test_ctrl_c_in_an_update_gives_the_terminal_back(stacks: Environments) -> None:
    stacks.rollout("dev", "--yes")
    stacks.rotate()
    terminal = Terminal(stacks, "dev")
    terminal.until(ASKS)
    terminal.type("y\n")
    terminal.until("dev up")
    terminal.type("\x03")
    assert terminal.end(FAILED).endswith(
        "dev: failed: stopped by Ctrl-C or SIGTERM\ndev: stopped\ncontinue with: seldon-secrets rollout dev"
    )
    assert terminal.cursor_is_shown
    assert stacks.locks() == []


def test_deletions_and_replacements_stand_out(stacks: Environments) -> None:
    stacks.rollout("dev", "--yes")
    stacks.configure("dev", mutable=False, registries=False)
    stacks.rotate()
    terminal = Terminal(stacks, "dev")
    shown = terminal.until(ASKS)
    for change in ("delete team-dev/ghcr", "replace team-dev/models-bucket-envvars"):
        assert terminal.style(shown.splitlines().index(f"  {change}"), 2) == ("red", True)
    terminal.type("n\n")
    terminal.end(REFUSED)


def test_events_and_summary(stacks: Environments) -> None:
    """Programs and pages read both: their contents and names are stable."""
    stacks.rollout("dev", "--yes")
    stacks.configure("dev", registries=False)
    stacks.rotate()
    summary = stacks.engine.folder / "summary.md"
    env = {"GITHUB_STEP_SUMMARY": str(summary)}
    printed = stacks.rollout("dev", "--yes", "--json", code=REFUSED, env=env)
    printed += stacks.rollout("dev", "--yes", "--json", "--allow-delete", env=env)
    namespace = stacks.namespaces["dev"]
    lines = printed.splitlines(keepends=True)
    lines[7:10] = sorted(lines[7:10])  # pulumi works in parallel
    events = "".join(lines).replace(namespace, "team-dev")
    assert events == (GOLDEN / "rollout-events.jsonl").read_text()
    assert summary.read_text() == (GOLDEN / "rollout-summary.md").read_text()
