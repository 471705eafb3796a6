"""Codes are chosen by their beginnings, and findings are in the order of file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from faqbot.authoring.checks import CheckReport
from faqbot.authoring.checks.findings import (
    GROUPS,
    RULES,
    Finding,
    Severity,
    UnknownCode,
    chosen_codes,
)

_ROOT = Path(__file__).parents[3]


def test_each_rule_has_a_remedy() -> None:
    """A code is a letter of a group and three digits, and all but faults of loading have a remedy."""
    assert all(re.fullmatch(r"[A-Z][0-9]{3}", code) and code[0] in GROUPS for code in RULES)
    assert [code for code, rule in RULES.items() if not rule.remedy] == ["E001"]


def test_each_rule_is_used() -> None:
    """No code is documented that no check reports."""
    folder = _ROOT / "faqbot" / "authoring" / "checks"
    modules = [path for path in folder.glob("*.py") if path.name != "findings.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in modules)

    assert [rule for rule in RULES if f'"{rule}"' not in code] == []


def _finding(code: str, line: int = 1) -> Finding:
    return Finding(Path("kb.yaml"), line, code, "a sentence.", "Mend it.")


def test_notes_are_chosen_on_request() -> None:
    """Without a selection, everything is looked for but what is only a note."""
    notes = {code for code, rule in RULES.items() if rule.severity is Severity.INFO}

    assert chosen_codes() == set(RULES) - notes
    assert chosen_codes(notes=True) == set(RULES)


def test_codes_are_chosen_by_their_beginning() -> None:
    """What is selected may be a note, what is ignored goes, and what keeps a base from loading stays."""
    assert chosen_codes(["T"], ["t50", "E001"]) == {"E001"}
    assert chosen_codes(["M106", "p20"], ["P202"]) >= {"M106", "P201", "E001"}
    assert "P202" not in chosen_codes(["P20"], ["P202"])


@pytest.mark.parametrize(
    ("code", "near"), [("M110", "M101"), ("Q9", "begins with A, C, D"), ("", "A")]
)
def test_unknown_codes_name_near_ones(code: str, near: str) -> None:
    """A code that is none is an error which says what may have been meant."""
    with pytest.raises(UnknownCode, match=near):
        chosen_codes([code])


def test_the_worst_decides() -> None:
    """A report has the severity of its worst finding, None without findings."""
    warning, error, note = _finding("M105"), _finding("M103"), _finding("D605")

    assert CheckReport((warning, error, note)).worst is Severity.ERROR
    assert CheckReport((note, warning)).worst is Severity.WARNING
    assert CheckReport(()).worst is None


def test_findings_are_in_the_order_of_lines() -> None:
    """Line 9 comes before line 10, and a finding says where it is as editors read it."""
    assert min([_finding("A301", 10), _finding("M103", 9)]).line == 9
    assert _finding("A301", 10).where == "kb.yaml:10"
    assert _finding("E001", 0).where == "kb.yaml"
