"""Adds entries to a stack's file without changing what its owner wrote there."""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from seldon_secrets_pulumi.errors import SeldonSecretsError, UsageError
from seldon_secrets_pulumi.model.setting_names import PREFIX
from seldon_secrets_pulumi.stack.entry import credentials
from seldon_secrets_pulumi.stack.expansion import ENTRIES
from seldon_secrets_pulumi.stack.file_reader import config_in
from seldon_secrets_pulumi.stack.replacement import replace

# All other parts of a stack's file describe its encryption.
_NO_HEADER = frozenset({"config", "environment"})
# Strings that every reader of YAML reads as strings without quotes.
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[a-z][\w./-]*", re.IGNORECASE | re.ASCII)

SettingPath = tuple[str, ...]


class UnusableFile(UsageError):  # noqa: N818 - its text is a whole sentence for the user
    """The reason why entries can't be added to the file, on one line."""


class UnwritableFile(SeldonSecretsError):  # noqa: N818
    """The reason why the file can't be replaced, on one line."""


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
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            config_in(text)  # a parser with bounds; ruamel's has none
            content = self._yaml.load(text)
        except (OSError, ValueError, YAMLError):
            raise UnusableFile(f"{path} can't be read as YAML") from None
        self._content: CommentedMap = content if content is not None else CommentedMap()
        # ruamel drops the comments of a file that has nothing else.
        comments = [f"{line}\n" for line in text.splitlines() if line.startswith("#")]
        self._head = "".join(comments) if content is None else ""
        if self._content.get("config") is None:
            self._content["config"] = CommentedMap()
        self._config: CommentedMap = self._content["config"]
        for kind in ENTRIES:
            if len(_entries(self._config, PREFIX + kind)) != len(_entries(settings, kind)):
                raise UnusableFile(
                    f"{PREFIX}{kind} is set outside {path.name}, or as one encrypted text; first set it in that file,"
                    " entry by entry"
                )

    @property
    def header(self) -> dict[str, Any]:
        """The part of the file that describes its encryption."""
        return {name: value for name, value in self._content.items() if name not in _NO_HEADER}

    def add(self, kind: str, settings: Mapping[str, Any], ciphertexts: Mapping[SettingPath, str]) -> None:
        """Append an entry to the list `kind`, with these ciphertexts in place of its credentials."""
        self._list(kind).append(_node(settings, ciphertexts))

    def set(self, key: str, text: str) -> None:
        """Set a plain setting, of any package."""
        self._config[key] = _node(text, {})

    def write(self, header: Mapping[str, Any]) -> None:
        """Replace the file atomically. Raises `UnwritableFile`."""
        for name, value in header.items():
            if self._content.get(name) != value:
                self._content.insert(0, name, value)
        text = io.StringIO()
        self._yaml.dump(self._content, text)
        try:
            replace(self.path, self._head + text.getvalue())
        except OSError as error:
            raise UnwritableFile(
                f"{self.path} can't be written: {error.strerror}; it is unchanged, and so are the Secrets"
            ) from None

    def _list(self, kind: str) -> Any:
        if not _entries(self._config, PREFIX + kind):
            # An empty list is on one line, and its new entries would be too.
            self._config[PREFIX + kind] = CommentedSeq()
        return self._config[PREFIX + kind]


def _entries(settings: Mapping[str, Any], name: str) -> Sequence[Any]:
    entries = settings.get(name)
    return entries if isinstance(entries, list) else []


def credential_values(kind: str, settings: Mapping[str, Any]) -> dict[SettingPath, str]:
    """The values in an entry that are credentials, or that may be, by their place."""
    return {path: _at(settings, path) for path in sorted(credentials(kind, settings, cautious=True))}


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
