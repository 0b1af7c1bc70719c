"""The folder of a Pulumi project."""

from pathlib import Path


def project_file(folder: Path) -> Path | None:
    """Where the project says what it is, if the folder is one's."""
    files = (folder / f"Pulumi.{suffix}" for suffix in ("yaml", "yml", "json"))
    return next((it for it in files if it.exists()), None)
