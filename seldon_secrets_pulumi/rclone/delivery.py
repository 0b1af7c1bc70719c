r"""Values that a format cannot deliver to rclone unchanged, tested with rclone 1.60.1 to 1.76.0.

`env_var` reaches rclone as an environment variable. `config_param` reaches it in two ways: in a connection string that
Core 2's agent writes, with `"…"` around values that contain `:` or `,` and no others, and through rclone's
`config/create`. All other values arrive unchanged on all three paths: quotes inside a value, backslashes, `$`, `#`,
braces, spaces at either end, other control characters, any script.
"""

from itertools import pairwise

# Linux refuses an environment variable whose `NAME=value` and final NUL exceed 32 pages (MAX_ARG_STRLEN in
# linux/binfmts.h); the longest name that a remote and an option can form has at most 128 bytes.
_LONGEST_VARIABLE = 32 * 4096 - 128

# `config/create` keeps values in an INI file. Its library replaces `%(key)s` with the value of that key, or empties the
# whole value if there is no such key (github.com/unknwon/goconfig, GetValue: the pattern `%\(([^\)]+)\)s`).
_START, _END = "%(", ")"

# rclone treats `config_…` as answers to its own questions: it uses them once and does not store them
# (ConfigKeyEphemeralPrefix in fs/backend_config.go).
_NOT_STORED = "config_"


def env_var_problem(value: str) -> str | None:
    """The rule that a value in an environment variable breaks, if it does."""
    if (problem := _text_problem(value)) is not None:
        return problem
    if len(value.encode()) > _LONGEST_VARIABLE:
        return (
            f"must be at most {_LONGEST_VARIABLE} bytes long, the limit of Linux for an environment variable"
        )
    return None


def config_param_problem(value: str, option: str = "") -> str | None:
    """The rule that an option's value breaks in Core 2's connection string or config call, if it does."""
    if (problem := _text_problem(value)) is not None:
        return problem
    if "\n" in value or "\r" in value:
        return "must be on one line: rclone's config/create rejects line breaks"
    if value[:1] in ('"', "'") and not (":" in value or "," in value):
        return "must not start with a quote: Core 2 does not quote such a value in its connection string"
    if _is_expanded(value):
        return "must not contain %(…)s: rclone's config/create replaces it"
    if option.startswith(_NOT_STORED):
        return (
            f"can't be delivered: rclone's config/create does not store options that start with {_NOT_STORED}"
        )
    return None


def _is_expanded(value: str) -> bool:
    """Whether goconfig's pattern is anywhere in the value. In linear time, unlike a search for the pattern."""
    return any(_START in part[:-1] and rest.startswith("s") for part, rest in pairwise(value.split(_END)))


def _text_problem(value: str) -> str | None:
    if "\0" in value:
        return "must not contain a NUL character"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "must be valid Unicode text"
    return None
