"""A stack's file means what it means to Pulumi. The values are those of `pulumi config --json` 3.259.0."""

from typing import Any

import pytest

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.stack.file_reader import config_in
from seldon_secrets_pulumi.stack.pulumi_yaml import parse_pulumi_yaml
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError
from tests.support.canaries import CANARY

AS_PULUMI: list[tuple[str, Any]] = [
    *(
        (word, word)
        for word in ("off", "on", "yes", "no", "y", "n", "Off", "NO", "=", "1:30:00", "08x", "1e400")
    ),
    *((word, True) for word in ("true", "True", "TRUE")),
    ("false", False),
    *((word, None) for word in ("~", "null", "Null", "")),
    ("0042", 34),
    ("01234567", 342391),
    ("1_000_000", 1_000_000),
    ("1.10", 1.1),
    ("0o14", 12),
    ("0x1F", 31),
    ("-0x1_F", -31),
    ("0b11", 3),
    ("1e3", 1000.0),
    (".5", 0.5),
    ("+5", 5),
    ("-0", 0),
    ("08", 8.0),
    ("1__0", 10),
    ("685_230.15", 685230.15),
    ("9223372036854775808", 2**63),
    ("123456789012345678901234567890", 1.2345678901234568e29),
    ("2001-12-14", "2001-12-14 00:00:00 +0000 UTC"),
    ("2001-12-14T21:59:43Z", "2001-12-14 21:59:43 +0000 UTC"),
    ("2001-12-14t21:59:43.120+02:00", "2001-12-14 21:59:43.12 +0200 +0200"),
    ("2001-12-14 21:59:43.1", "2001-12-14 21:59:43.1 +0000 UTC"),
    ("2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43.10 -5"),
    ("2001-13-14", "2001-13-14"),
    ("!!binary aGVsbG8=", "hello"),
    ("!!str 5", "5"),
    ('!!int "7"', 7),
    ("'off'", "off"),
    ("'5'", "5"),
    ("{<<: {a: 1, b: 2}, b: 3}", {"a": 1, "b": 3}),
]


@pytest.mark.parametrize(("text", "value"), AS_PULUMI, ids=[text for text, _ in AS_PULUMI])
def test_a_value(text: str, value: Any) -> None:
    read = parse_pulumi_yaml(f"a: {text}")["a"]
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("buckets: []\nbuckets: []", 2),
        ("config:\n  seldon-secrets:buckets: []\n  'seldon-secrets:buckets': []", 3),
        (f"buckets:\n- remote: a\n  type: s3\n  type: {CANARY}", 4),
        (f"a: &a {{x: 1}}\nb:\n  <<: *a\n  x: 2\n  {CANARY}: 1\n  {CANARY}: 2", 6),
    ],
)
def test_a_key_twice_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(
        InvalidArguments, match=rf"the file has a key twice in a mapping \(line {line}, "
    ) as refused:
        config_in(text)
    assert CANARY not in str(refused.value)


def test_a_merged_key_may_be_overridden_wherever_it_is_used() -> None:
    text = "a: &a {x: 1}\nb: &b\n  <<: *a\n  x: 2\nc:\n  <<: *b\n  x: 3\nd: *b"
    assert parse_pulumi_yaml(text)["c"] == {"x": 3}
    assert parse_pulumi_yaml(text)["d"] == {"x": 2}


@pytest.mark.parametrize("text", ["!!binary '%'", "!!binary /w==", "!!python/name:os.system ''"])
def test_a_value_that_pulumi_rejects(text: str) -> None:
    with pytest.raises(UnreadableTextError, match="is not valid YAML"):
        parse_pulumi_yaml(f"a: {text}")
