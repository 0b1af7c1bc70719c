"""`leaks` finds a credential in every form, and nothing else."""

import base64
import json
from urllib.parse import quote

import pytest

from tests.support.canaries import CANARY
from tests.support.leaks import leaks


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("after", ["", "z", "zz"])
def test_a_leak_is_found_in_any_form(before: str, after: str) -> None:
    canary = f'"{CANARY}"'  # with characters that JSON escapes
    text = f"{before}{canary}{after}"
    for form in (text, json.dumps(text), quote(text), base64.b64encode(text.encode()).decode()):
        assert leaks(f"log: {form}.", {"key": canary}) == ["key"]


def test_nothing_is_found_where_nothing_is() -> None:
    assert leaks("log: canary, 7f3a/secret", {"key": CANARY}) == []
