"""Text that strangers wrote, made safe for a terminal, a file and a log."""

import re
import unicodedata
from functools import cache

# Controls (a terminal obeys them), formats (they change the order of what is read), lone surrogates (no encoding has
# them) and separators of lines and paragraphs, by Unicode's general category.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ASCII = re.compile(r"[ -~]*")


def printable(text: str) -> str:
    """The text on one line, with a replacement character for each one that would not be seen."""
    return text if _ASCII.fullmatch(text) else "".join(map(_visible, text))


@cache
def _visible(character: str) -> str:
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in _HIDDEN else character
