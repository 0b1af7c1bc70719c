"""What an update is about to create, written down before it starts: names, never a value.

An update that saves the stack's state only at its end leaves nothing in the state if it is killed. The file tells the
next rollout where to look.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from seldon_secrets_pulumi.automation.backend import Backend
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

_LARGEST_FILE = 16 * 1024 * 1024


class IntentFile:
    """The file of one stack. It exists while an update runs, and after an update that was interrupted or failed."""

    def __init__(self, backend: Backend, project_folder: Path, stack: str) -> None:
        folder = backend.folder()
        name = f"{stack.rpartition('/')[2]}.json"
        self.path = (
            folder / "seldon-secrets" / backend.project() / name
            if folder
            else project_folder / ".seldon-secrets" / name
        )

    def read(self) -> set[str] | None:
        """The Secrets, as `namespace/name`. None if there is no file, empty if the file is incomplete."""
        try:
            content = self.path.read_bytes()[:_LARGEST_FILE]
        except FileNotFoundError:
            return None
        except OSError:
            return set()
        try:
            document = parse_json(content.decode())
        except (UnicodeDecodeError, UnreadableTextError):
            return set()
        created = document.get("created") if isinstance(document, dict) else None
        names = created if isinstance(created, list) else []
        return {name for name in names if isinstance(name, str) and "/" in name}

    def write(self, created: Iterable[str]) -> None:
        """Write the file in one step, so that it is complete even if the machine stops. Raises `OSError`."""
        unfinished = self.path.with_suffix(f".{os.getpid()}")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                json.dump({"created": sorted(created)}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self.path)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            raise

    def remove(self) -> None:
        """Remove the file after an update whose state pulumi has saved."""
        with suppress(FileNotFoundError):
            self.path.unlink()
