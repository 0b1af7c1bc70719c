"""Text of a Secret that may be shown on a terminal: whoever wrote it must not move the cursor of who reads it."""

_CONTROLS = {
    code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if code != ord("\n")
}


def printable(text: str) -> str:
    """The text without what a terminal obeys; line breaks stay."""
    return text.translate(_CONTROLS)
