"""A value means what it means to Core 2's agent.

`agent_values.json` has the results of the agent's own decoders: Go's encoding/json, and if it fails yaml.v2 2.4.0, into
a struct with the fields of RcloneConfigCreate.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.inventory.agent_value import read_agent_value
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError

VALUES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("agent_values.json").read_text())


def read(text: str) -> tuple[str, dict[str, Any]]:
    try:
        value = read_agent_value(text)
    except UnreadableTextError:
        return "bad", {}
    if value.wrong_fields:
        return "bad", {}
    # Go's result does not tell an empty opt from none.
    fields = {
        name: field for name, field in value.fields.items() if field != "" and (name, field) != ("opt", {})
    }
    return ("json" if value.is_json else "yaml"), fields


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value["text"][:60]))
def test_the_agent_reads_the_same(value: dict[str, Any]) -> None:
    assert read(value["text"]) == (value["read"], value["fields"])


def test_both_ways_and_failures_are_among_the_values() -> None:
    assert {value["read"] for value in VALUES} == {"json", "yaml", "bad"}
