"""Where pulumi keeps the states of a project's stacks."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

_SCHEME = "file://"
# The backends of pulumi's own code (pulumi `pkg/backend/diy/backend.go`): folders and buckets. They write the whole state
# twice for each changed resource (`pkg/backend/snapshot.go`). All others are servers, which keep a journal of changes.
_REWRITING_SCHEMES = frozenset({"file", "s3", "gs", "azblob"})


class Backend:
    """The backend of a project."""

    def __init__(self, project_file: Path) -> None:
        self._project_file = project_file

    @property
    def rewrites_state(self) -> bool:
        """Whether pulumi writes the whole state for each change of a resource."""
        return urlsplit(self._url()).scheme in _REWRITING_SCHEMES

    def folder(self) -> Path | None:
        """The folder with the states, or None if the backend is no folder."""
        url = self._url()
        if not url.startswith(_SCHEME):
            return None
        path = unquote(url.removeprefix(_SCHEME).partition("?")[0])
        return self._project_file.parent.resolve() / Path(path).expanduser() / ".pulumi"

    def project(self) -> str:
        """The name of the project."""
        return str(read_mapping(self._project_file).get("name"))

    def _url(self) -> str:
        # The order of pulumi `pkg/workspace/creds.go`, GetCurrentCloudURL
        home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
        backend = read_mapping(self._project_file).get("backend")
        url = (
            os.environ.get("PULUMI_BACKEND_URL")
            or (backend.get("url") if isinstance(backend, dict) else None)
            or read_mapping(home / "credentials.json").get("current")
        )
        return url if isinstance(url, str) else ""


def read_mapping(file: Path) -> Mapping[str, Any]:
    """The mapping in a YAML or JSON file. Empty if there is none."""
    content = None
    with suppress(OSError, ValueError, yaml.YAMLError):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
