"""The values that rclone accepts for each option type.

Every value travels as a string. rclone parses it when it opens the remote, and rejects the remote if it can't
(fs/config/configstruct and the `Set` methods of fs/*.go). An empty value counts as unset, whatever the type.
The grammars accept everything that rclone accepts, compared with the real one, up to a length that no sensible value
reaches. Only the one for dates accepts more. They run in linear time, because strangers write values too.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from seldon_secrets_pulumi.problem import did_you_mean
from seldon_secrets_pulumi.rclone.catalog import Option

# Compiled on first use, because few programs need more than one of them.
# Go's strconv.ParseBool and ParseFloat, fmt.Sscan of an integer, and time.ParseDuration.
_BOOL = "1|t|T|TRUE|true|True|0|f|F|FALSE|false|False"
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_HEX_DIGITS = r"_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*"
_NUMBER = (
    rf"(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
    rf"|0[xX](?:{_HEX_DIGITS}(?:\.(?:{_HEX_DIGITS})?)?|\.{_HEX_DIGITS})[pP][+-]?{_DIGITS}"
)
_FLOAT = rf"[+-]?(?:{_NUMBER}|(?i:inf|infinity|nan))"
_WHOLE = r"0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*"
_INT = rf"\s*[+-]?(?:{_WHOLE})\s*"
_FLOAT_OPTION = rf"\s*{_FLOAT}\s*"
_GO_DURATION = r"[+-]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)"
_DATE = r"\d{4}-[01]\d-[0-3]\d(?:[T ][012]\d:[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)?)?"
_UNITS = r"(?:ns|us|µs|μs|ms|s|m|h|d|w|M|y)"
# Since rclone 1.76.0: 1d12h (fs/parseduration.go, parseDurationSequence).
_SEQUENCE = rf"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+){_UNITS})+"
_DURATION = rf"(?a)off|{_GO_DURATION}|{_FLOAT}[dwMy]?|{_SEQUENCE}|{_DATE}"
_SIZE = rf"(?i:off)|\+?(?:{_NUMBER})(?:[bB]|[kKmMgGtTpPeE](?:[iI]|i[bB])?)?"
_LARGEST_INT = 2**63 - 1
_TOO_LARGE = float(2**63)
_SECOND = 1e9
_DAY = 24 * 60 * 60 * _SECOND
_NANOSECONDS = {
    "ns": 1.0,
    **dict.fromkeys(("us", "µs", "μs"), 1e3),
    "ms": 1e6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 60 * 60 * _SECOND,
    "d": _DAY,
    "w": 7 * _DAY,
    "M": 30 * _DAY,
    "y": 365 * _DAY,
}
_TRISTATE = "(?i:nil|null|unset|1|t|true|0|f|false)"

# rclone itself has no limits. A 64-bit number in binary with underscores has 130 characters, all names of encodings
# together have 300. Lists may contain anything, such as tokens in HTTP headers, so only the size of a Secret limits them.
_LONGEST = 1024
LISTS = frozenset({"CommaSepList", "SpaceSepList", "stringArray"})
_MOST_ITEMS = 1000
_LONGEST_LIST = 1024 * 1024  # core/v1 MaxSecretSize

# lib/encoder/encoder.go, the names of its bits.
_ENCODINGS = (
    "Raw, None, Slash, LtGt, DoubleQuote, SingleQuote, BackQuote, Dollar, Colon, Question, Asterisk, Pipe, Hash, "
    "Percent, BackSlash, CrLf, Del, Ctl, LeftSpace, LeftPeriod, LeftTilde, LeftCrLfHtVt, RightSpace, "
    "RightPeriod, RightCrLfHtVt, InvalidUtf8, Dot, SquareBracket, Semicolon, Exclamation"
)


def type_problem(option: Option, value: str) -> str | None:
    """The rule of the option's type that a value breaks, if it does."""
    if not value or option.type == "string":
        return None
    if len(value) > _LONGEST and option.type not in LISTS:
        return f"must be at most {_LONGEST} characters long"
    if "|" in option.type:
        return _choice_problem(option.type.split("|"), value)
    if option.type == "Bits":
        return _bits_problem(option, value)
    matches, rule = _RULES.get(option.type, _ANYTHING)
    return None if matches(value) else rule


def is_on(value: object) -> bool:
    """Whether an option is set and not switched off, as rclone reads booleans (Go's strconv.ParseBool)."""
    return bool(value) and value not in {"0", "f", "F", "false", "False", "FALSE"}


def separated(text: str, separator: str) -> list[str] | None:
    """The items of the first line as Go's encoding/csv reads them. None if it can't.

    Quotes must enclose whole items.
    """
    item = rf'"(?:[^"]|"")*"|[^"{separator}\n]*'
    if len(text) > _LONGEST_LIST:
        return None
    line = re.match(rf"(?:{item})(?:{separator}(?:{item}))*(?=\n|$)", text)
    if line is None:
        return None
    return [
        quoted[1:-1].replace('""', '"') if quoted.startswith('"') else quoted
        for quoted in re.findall(rf"(?:^|{separator})({item})", line[0])
    ]


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _is_list(separator: str) -> Callable[[str], bool]:
    # A list that is too long is read no further than its separators.
    return lambda value: value.count(separator) < _MOST_ITEMS and separated(value, separator) is not None


def _is_int(value: str) -> bool:
    if re.fullmatch(_INT, value) is None:
        return False
    digits = value.replace("_", "").strip()
    base = 8 if re.fullmatch(r"[+-]?0[0-7]+", digits) else 0
    return -(2**63) <= int(digits, base) < 2**63


def _is_encoding(value: str) -> bool:
    names = (name.strip() for name in value.split(","))
    return all(name in _ENCODINGS.split(", ") or re.fullmatch(_WHOLE, name) for name in names)


def _choice_problem(choices: list[str], value: str) -> str | None:
    if value.lower() in (choice.lower() for choice in choices):
        return None
    return f"is not a choice of this option; {did_you_mean(value, choices) or 'the page of the backend lists them'}"


def _bits_problem(option: Option, value: str) -> str | None:
    """The problem of a comma-separated list of names. The catalog has no list for the log modes of S3's SDK."""
    names = sorted({name for choice in option.choices() for name in choice.split(",")})
    if not names:
        return None
    parts = filter(None, (part.strip() for part in value.split(",")))
    return next(filter(None, (_choice_problem(names, part) for part in parts)), None)


def _is_duration(value: str) -> bool:
    """Whether rclone can parse the value. Since 1.76.0, it rejects what does not fit into 64 bits of nanoseconds."""
    return re.fullmatch(_DURATION, value) is not None and _nanoseconds(value) < _TOO_LARGE


def is_combined_duration(value: str) -> bool:
    """Whether a duration has several units and one of them is a day or longer: `1d12h`, which rclone 1.76 added."""
    return (
        len(value) <= _LONGEST
        and re.fullmatch(_SEQUENCE, value) is not None
        and re.fullmatch(rf"{_GO_DURATION}|{_FLOAT}[dwMy]?", value) is None
    )


def _nanoseconds(value: str) -> float:
    """The length of a duration, which for a date or `off` does not matter. Infinite for NaN, which rclone rejects too."""
    if value == "off" or re.fullmatch(rf"(?a){_DATE}", value):
        return 0
    if re.fullmatch(rf"(?a){_FLOAT}[dwMy]?", value):
        unit = value[-1] if value[-1] in "dwMy" else "s"
        # A final d may be a digit of a number with a prefix, which has an exponent: 0x1p4.
        length = abs(_number(value[: len(value) - (unit != "s")]))
        return length * _NANOSECONDS[unit] if length == length else math.inf  # noqa: PLR0124 - NaN
    parts = re.findall(rf"([0-9.]+)({_UNITS})", value)
    total = sum(Decimal(number) * int(_NANOSECONDS[unit]) for number, unit in parts)
    return math.inf if total > _LARGEST_INT else 0


def _is_size(value: str) -> bool:
    """Whether rclone can parse the value. Since 1.76.0, it rejects what does not fit into 63 bits of bytes."""
    if re.fullmatch(_SIZE, value) is None:
        return False
    if value.lower() == "off":
        return True
    number, suffix = value, ""
    if suffixed := re.fullmatch(rf"(\+?(?:{_NUMBER}))([bB]|[kKmMgGtTpPeE](?:[iI]|i[bB])?)?", value):
        number, suffix = suffixed[1], (suffixed[2] or "k").lower()
    return _number(number) * 1024.0 ** "bkmgtpe".index(suffix[0]) < _TOO_LARGE


def _number(text: str) -> float:
    """A number as Go's ParseFloat reads it."""
    digits = text.replace("_", "")
    try:
        return float.fromhex(digits) if "x" in digits.lower() else float(digits)
    except (OverflowError, ValueError):  # ValueError: rclone reads the y of `infinity` as a unit
        return math.inf


_ANYTHING: tuple[Callable[[str], bool], str] = (lambda _: True, "")
_BOOL_RULE = "must be true or false"
_LIST_RULE = (
    "must be a list of at most {} items separated by {}; put an item that contains a separator, or a quote, in"
    ' "…" and double its quotes'
)
_RULES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "bool": (_matches(_BOOL), _BOOL_RULE),
    "Tristate": (_matches(_TRISTATE), f"{_BOOL_RULE}, or unset"),
    "int": (_is_int, "must be a whole number"),
    "float64": (_matches(_FLOAT_OPTION), "must be a number"),
    "SizeSuffix": (_is_size, "must be a size such as 64Mi or 1G (bare numbers count KiB), or off"),
    "Duration": (_is_duration, "must be a duration such as 1m30s, 2d or 0.5h, at most 292 years, or off"),
    "Time": (_is_duration, "must be a time such as 2006-01-02T15:04:05Z, an age such as 2d, or off"),
    "Encoding": (_is_encoding, f"must be a comma-separated list of these names: {_ENCODINGS}"),
    "CommaSepList": (_is_list(","), _LIST_RULE.format(_MOST_ITEMS, "commas")),
    "stringArray": (_is_list(","), _LIST_RULE.format(_MOST_ITEMS, "commas")),
    "SpaceSepList": (_is_list(" "), _LIST_RULE.format(_MOST_ITEMS, "single spaces")),
}
