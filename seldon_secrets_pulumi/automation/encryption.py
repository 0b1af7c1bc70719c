"""Encryption by a stack's secrets provider. No plain value is written to a file or a command line."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from seldon_secrets_pulumi.automation.failures import StackError
from seldon_secrets_pulumi.automation.project import Project
from seldon_secrets_pulumi.errors import SeldonSecretsError

# One call of pulumi takes a third of a second of one core, or waits for a service. More calls at once gain nothing.
_CALLS_AT_ONCE = 4
_KEY = "seldon-secrets:value"


class EncryptionError(SeldonSecretsError):
    """Why a value could not be encrypted, in one line and without the value."""


class Encryption:
    """Encrypts values for one stack.

    `header` has the fields about encryption in the stack's file. Pulumi adds to them when it makes the stack's key.
    Each value goes to `pulumi config set --secret` on standard input. Pulumi writes the ciphertext to a temporary
    stack file that holds nothing else.
    """

    def __init__(self, project: Project, stack: str, header: Mapping[str, Any]) -> None:
        self.header = dict(header)
        self._project = project
        self._stack = stack

    def encrypted(self, values: Sequence[str], progress: Callable[[int], None]) -> list[str]:
        """The ciphertexts, in order. Raises `EncryptionError` or `StoppedError`."""
        try:
            return self._encrypted_in_folder(values, progress)
        except OSError as error:
            place = error.filename or tempfile.gettempdir()
            raise EncryptionError(f"no temporary file can be written: {place}: {error.strerror}") from None

    def _encrypted_in_folder(self, values: Sequence[str], progress: Callable[[int], None]) -> list[str]:
        with tempfile.TemporaryDirectory(prefix="seldon-secrets-") as name:
            folder = Path(name)

            def encrypt(number: int) -> str:
                ciphertext = self._encrypted(folder / f"Pulumi.{number}.yaml", values[number])
                progress(1)
                return ciphertext

            # The first encryption for a stack may make its key, which the others then use.
            first = [encrypt(0)] if values else []
            with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
                return first + list(pool.map(encrypt, range(1, len(values))))

    def _encrypted(self, file: Path, value: str) -> str:
        file.write_text(yaml.safe_dump(self.header), encoding="utf-8")
        target = ("--config-file", str(file), "--stack", self._stack)
        try:
            self._project.run("config", "set", _KEY, "--secret", "--raw", *target, standard_input=value)
        except StackError as error:
            first_line = (str(error).splitlines() or ["no reason was given"])[0]
            raise EncryptionError(f"pulumi can't encrypt for the stack {self._stack}: {first_line}") from None
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
        self.header = {name: value for name, value in settings.items() if name != "config"}
        return str(settings["config"][_KEY]["secure"])
