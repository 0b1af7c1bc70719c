"""Generate the sections of docs/doctor.md that describe the checks, from the checks themselves.

    python -m tools.generate_checks

The text above the first check's section is written by hand.
"""

from collections.abc import Iterator
from pathlib import Path

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.rules import RULES

PAGE = Path(__file__).parents[1] / "docs" / "doctor.md"


def page_with_checks(page: str) -> str:
    """The page with the sections of all checks in place of those that it has."""
    by_hand = page.partition(f"## {RULES[0].id}\n")[0]
    return by_hand + "\n".join(line for rule in RULES for line in _section(rule))


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"*{rule.severity.value.title()}.* {_markdown(rule.cause)}\n"
    yield f"{_markdown(rule.cure)}\n"
    if rule.example:
        yield f"- wrong: `{rule.example.wrong}`"
        yield f"- right: `{rule.example.right}`\n"


def _markdown(text: str) -> str:
    """Angle brackets would start HTML."""
    return text.replace("<", "\\<")


if __name__ == "__main__":
    PAGE.write_text(page_with_checks(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
