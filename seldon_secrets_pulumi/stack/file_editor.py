"""New entries in a stack's file, beside what its owner wrote there."""

import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from seldon_secrets_pulumi.adoption.plan import NewEntry
from seldon_secrets_pulumi.stack.entry import credentials
from seldon_secrets_pulumi.stack.expansion import ENTRIES

_PREFIX = "seldon-secrets:"
# The rest of a stack's file says how it is encrypted.
_NO_HEADER = frozenset({"config", "environment"})
# What every reader of YAML takes for text without quotes.
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[a-z][\w./-]*", re.IGNORECASE | re.ASCII)

SettingPath = tuple[str, ...]


class UnusableFile(Exception):  # noqa: N818 - it is shown as a sentence
    """Why entries can't be added to the file, in one line."""


class StackFile:
    """A stack's file, with its comments and its order."""

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """`settings` is what the engine reads: the file must hold all of each list that entries are added to."""
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
                    f"{_PREFIX}{kind} is set elsewhere than in {path.name}, or as one encrypted text: set it there, entry by"
                    " entry, first"
                )

    @property
    def header(self) -> dict[str, Any]:
        """What the file says about its encryption."""
        return {name: it for name, it in self._content.items() if name not in _NO_HEADER}

    def add(self, entries: Iterable[NewEntry], ciphertexts: Iterator[str]) -> None:
        """Append the entries, with the next ciphertext in place of each of their credentials."""
        for entry in entries:
            encrypted = {path: next(ciphertexts) for path in secret_paths(entry)}
            self._list(entry.kind).append(_node(entry.settings, encrypted))

    def set(self, key: str, text: str) -> None:
        """Set a plain setting, of any package."""
        self._config[key] = _node(text, {})

    def write(self, header: Mapping[str, Any]) -> None:
        """Replace the file as a whole: whoever reads it, and whenever this is killed, sees the old or the new one."""
        for name, it in header.items():
            if self._content.get(name) != it:
                self._content.insert(0, name, it)
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
        given = self._config.get(_PREFIX + kind)
        return given if isinstance(given, list) else []

    def _list(self, kind: str) -> Any:
        if not self._entries(kind):
            # An empty list stands on one line, and what is added to it would too.
            self._config[_PREFIX + kind] = CommentedSeq()
        return self._config[_PREFIX + kind]


def secret_values(entries: Iterable[NewEntry]) -> list[str]:
    """The credentials of the entries, in the order in which `StackFile.add` asks for their ciphertexts."""
    return [_at(entry.settings, path) for entry in entries for path in secret_paths(entry)]


def secret_paths(entry: NewEntry) -> list[SettingPath]:
    """Where an entry has its credentials, and what may be one."""
    return sorted(credentials(entry.kind, entry.settings, cautious=True))


def _at(settings: Any, path: SettingPath) -> str:
    for name in path:
        settings = settings[name]
    return str(settings)


def _node(value: Any, encrypted: Mapping[SettingPath, str], path: SettingPath = ()) -> Any:
    if path in encrypted:
        return CommentedMap({"secure": encrypted[path]})
    if isinstance(value, Mapping):
        return CommentedMap({_text(name): _node(it, encrypted, (*path, name)) for name, it in value.items()})
    if isinstance(value, list):
        names = CommentedSeq(_node(it, {}) for it in value)
        names.fa.set_flow_style()
        return names
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else DoubleQuotedScalarString(text)
