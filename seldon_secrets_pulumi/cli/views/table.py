"""What `list` shows to people.

Rich's own tables take seconds for thousands of rows; these are lines of text, and Rich does the colours.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import chain, islice, zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from seldon_secrets_pulumi.cli.views.printable import printable
from seldon_secrets_pulumi.inventory.found import Found
from seldon_secrets_pulumi.inventory.remotes import FoundRemote

_COLUMNS = ("SECRET", "NAMESPACE", "REMOTE", "TYPE", "FORMAT", "AGE", "SEEN", "URIS", "KEYS")
_REMOTE_COLUMNS = ("REMOTE", "NAMESPACE", "TYPE", "FORMATS", "UNSEEN", "URIS", "SECRETS")
_GAP = "   "
_AT_ONCE = 500
"""Rows that are given to Rich at once: one by one takes its time, all of them its memory."""

_Styled = tuple[str, str]
"""A text and its style."""


def show_secrets(found: Sequence[Found]) -> None:
    """A row for each Secret, in a narrower window without keys and URIs, then a few lines."""
    rows = [_cells(it) for it in found]
    _show(rows, (_COLUMNS, _COLUMNS[:-1], _COLUMNS[:-2]), [_lines(it) for it in found], "secret")


def show_remotes(remotes: Sequence[FoundRemote]) -> None:
    """A row for each remote, in a narrower window without what follows from its name, then a few lines."""
    rows = [_remote_cells(it) for it in remotes]
    choices = (_REMOTE_COLUMNS, _REMOTE_COLUMNS[:-2])
    _show(rows, choices, [_remote_lines(it) for it in remotes], "remote")


def age(created: str | None) -> str | None:
    """How old, in the largest unit, as kubectl says it."""
    if created is None:
        return None
    made = datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    seconds = max(0, int((datetime.now(timezone.utc) - made).total_seconds()))
    for unit, length in (("y", 365 * 86400), ("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _show(
    rows: Sequence[Sequence[_Styled]],
    choices: Iterable[Sequence[str]],
    entries: Sequence[Sequence[_Styled]],
    word: str,
) -> None:
    """The widest table that fits, or what stands in for one."""
    console = Console(highlight=False)
    shown = _entries(entries)
    for columns in choices:
        widths = _widths(columns, rows)
        # A file or pipe has no width: nothing is folded there.
        if not console.is_terminal or sum(widths) + len(_GAP) * (len(widths) - 1) <= console.width:
            shown = _table(columns, rows, widths)
            break
    while batch := list(islice(shown, _AT_ONCE)):
        text = Text.assemble(*((printable(text), style) for text, style in chain.from_iterable(batch)))
        console.print(text, soft_wrap=not console.is_terminal, end="")
    console.print(f"{len(rows)} {word}{'' if len(rows) == 1 else 's'}")


def _widths(columns: Sequence[str], rows: Iterable[Sequence[_Styled]]) -> list[int]:
    widths = [len(column) for column in columns]
    for row in rows:
        for number, (text, _) in enumerate(row[: len(widths)]):
            widths[number] = max(widths[number], *map(cell_len, text.split("\n")))
    return widths


def _table(
    columns: Sequence[str], rows: Iterable[Sequence[_Styled]], widths: Sequence[int]
) -> Iterator[Iterable[_Styled]]:
    yield _row([(column, "bold") for column in columns], widths)
    yield [("─" * (sum(widths) + len(_GAP) * (len(widths) - 1)) + "\n", "")]
    yield from (_row(row[: len(widths)], widths) for row in rows)
    yield [("\n", "")]


def _row(cells: Sequence[_Styled], widths: Sequence[int]) -> Iterable[_Styled]:
    """A row of the table, on as many lines as its longest cell has."""
    for line in zip_longest(*(text.split("\n") for text, _ in cells), fillvalue=""):
        last = max(number for number, text in enumerate(line) if text)
        for number, (text, (_, style), width) in enumerate(zip(line, cells, widths, strict=True)):
            if number < last:
                yield text + " " * (width - cell_len(text)) + _GAP, style
            elif number == last:
                yield f"{text}\n", style


def _entries(entries: Iterable[Sequence[_Styled]]) -> Iterator[Iterable[_Styled]]:
    for (name, bold), *rest in entries:
        yield [(name, bold), *((f"{text}\n", style) for text, style in rest), ("\n", "")]


def _cells(it: Found) -> list[_Styled]:
    cells = (it.secret, it.namespace, it.remote, it.type, _format(it), age(it.created))
    more = (it.uri_prefix, "\n".join(it.keys))
    return [*((cell or "-", "") for cell in cells), _seen(it, "no: "), *((cell or "-", "") for cell in more)]


def _lines(it: Found) -> list[_Styled]:
    """The same in a narrow window; the name is followed by the rest of its line."""
    what = ", ".join(filter(None, (it.uri_prefix, it.type, _format(it).replace("\n", " "))))
    made = f", {age(it.created)} old" if it.created else ""
    start = "  not seen: " if it.unseen else "  seen: "
    seen, style = _seen(it, "")
    reasons = start + seen.replace("\n", "\n" + " " * len(start))
    return [(it.secret, "bold"), (f" in {it.namespace}{made}", ""), (f"  {what}", ""), (reasons, style)]


def _remote_cells(it: FoundRemote) -> list[_Styled]:
    cells = (it.remote, it.namespace, "\n".join(it.types), "\n".join(it.formats))
    unseen = ("\n".join(it.unseen) or "-", "yellow" if it.unseen else "")
    names = (it.uri_prefix or "-", "\n".join(it.secrets))
    return [*((cell or "-", "") for cell in cells), unseen, *((name, "") for name in names)]


def _remote_lines(it: FoundRemote) -> list[_Styled]:
    what = ", ".join((*it.types, *it.formats))
    reasons = ((f"  {reason}", "yellow") for reason in it.unseen)
    return [(it.remote, "bold"), (f" in {it.namespace}", ""), (f"  {what}", ""), *reasons]


def _format(it: Found) -> str:
    if it.format is None:
        return it.kind
    lines = [it.format, *(["(assumed)"] if it.assumed else [])]
    if it.content and it.content != it.format:
        lines.append(f"but holds {it.content}")
    return "\n".join(lines)


def _seen(it: Found, before: str) -> _Styled:
    if it.unseen:
        return before + "\n".join(it.unseen), "yellow"
    return ("yes", "green") if it.seen else ("unknown", "dim")
