"""Text that strangers wrote: JSON and YAML parsed within bounds, and names made safe to print.

Parsers recurse once per level of nesting. Thousands of levels raise Python's RecursionError, hundreds of thousands crash
libyaml. Text that can nest that deep is therefore rejected before it is parsed. No error repeats any of the text.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.errors import SeldonSecretsError

if TYPE_CHECKING:
    from yaml import Node

_MAX_DEPTH = 200  # a Secret of Seldon's has three levels, a custom resource definition some thirty
_BRACKETS = re.compile(r"[\[\]{}]")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# In block style every level takes one of these marks, or an indentation of its own (YAML 1.2.2, chapter 8).
_BLOCK_MARKS = re.compile(r"(?:[-?:][ \t]+)+")
_INDENTATION = re.compile(r"^ +", re.MULTILINE)
_ALIASES = re.compile(r"(?:^|[\s,\[{])\*[^\s,\[\]{}]")
_MAX_ALIASES = 100

# Control characters (a terminal obeys them), format characters (they reorder the text on a screen), lone surrogates
# (no encoding has them), and line and paragraph separators, by Unicode's general category.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ASCII = re.compile(r"[ -~]*")
_MAX_NAME = 60


class UnreadableTextError(SeldonSecretsError, ValueError):
    """The reason why a text can't be parsed, without any of the text."""

    def __init__(self, rule: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(f"{rule} (line {line}, column {column})" if line else rule)


def printable(text: str) -> str:
    """The text on one line, with a replacement character for every invisible one."""
    return text if _ASCII.fullmatch(text) else "".join(map(_visible, text))


@cache
def _visible(character: str) -> str:
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in _HIDDEN else character


def quoted(name: str) -> str:
    """A name in quotes, in ASCII, and shortened if it is too long to be one."""
    return ascii(name[:_MAX_NAME]) + ("…" if len(name) > _MAX_NAME else "")


def parse_json(text: str) -> Any:
    """The value of a JSON text. Raises `UnreadableTextError`."""
    # Brackets within strings don't count. YAML is stricter here, because its quotes don't always start a string.
    if _has_deep_brackets(text) and _has_deep_brackets(_JSON_STRING.sub("", text)):
        raise UnreadableTextError("is nested too deeply")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableTextError("is not valid JSON", error.lineno, error.colno) from None
    except ValueError:  # an integer with more digits than Python converts
        raise UnreadableTextError("contains a number that is too long") from None


def json_field(value: Mapping[str, Any], name: str) -> Any:
    """The field of a JSON object as Go's encoding/json finds it: in upper or lower case; the last one that is not null."""
    matching = [item for key, item in value.items() if item is not None and _folded(key) == name]
    return matching[-1] if matching else None


def _folded(key: str) -> str:
    # The long s and the Kelvin sign are the only other letters that fold to ASCII.
    return key.replace("\u017f", "s").replace("\u212a", "k").lower()


def parse_yaml(text: str) -> Any:
    """The value of a YAML text with one document. Raises `UnreadableTextError`."""
    import yaml  # noqa: PLC0415 - most commands read none

    return load_yaml(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def parse_yaml_strings(text: str) -> Any:
    """The same, with every scalar as the string that the text contains. Raises `UnreadableTextError`."""
    import yaml  # noqa: PLC0415

    return load_yaml(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def load_yaml(text: str, loader: Any) -> Any:
    """The value that a safe loader of PyYAML makes of a text with one document. Raises `UnreadableTextError`."""
    import yaml  # noqa: PLC0415

    _check_aliases(text)
    with _bounded(text):
        return yaml.load(text, loader)  # noqa: S506 - the callers' loaders build plain values only


def load_first_yaml(text: str, loader: Any) -> Any:
    """The value that a safe loader of PyYAML makes of the first document. Raises `UnreadableTextError`."""
    _check_aliases(text)
    text = text.removeprefix("\ufeff")
    with _bounded(text):
        instance = loader(text)
        try:
            return instance.get_data()
        finally:
            instance.dispose()


class UniqueKeys:
    """Lets a constructor of PyYAML reject a mapping with a key twice, where it would use the last one."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._checked: set[int] = set()

    def flatten_mapping(self, node: Any) -> None:
        # Called before a merge (`<<`), which changes the node and after which a key may override a merged one.
        if id(node) not in self._checked:
            self._checked.add(id(node))
            _reject_repeated_keys(node)
        super().flatten_mapping(node)  # type: ignore[misc]


def _reject_repeated_keys(mapping: Any) -> None:
    keys: set[str] = set()
    for key, _ in mapping.value:
        if key.id != "scalar" or key.tag == "tag:yaml.org,2002:merge":
            continue
        if key.value in keys:
            raise UnreadableTextError(
                "has a key twice in a mapping", key.start_mark.line + 1, key.start_mark.column + 1
            )
        keys.add(key.value)


def yaml_nodes(text: str) -> "Iterator[Node]":
    """The documents of a YAML text as nodes, which know their lines. Raises `UnreadableTextError`."""
    import yaml  # noqa: PLC0415

    with _bounded(text):
        yield from yaml.compose_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def node_value(node: "Node") -> Any:
    """The value of a node, with timestamps as strings, as kubectl reads them. Raises `UnreadableTextError`."""
    with _bounded(""):
        return _manifest_constructor()().construct_document(node)


@cache
def _manifest_constructor() -> Any:
    from yaml.constructor import SafeConstructor  # noqa: PLC0415

    class ManifestConstructor(UniqueKeys, SafeConstructor):
        """Reads a timestamp as a string, as kubectl does (sigs.k8s.io/yaml)."""

        yaml_constructors = {  # noqa: RUF012 - as in its base
            **SafeConstructor.yaml_constructors,
            "tag:yaml.org,2002:timestamp": SafeConstructor.construct_yaml_str,
        }

    return ManifestConstructor


def _check_aliases(text: str) -> None:
    """A few aliases are harmless. Many can stand for more data than fits into memory."""
    if len(_ALIASES.findall(text)) > _MAX_ALIASES:
        raise UnreadableTextError("has too many aliases")


@contextmanager
def _bounded(text: str) -> Iterator[None]:
    import yaml  # noqa: PLC0415

    if _has_deep_brackets(text) or _has_deep_blocks(text):
        raise UnreadableTextError("is nested too deeply")
    try:
        yield
    except UnreadableTextError:
        raise
    except yaml.MarkedYAMLError as error:
        # The error's own message shows the line, which may contain a credential.
        mark = error.problem_mark
        where = (mark.line + 1, mark.column + 1) if mark else ()
        raise UnreadableTextError("is not valid YAML", *where) from None
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # Control characters, cycles, and what PyYAML raises for an invalid `!!float`, `!!int`, …
        raise UnreadableTextError("is not valid YAML") from None


def _has_deep_brackets(text: str) -> bool:
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > _MAX_DEPTH:
            return True
    return False


def _has_deep_blocks(text: str) -> bool:
    marks = max((len(match[0].split()) for match in _BLOCK_MARKS.finditer(text)), default=0)
    indentations = {len(match[0]) for match in _INDENTATION.finditer(text)}
    return max(marks, len(indentations)) > _MAX_DEPTH
