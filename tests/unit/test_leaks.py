import base64
import json
from urllib.parse import quote

import pytest

from tests.support.leaks import leaks

CANARY = 'can/ary+"7f3a="'


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("after", ["", "z", "zz"])
def test_a_leak_is_found_in_any_form(before: str, after: str) -> None:
    text = f"{before}{CANARY}{after}"
    for form in (text, json.dumps(text), quote(text), base64.b64encode(text.encode()).decode()):
        assert leaks(f"log: {form}.", {"it": CANARY}) == ["it"]


def test_nothing_is_found_where_nothing_is() -> None:
    assert leaks("log: can/ary, 7f3a", {"it": CANARY}) == []
