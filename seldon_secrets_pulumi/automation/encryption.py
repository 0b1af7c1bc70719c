"""Credentials encrypted by the stack's secrets provider, without a plain one in a file or on a command line."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from seldon_secrets_pulumi.automation.stack import Stopped

# A call of the engine takes a third of a second of one core (or waits for a service); more at once gain nothing.
_AT_ONCE = 4
_KEY = "seldon-secrets:value"


class EncryptionFailed(Exception):  # noqa: N818 - it is shown as a sentence
    """Why a value could not be encrypted, in one line and without it."""


class Encryption:
    """Encrypts for one stack. `header` is what its file says about encryption, and grows when the engine adds to it.

    A value goes to `pulumi config set --secret` on standard input; the engine writes its ciphertext into a stack
    file of the value's own, from which it is taken.
    """

    def __init__(
        self, folder: Path, stack: str, header: Mapping[str, Any], stopping: threading.Event
    ) -> None:
        self.header = dict(header)
        self._stopping = stopping
        self._folder = folder
        self._stack = stack

    def encrypted(self, values: Sequence[str], progress: Callable[[int], None]) -> list[str]:
        """Each value's ciphertext. Raises `EncryptionFailed` or `Stopped`."""
        with tempfile.TemporaryDirectory(prefix="seldon-secrets-") as name:
            folder = Path(name)

            def encrypt(number: int) -> str:
                ciphertext = self._encrypted(folder / f"Pulumi.{number}.yaml", values[number])
                progress(1)
                return ciphertext

            # A stack's first encryption may make its key: the others then use it.
            first = [encrypt(0)] if values else []
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                return first + list(pool.map(encrypt, range(1, len(values))))

    def _encrypted(self, file: Path, value: str) -> str:
        if self._stopping.is_set():
            raise Stopped
        file.write_text(yaml.safe_dump(self.header), encoding="utf-8")
        command = [
            "config",
            "set",
            _KEY,
            "--secret",
            "--raw",
            "--config-file",
            str(file),
            "--stack",
            self._stack,
        ]
        finished = subprocess.run(  # noqa: S603
            [shutil.which("pulumi") or "pulumi", "--non-interactive", *command],
            cwd=self._folder,
            input=value.encode(),
            capture_output=True,
            check=False,
            start_new_session=True,  # a terminal's Ctrl-C is for the command, which then starts no more of these
        )
        if finished.returncode != 0:
            lines = finished.stderr.decode(errors="replace").strip().splitlines()
            raise EncryptionFailed(f"pulumi can't encrypt for the stack {self._stack}: {(lines or ['?'])[0]}")
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        self.header = {name: it for name, it in content.items() if name != "config"}
        return str(content["config"][_KEY]["secure"])
