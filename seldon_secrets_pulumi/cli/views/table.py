"""The tables of `list`.

Rich's own tables take seconds for thousands of rows. These are lines of text, and Rich adds the colors.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from seldon_secrets_pulumi.inventory.remotes import RemoteSummary
from seldon_secrets_pulumi.inventory.summary import SecretSummary
from seldon_secrets_pulumi.untrusted_text import printable

_COLUMNS = ("SECRET", "NAMESPACE", "REMOTE", "TYPE", "FORMAT", "AGE", "SEEN", "URIS", "KEYS")
_REMOTE_COLUMNS = ("REMOTE", "NAMESPACE", "TYPE", "FORMATS", "UNSEEN", "URIS", "SECRETS")
_GAP = "   "
_BATCH = 500
"""Rows that Rich gets at a time. Single rows take too much time, all of them too much memory."""

_Styled = tuple[str, str]
"""A string and its style."""


class _Cell(NamedTuple):
    """A cell with one or more lines."""

    lines: Sequence[str]
    style: str = ""
    separator: str = " "
    """Stands between the lines if the row is printed on one line."""


def show_secrets(secrets: Sequence[SecretSummary]) -> None:
    """Show a row for each Secret. A narrow window gets no keys and URIs, a narrower one a few lines per Secret."""
    rows = [_cells(secret) for secret in secrets]
    _show(rows, (_COLUMNS, _COLUMNS[:-1], _COLUMNS[:-2]), [_entry(secret) for secret in secrets], "secret")


def show_remotes(remotes: Sequence[RemoteSummary]) -> None:
    """Show a row for each remote. A narrow window gets no columns that follow from the remote's name."""
    rows = [_remote_cells(remote) for remote in remotes]
    choices = (_REMOTE_COLUMNS, _REMOTE_COLUMNS[:-2])
    _show(rows, choices, [_remote_entry(remote) for remote in remotes], "remote")


def age(created: str | None) -> str | None:
    """The age in its largest unit, as kubectl shows it. None if the time can't be read."""
    try:
        time = datetime.strptime(created or "", "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    seconds = max(0, int((datetime.now(timezone.utc) - time).total_seconds()))
    for unit, length in (("y", 365 * 86400), ("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _show(
    rows: Sequence[Sequence[_Cell]],
    choices: Iterable[Sequence[str]],
    entries: Sequence[Sequence[_Styled]],
    noun: str,
) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:  # one line per row, for grep and awk
        _print(console, _one_line_rows(next(iter(choices)), rows))
        return
    shown = _entries(entries)
    for columns in choices:
        widths = _widths(columns, rows)
        if sum(widths) + len(_GAP) * (len(widths) - 1) <= console.width:
            shown = _table(columns, rows, widths)
            break
    _print(console, shown)
    console.print(f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}")


def _print(console: Console, lines: Iterator[Iterable[_Styled]]) -> None:
    while batch := list(islice(lines, _BATCH)):
        text = Text.assemble(*chain.from_iterable(batch))
        console.print(text, soft_wrap=not console.is_terminal, end="")


def _one_line_rows(columns: Sequence[str], rows: Iterable[Sequence[_Cell]]) -> Iterator[Iterable[_Styled]]:
    # Without runs of spaces in a cell, `awk -F '  +'` finds the columns.
    joined = [[_Cell([" ".join(cell.separator.join(cell.lines).split())]) for cell in row] for row in rows]
    widths = _widths(columns, joined)
    yield _row([_Cell([column]) for column in columns], widths)
    yield from (_row(row, widths) for row in joined)


def _widths(columns: Sequence[str], rows: Iterable[Sequence[_Cell]]) -> list[int]:
    widths = [len(column) for column in columns]
    for row in rows:
        for number, cell in enumerate(row[: len(widths)]):
            widths[number] = max(widths[number], *map(cell_len, cell.lines))
    return widths


def _table(
    columns: Sequence[str], rows: Iterable[Sequence[_Cell]], widths: Sequence[int]
) -> Iterator[Iterable[_Styled]]:
    yield _row([_Cell([column], "bold") for column in columns], widths)
    yield [("─" * (sum(widths) + len(_GAP) * (len(widths) - 1)) + "\n", "")]
    yield from (_row(row[: len(widths)], widths) for row in rows)
    yield [("\n", "")]


def _row(cells: Sequence[_Cell], widths: Sequence[int]) -> Iterable[_Styled]:
    """A row of the table, with as many lines as its longest cell."""
    for line in zip_longest(*(cell.lines for cell in cells), fillvalue=""):
        last = max((number for number, text in enumerate(line) if text), default=0)
        for number, (text, cell, width) in enumerate(zip(line, cells, widths, strict=True)):
            if number < last:
                yield text + " " * (width - cell_len(text)) + _GAP, cell.style
            elif number == last:
                yield f"{text}\n", cell.style


def _entries(entries: Iterable[Sequence[_Styled]]) -> Iterator[Iterable[_Styled]]:
    for (name, bold), *rest in entries:
        yield [(name, bold), *((f"{text}\n", style) for text, style in rest), ("\n", "")]


def _cells(secret: SecretSummary) -> list[_Cell]:
    return [
        _cell(secret.secret),
        _cell(secret.namespace),
        _cell(secret.remote),
        _cell(secret.type),
        _Cell(_format_lines(secret)),
        _cell(age(secret.created)),
        _seen(secret, "no: "),
        _cell(secret.uri_prefix),
        _cell(*secret.keys, separator=","),
    ]


def _entry(secret: SecretSummary) -> list[_Styled]:
    """The same for a narrow window. The second part belongs to the line of the name."""
    parts = (secret.uri_prefix, secret.type, " ".join(_format_lines(secret)))
    created = age(secret.created)
    made = f", {created} old" if created else ""
    start = "  not seen: " if secret.unseen else "  seen: "
    seen = _seen(secret, "")
    reasons = start + ("\n" + " " * len(start)).join(seen.lines)
    return [
        (printable(secret.secret), "bold"),
        (f" in {printable(secret.namespace)}{made}", ""),
        ("  " + ", ".join(printable(part) for part in parts if part), ""),
        (reasons, seen.style),
    ]


def _remote_cells(remote: RemoteSummary) -> list[_Cell]:
    unseen = _cell(*remote.unseen, style="yellow" if remote.unseen else "", separator="; ")
    return [
        _cell(remote.remote),
        _cell(remote.namespace),
        _cell(*remote.types, separator=","),
        _cell(*remote.formats, separator=","),
        unseen,
        _cell(remote.uri_prefix),
        _cell(*remote.secrets, separator=","),
    ]


def _remote_entry(remote: RemoteSummary) -> list[_Styled]:
    return [
        (printable(remote.remote), "bold"),
        (f" in {printable(remote.namespace)}", ""),
        ("  " + ", ".join(map(printable, (*remote.types, *remote.formats))), ""),
        *((f"  {printable(reason)}", "yellow") for reason in remote.unseen),
    ]


def _cell(*texts: str | None, style: str = "", separator: str = " ") -> _Cell:
    lines = [printable(text) for text in texts if text]
    return _Cell(lines or ["-"], style, separator)


def _format_lines(secret: SecretSummary) -> list[str]:
    if secret.format is None:
        return [secret.kind]
    lines = [secret.format, *(["(assumed)"] if secret.assumed else [])]
    if secret.actual_format and secret.actual_format != secret.format:
        lines.append(f"but holds {secret.actual_format}")
    return lines


def _seen(secret: SecretSummary, prefix: str) -> _Cell:
    if secret.unseen:
        first, *more = map(printable, secret.unseen)
        return _Cell([prefix + first, *more], "yellow", "; ")
    if secret.seen and secret.surprises:
        return _Cell(["yes", *map(printable, secret.surprises)], "yellow", "; ")
    return _Cell(["yes"], "green") if secret.seen else _Cell(["unknown"], "dim")
