"""The findings of `doctor` for people."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from seldon_secrets_pulumi.cli.views.printable import printable
from seldon_secrets_pulumi.doctor.finding import Finding


def show(findings: Sequence[Finding], number: int) -> None:
    """Each Secret with what is wrong with it, then each rule once, however many Secrets break it."""
    console = Console(highlight=False)
    for (namespace, secret), group in groupby(
        findings, key=lambda finding: (finding.namespace, finding.secret)
    ):
        _print(console, 0, Text.assemble((printable(secret), "bold"), f" in {printable(namespace)}"))
        for finding in group:
            style = "red" if finding.is_error else "yellow"
            detail = f" {finding.check}: {printable(finding.detail)}"
            _print(console, 2, Text.assemble((finding.severity, style), detail))
        console.print()
    for rule in dict.fromkeys(finding.rule for finding in findings):
        _print(console, 0, Text(rule.id, "bold"))
        _print(console, 2, Text(f"{rule.cause} {rule.cure}"))
        _print(console, 2, Text(rule.explanation, "dim"))
    if findings:
        console.print()
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    console.print(f"{number} examined: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}")


def _print(console: Console, indent: int, text: Text) -> None:
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:  # a file or pipe has no width: nothing is folded there
        console.print(Text(" " * indent) + text, soft_wrap=True)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
