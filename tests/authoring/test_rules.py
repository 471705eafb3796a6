"""The table of rules, and the page that is made from it."""

from __future__ import annotations

import re
from pathlib import Path

from faqbot.authoring.checks.findings import GROUPS, RULES, rules_table

_ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_table_says() -> None:
    """docs/checks.md is made anew after a change of the table."""
    page = (_ROOT / "docs" / "checks.md").read_text(encoding="utf-8")

    assert page == rules_table()


def test_each_rule_has_a_row_and_a_remedy() -> None:
    """A code is a letter of a group and three digits, and all but faults of loading have a remedy."""
    assert all(re.fullmatch(r"[A-Z][0-9]{3}", code) and code[0] in GROUPS for code in RULES)
    assert [code for code, rule in RULES.items() if not rule.remedy] == ["E001"]
    assert all(f"| {code} |" in rules_table() for code in RULES)


def test_each_rule_is_used() -> None:
    """No code is documented that no check reports."""
    folder = _ROOT / "faqbot" / "authoring"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("check*.py"))

    assert [rule for rule in RULES if f'"{rule}"' not in code] == []
