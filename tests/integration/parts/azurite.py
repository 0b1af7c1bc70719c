"""Microsoft's emulator of Azure Blob Storage, from npm, with its own account."""

import base64
import secrets
from pathlib import Path

from .npm import ENVIRONMENT, npm_packages
from .rclone import Rclone
from .served_part import ServedPart
from .server_process import free_port

VERSION = "3.37.0"


class Azurite(ServedPart):
    """The container `models` holds `files` under `iris/`."""

    container = "models"
    files = {"model.bin": bytes(range(256)) * 16}  # noqa: RUF012

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.account = "testaccount"
        self.key = base64.b64encode(secrets.token_bytes(64)).decode()

    def start(self) -> None:
        """Start the emulator and upload the model."""
        port = free_port()
        process = self.serve(
            str(npm_packages(f"azurite-{VERSION}", f"azurite@{VERSION}") / ".bin" / "azurite-blob"),
            "--blobHost=127.0.0.1",
            f"--blobPort={port}",
            f"--location={self.folder}",
            "--skipApiVersionCheck",  # rclone may use a newer version of the API than the emulator
            "--disableTelemetry",
            env={**ENVIRONMENT, "AZURITE_ACCOUNTS": f"{self.account}:{self.key}"},
        )
        self.endpoint = f"http://127.0.0.1:{port}/{self.account}"
        process.logged("(successfully listens)")
        model = self.folder / "model"
        model.mkdir()
        for name, content in self.files.items():
            (model / name).write_bytes(content)
        variables = {"TYPE": "azureblob", "ACCOUNT": self.account, "KEY": self.key, "ENDPOINT": self.endpoint}
        Rclone(self.folder).run(
            *("copy", str(model), f"admin:{self.container}/iris"),
            env={f"RCLONE_CONFIG_ADMIN_{name}": value for name, value in variables.items()},
        )
