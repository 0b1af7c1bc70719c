r"""What each format cannot deliver to rclone byte for byte; the real rclone was asked, 1.60.1 to 1.75.2.

`env_var` reaches rclone as an environment variable. `config_param` reaches it twice: in a connection string that
Core 2's agent writes, with `"…"` around values that hold `:` or `,` and around no others, and by rclone's
`config/create`. Everything that is not named here arrives on all three: quotes within a value, backslashes, `$`,
`#`, braces, spaces at either end, other control characters, any script.
"""

import re

# Linux refuses an environment variable whose `NAME=value` and final NUL exceed 32 pages (MAX_ARG_STRLEN in
# linux/binfmts.h); the longest name that a remote and an option can make is within 128 bytes.
_LONGEST_VARIABLE = 32 * 4096 - 128

# `config/create` keeps values in an INI file whose library replaces `%(key)s` by the value of that key, or the
# whole value by nothing where there is no such key (github.com/unknwon/goconfig, GetValue).
_EXPANDED = re.compile(r"%\([^)]+\)s")

# rclone takes `config_…` for answers to its own questions, uses them once and stores none of them
# (ConfigKeyEphemeralPrefix in fs/backend_config.go).
_NOT_STORED = "config_"


def env_var_problem(value: str) -> str | None:
    """The rule that keeps this value out of an environment variable, or None."""
    if (problem := _text_problem(value)) is not None:
        return problem
    if len(value.encode()) > _LONGEST_VARIABLE:
        return f"must be at most {_LONGEST_VARIABLE} bytes long: Linux allows no longer environment variable"
    return None


def config_param_problem(value: str, option: str = "") -> str | None:
    """The rule that keeps this value of this option out of Core 2's connection string or config call, or None."""
    if (problem := _text_problem(value)) is not None:
        return problem
    if "\n" in value or "\r" in value:
        return "must be one line: rclone's config/create refuses line breaks"
    if value[:1] in ('"', "'") and not (":" in value or "," in value):
        return "must not start with a quote: Core 2 does not quote such a value in its connection string"
    if _EXPANDED.search(value):
        return "must not contain %(…)s: rclone's config/create replaces it"
    if option.startswith(_NOT_STORED):
        return f"is not stored by rclone's config/create, like every option that starts with {_NOT_STORED}"
    return None


def _text_problem(value: str) -> str | None:
    if "\0" in value:
        return "must not contain a NUL character"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "must be valid Unicode text"
    return None
