"""The real rclone that the catalog of backends describes."""

from functools import cache
from pathlib import Path

from toolchain.build import PARTS, PURPOSES, Cache, cache_folder


@cache
def catalog_rclone() -> Path:
    """Its path. Builds it if `make test` has not done so yet."""
    parts = [part for part in PARTS if part.folder in PURPOSES["rclone"]]
    return Cache(cache_folder()).provide(parts) / "rclone"
