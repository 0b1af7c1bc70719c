"""The findings of `doctor` as text."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from seldon_secrets_pulumi.doctor.check import Rule, Severity
from seldon_secrets_pulumi.doctor.finding import Finding
from seldon_secrets_pulumi.untrusted_text import printable

_STYLES = {Severity.error: "red", Severity.warning: "yellow"}


def show(findings: Sequence[Finding], *, examined: int, ignored: int) -> None:
    """Show each Secret with its findings, and then each rule once, no matter how many Secrets break it."""
    console = Console(highlight=False)
    for (namespace, secret), group in groupby(
        findings, key=lambda finding: (finding.namespace, finding.secret)
    ):
        _print(console, 0, Text.assemble((printable(secret), "bold"), f" in {printable(namespace)}"))
        for finding in group:
            detail = f" {finding.check}: {printable(finding.detail)}"
            _print(console, 2, Text.assemble(_severity(finding.rule), detail))
        console.print()
    for rule in dict.fromkeys(finding.rule for finding in findings):
        _print(console, 0, Text(rule.id, "bold"))
        _print(console, 2, Text(f"{rule.cause} {rule.cure}"))
        _print(console, 2, Text(rule.explanation, "dim"))
    if findings:
        console.print()
    errors = sum(finding.is_error for finding in findings)
    counts = [_counted(errors, "error"), _counted(len(findings) - errors, "warning")]
    console.print(
        f"{examined} examined: {', '.join([*counts, *([f'{ignored} ignored'] if ignored else [])])}"
    )


def show_rule(rule: Rule) -> None:
    """Show the explanation of a rule."""
    console = Console(highlight=False)
    _print(console, 0, Text.assemble((rule.id, "bold"), " (", _severity(rule), ")"))
    for title, text in (("Why", rule.cause), ("Fix", rule.cure)):
        _print(console, 2, Text(f"{title}: {text}"))
    for title, text in (("Wrong", rule.example.wrong), ("Right", rule.example.right)) if rule.example else ():
        _print(console, 2, Text(f"{title}: {text}"))
    if rule.page:
        _print(console, 2, Text(f"See {rule.page}"))


def _severity(rule: Rule) -> tuple[str, str]:
    return rule.severity.value, _STYLES[rule.severity]


def _print(console: Console, indent: int, text: Text) -> None:
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:  # a file or a pipe has no width, so lines are not folded
        console.print(Text(" " * indent) + text, soft_wrap=True)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
