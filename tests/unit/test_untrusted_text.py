"""Bounds of the parsers, and text made visible."""

import re

import pytest

from seldon_secrets_pulumi.untrusted_text import (
    UnreadableTextError,
    node_value,
    parse_json,
    parse_yaml,
    parse_yaml_strings,
    printable,
    quoted,
    yaml_nodes,
)
from tests.support.canaries import CANARY


def read_documents(text: str) -> list[object]:
    return [node_value(node) for node in yaml_nodes(text)]


YAML_PARSERS = pytest.mark.parametrize("parse", [parse_yaml, parse_yaml_strings, read_documents])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f'{{"a": {CANARY}}}', "is not valid JSON (line 1, column 7)"),
        ("[" * 201 + "]" * 201, "is nested too deeply"),
        ('{"a":' * 300_000, "is nested too deeply"),
        ("9" * 5_000, "contains a number that is too long"),
    ],
)
def test_unreadable_json(text: str, rule: str) -> None:
    with pytest.raises(UnreadableTextError, match=f"^{re.escape(rule)}$"):
        parse_json(text)


def test_readable_json() -> None:
    assert parse_json("[" * 199 + "]" * 199)
    assert parse_json('{"a": "' + "[" * 1_000 + '"}') == {"a": "[" * 1_000}
    assert parse_json(r'"\"[\"' + "[" * 300 + '"').startswith('"["')


@YAML_PARSERS
@pytest.mark.parametrize(
    "text",
    [
        f"a: {CANARY}: b",
        "[" * 201,
        "- " * 300_000,
        "\n".join(" " * depth + "a:" for depth in range(300)),
        "a: \x00",
        "{? [a] : b}",
    ],
)
def test_unreadable_yaml(parse: object, text: str) -> None:
    assert callable(parse)
    with pytest.raises(
        UnreadableTextError, match=r"^is (not valid YAML( \(line \d+, column \d+\))?|nested too deeply)$"
    ):
        parse(text)


@pytest.mark.parametrize("parse", [parse_yaml, parse_yaml_strings])
def test_aliases_are_limited(parse: object) -> None:
    assert callable(parse)
    assert parse("a: &a 1\nb: [*a, *a]")
    with pytest.raises(UnreadableTextError, match="has too many aliases"):
        parse("a: &a 1\nb: [" + "*a, " * 101 + "]")


def test_scalars() -> None:
    text = "{b: true, n: 5, f: 1.5, t: 2024-01-02, z: 2024-01-02T03:04:05Z, x: ~}"
    as_in_yaml = {"b": True, "n": 5, "f": 1.5, "x": None}
    # kubectl reads timestamps as strings.
    assert read_documents(text) == [as_in_yaml | {"t": "2024-01-02", "z": "2024-01-02T03:04:05Z"}]
    assert parse_yaml(text).items() >= as_in_yaml.items()
    assert parse_yaml_strings(text)["b"] == "true"


@pytest.mark.parametrize(
    "text", ["a: 1\nb: 2\na: 3", '{"x": 1,\n\n"x": 2}', "a: &a {x: 1}\nb: *a\nc: {y: 1, <<: *a,\n  y: 2}"]
)
def test_a_key_twice(text: str) -> None:
    with pytest.raises(
        UnreadableTextError, match=r"^has a key twice in a mapping \(line [34], column [13]\)$"
    ):
        read_documents(text)


def test_a_merged_key_is_not_a_key_twice() -> None:
    text = "a: &a {x: 1}\nb: &b\n  <<: *a\n  x: 2\nc: {<<: [*a, *b], x: 3}"
    assert read_documents(text) == [{"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 3}}]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, Größe 😀", "plain text, Größe 😀"),
        ("\x1b[2J", "\ufffd[2J"),
        ("a\r\nb\tc\x85d\u2028e\u2029f", "a\ufffd\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"),
        ("\u202eabc\u2066\u200b\ufeff", "\ufffdabc\ufffd\ufffd\ufffd"),
        ("\ud800", "\ufffd"),
    ],
)
def test_invisible_characters_become_visible(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_names_in_quotes_are_ascii_and_short() -> None:
    assert quoted("a\u017f\n") == r"'a\u017f\n'"
    assert quoted("x" * 60) == f"'{'x' * 60}'"
    assert quoted("x" * 61) == f"'{'x' * 60}'…"
