"""docs/doctor.md has a generated section for each check."""

import pytest

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.rules import RULES
from tools.generate_checks import PAGE, page_with_checks

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    assert page_with_checks(TEXT) == TEXT, "run make checks"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_section(rule: Rule) -> None:
    cause, cure = (text.replace("<", "\\<") for text in (rule.cause, rule.cure))
    assert f"## {rule.id}\n\n*{rule.severity.value.title()}.* {cause}\n\n{cure}\n" in TEXT


def test_no_other_section_looks_like_a_rule() -> None:
    headings = [line.removeprefix("## ") for line in TEXT.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading.islower()] == [rule.id for rule in RULES]


def test_generating_keeps_the_text_above() -> None:
    outdated = TEXT.replace(RULES[0].cause, "Outdated.")
    assert page_with_checks(outdated) == TEXT
    assert page_with_checks(outdated.replace("# ", "# My ", 1)) == TEXT.replace("# ", "# My ", 1)
