"""A local S3 server that holds a model."""

import secrets
from pathlib import Path

from .rclone import EXECUTABLE
from .served_part import ServedPart


class S3Server(ServedPart):
    """The bucket `models` holds `files` under `iris/`."""

    bucket = "models"
    files = {"model.bin": bytes(range(256)) * 16, "settings.json": b'{"name": "iris"}\n'}  # noqa: RUF012

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        # The server rejects access keys that are much shorter than Amazon's.
        self.access_key_id = f"AKIA{secrets.token_hex(8).upper()}"
        self.secret_access_key = secrets.token_urlsafe(30)

    def start(self) -> None:
        """Start the server on a free port."""
        served = self.folder / "served"
        model = served / self.bucket / "iris"
        model.mkdir(parents=True)
        for name, content in self.files.items():
            (model / name).write_bytes(content)
        absent = self.folder / "absent.conf"
        process = self.serve(
            *(str(EXECUTABLE), "serve", "s3", "--addr=127.0.0.1:0", f"--config={absent}", str(served)),
            # rclone parses a list; the quotes keep the pair with its comma together.
            env={"RCLONE_AUTH_KEY": f'"{self.access_key_id},{self.secret_access_key}"'},
        )
        self.endpoint = process.logged(r"Starting s3 server on \[(http://[^]]+?)/?\]")
