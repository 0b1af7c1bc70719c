"""Adds entries to a stack's file without changing what its owner wrote there."""

import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from seldon_secrets_pulumi.stack.entry import credentials
from seldon_secrets_pulumi.stack.expansion import ENTRIES
from seldon_secrets_pulumi.stack.file_reader import PREFIX

# All other parts of a stack's file describe its encryption.
_NO_HEADER = frozenset({"config", "environment"})
# Strings that every reader of YAML reads as strings without quotes.
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[a-z][\w./-]*", re.IGNORECASE | re.ASCII)

SettingPath = tuple[str, ...]


class NewEntry(Protocol):
    """An entry to add to a list of settings: `kind` is the list, such as `buckets`."""

    @property
    def kind(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...


class UnusableFile(Exception):  # noqa: N818 - its text is a whole sentence for the user
    """The reason why entries can't be added to the file, on one line."""


class StackFile:
    """A stack's file. Its comments and its order stay."""

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """`settings` are those that the engine reads. The file must contain each of their lists in full."""
        self.path = path
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = 2**20
        self._yaml.indent(mapping=2, sequence=4, offset=2)  # as the engine writes it
        try:
            content = self._yaml.load(path.read_text(encoding="utf-8")) if path.exists() else None
        except (OSError, ValueError, YAMLError):
            raise UnusableFile(f"{path} can't be read as YAML") from None
        self._content: CommentedMap = content if content is not None else CommentedMap()
        self._config: CommentedMap = self._content.setdefault("config", CommentedMap())
        for kind in ENTRIES:
            if len(self._entries(kind)) != len(settings.get(kind, [])):
                raise UnusableFile(
                    f"{PREFIX}{kind} is set outside {path.name}, or as one encrypted text; first set it in that file,"
                    " entry by entry"
                )

    @property
    def header(self) -> dict[str, Any]:
        """The part of the file that describes its encryption."""
        return {name: value for name, value in self._content.items() if name not in _NO_HEADER}

    def add(self, entries: Iterable[NewEntry], ciphertexts: Iterator[str]) -> None:
        """Append the entries, with the next ciphertext in the place of each credential."""
        for entry in entries:
            encrypted = {path: next(ciphertexts) for path in secret_paths(entry)}
            self._list(entry.kind).append(_node(entry.settings, encrypted))

    def set(self, key: str, text: str) -> None:
        """Set a plain setting, of any package."""
        self._config[key] = _node(text, {})

    def write(self, header: Mapping[str, Any]) -> None:
        """Replace the file atomically: a reader, or a restart after a crash, sees the old or the new file."""
        for name, value in header.items():
            if self._content.get(name) != value:
                self._content.insert(0, name, value)
        text = io.StringIO()
        self._yaml.dump(self._content, text)
        descriptor, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        copy = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text.getvalue())
                file.flush()
                os.fsync(file.fileno())
            copy.chmod(self.path.stat().st_mode if self.path.exists() else 0o644)
            copy.replace(self.path)
        finally:
            copy.unlink(missing_ok=True)

    def _entries(self, kind: str) -> Sequence[Any]:
        entries = self._config.get(PREFIX + kind)
        return entries if isinstance(entries, list) else []

    def _list(self, kind: str) -> Any:
        if not self._entries(kind):
            # An empty list is on one line, and its new entries would be too.
            self._config[PREFIX + kind] = CommentedSeq()
        return self._config[PREFIX + kind]


def secret_values(entries: Iterable[NewEntry]) -> list[str]:
    """The credentials of the entries, in the order in which `StackFile.add` takes their ciphertexts."""
    return [_at(entry.settings, path) for entry in entries for path in secret_paths(entry)]


def secret_paths(entry: NewEntry) -> list[SettingPath]:
    """The paths of an entry's credentials, and of values that may be one."""
    return sorted(credentials(entry.kind, entry.settings, cautious=True))


def _at(settings: Any, path: SettingPath) -> str:
    for name in path:
        settings = settings[name]
    return str(settings)


def _node(value: Any, encrypted: Mapping[SettingPath, str], path: SettingPath = ()) -> Any:
    if path in encrypted:
        return CommentedMap({"secure": encrypted[path]})
    if isinstance(value, Mapping):
        return CommentedMap(
            {_text(name): _node(inner, encrypted, (*path, name)) for name, inner in value.items()}
        )
    if isinstance(value, list):
        names = CommentedSeq(_node(item, {}) for item in value)
        names.fa.set_flow_style()
        return names
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else DoubleQuotedScalarString(text)
