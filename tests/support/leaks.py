"""Looks for credentials where they must not be, in every form in which they could have got there."""

import base64
import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus


def leaks(text: str, canaries: Mapping[str, str]) -> list[str]:
    """The canaries that the text holds: as they are, escaped, URL-encoded or in base64 at any offset."""
    return [name for name, canary in canaries.items() if any(form in text for form in _forms(canary))]


def _forms(canary: str) -> Iterator[str]:
    yield canary
    yield json.dumps(canary)[1:-1]
    yield quote(canary)
    yield quote(canary, safe="")
    yield quote_plus(canary)
    raw = canary.encode()
    for offset in range(3):
        # Within a longer text, base64 is the same but for the characters at both ends.
        encoded = base64.b64encode(bytes(offset) + raw)
        start, end = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
        inner = encoded[start:end].decode()
        yield inner
        yield inner.replace("+", "-").replace("/", "_")
