"""A search for leaked credentials, in every form that they may have."""

import base64
import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus


def leaks(text: str, canaries: Mapping[str, str]) -> list[str]:
    """The names of the canaries that the text contains: plain, JSON-escaped, URL-encoded, or in base64 at any offset."""
    return [name for name, canary in canaries.items() if any(form in text for form in _forms(canary))]


def _forms(canary: str) -> Iterator[str]:
    yield canary
    yield json.dumps(canary)[1:-1]
    yield quote(canary)
    yield quote(canary, safe="")
    yield quote_plus(canary)
    raw = canary.encode()
    for offset in range(3):
        # Within a longer text, only the characters at both ends of the base64 differ.
        encoded = base64.b64encode(bytes(offset) + raw)
        start, end = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
        inner = encoded[start:end].decode()
        yield inner
        yield inner.replace("+", "-").replace("/", "_")
