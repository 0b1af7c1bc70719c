"""What `list` shows to people."""

from collections.abc import Sequence
from datetime import datetime, timezone

from rich import box
from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seldon_secrets_pulumi.cli.found import Found
from seldon_secrets_pulumi.cli.remotes import FoundRemote

_COLUMNS = ("SECRET", "NAMESPACE", "REMOTE", "TYPE", "FORMAT", "URIS", "AGE", "SEEN", "KEYS")
_REMOTE_COLUMNS = ("REMOTE", "NAMESPACE", "TYPE", "FORMATS", "UNSEEN", "URIS", "SECRETS")


def show_secrets(found: Sequence[Found]) -> None:
    """A row for each Secret; where that does not fit without its keys, a few lines."""
    console = Console()
    shown: RenderableType = Group(*(_lines(it) for it in found))
    for columns in (_COLUMNS, _COLUMNS[:-1]):
        table = _table(columns, bool(found))
        for it in found:
            table.add_row(*_cells(it)[: len(columns)])
        if _fits(console, table):
            shown = table
            break
    _print(console, shown, len(found), "secret")


def show_remotes(remotes: Sequence[FoundRemote]) -> None:
    """A row for each remote; in a narrow window without what follows from its name."""
    console = Console()
    for columns in (_REMOTE_COLUMNS, _REMOTE_COLUMNS[:-2]):
        table = _table(columns, bool(remotes))
        for it in remotes:
            unseen = Text("\n".join(it.unseen) or "-", style="yellow" if it.unseen else "")
            lines = ("\n".join(each) or "-" for each in (it.types, it.formats))
            names = (it.uri_prefix or "-", "\n".join(it.secrets))
            cells = [*map(Text, (it.remote, it.namespace, *lines)), unseen, *map(Text, names)]
            table.add_row(*cells[: len(columns)])
        if _fits(console, table):
            break
    _print(console, table, len(remotes), "remote")


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


def _cells(it: Found) -> list[Text]:
    cells = (it.secret, it.namespace, it.remote, it.type, _format(it), it.uri_prefix, age(it.created))
    return [*(Text(cell or "-") for cell in cells), _seen(it), Text("\n".join(it.keys))]


def _lines(it: Found) -> Padding:
    """The same in a narrow window."""
    head = Text.assemble(
        (it.secret, "bold"), f" in {it.namespace}", f", {age(it.created)} old" if it.created else ""
    )
    what = ", ".join(filter(None, (it.uri_prefix, it.type, _format(it).replace("\n", " "))))
    return Padding(Group(head, Text(f"  {what}"), Padding(Text("seen: ") + _seen(it), (0, 2))), (0, 0, 1, 0))


def _format(it: Found) -> str:
    if it.format is None:
        return it.kind
    lines = [it.format, *(["(assumed)"] if it.assumed else [])]
    if it.content and it.content != it.format:
        lines.append(f"but holds {it.content}")
    return "\n".join(lines)


def _seen(it: Found) -> Text:
    if it.unseen:
        return Text("no: " + "\n".join(it.unseen), style="yellow")
    return Text("yes", style="green") if it.seen else Text("unknown", style="dim")


def _table(columns: Sequence[str], lines: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=lines)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _fits(console: Console, table: Table) -> bool:
    return not console.is_terminal or _width(console, table) <= console.width


def _width(console: Console, table: RenderableType) -> int:
    return Measurement.get(console, console.options.update(max_width=10_000), table).maximum


def _print(console: Console, shown: RenderableType, number: int, word: str) -> None:
    if not console.is_terminal:
        # A file or pipe has no width: nothing is folded there.
        console = Console(width=max(_width(console, shown), 80))
    console.print(shown)
    console.print(f"{number} {word}{'' if number == 1 else 's'}", highlight=False)
