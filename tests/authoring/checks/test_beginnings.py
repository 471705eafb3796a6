"""Answers whose first sentence lacks its subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from faqbot import bundled_path
from faqbot.authoring.checks import check_knowledge_base
from faqbot.authoring.checks.beginnings import lacks_subject


@pytest.mark.parametrize(
    "answer",
    [
        "For being too late.",
        "Rare ones that nobody may borrow.",
        "The ones with a red label.",
        "They cost a euro a day.",
        "**They** cost a euro a day.",
        "It's at the front desk.",
        "That depends on the book. Ask us.",
        "Most of them are on the first floor.",
        "The desks **at which** readers return books. There are two.",
        "A person who is over twelve.",
        "Because the roof leaks.",
        "By showing your card.",
        "To keep the books dry.",
        "So that nobody waits.",
    ],
)
def test_a_beginning_without_its_subject_is_found(answer: str) -> None:
    """Pronouns, dependent clauses and noun phrases without a verb need the question before them."""
    assert lacks_subject(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Late books cost a euro a day.",
        "Yes, they may.",
        "To renew a card, bring it along.",
        "By paying late, you lose your card.",
        "Because the roof leaks, we close early.",
        "The forms that you need are at the desk.",
        "This card is free.",
        "Both branches lend music.",
        "One of the doors is always open.",
        "From nine to five.",
        "- They are red.",
        "```\nit is code\n```",
        "Sie kosten einen Euro.",
        "",
    ],
)
def test_a_beginning_with_its_subject_passes(answer: str) -> None:
    """Complete sentences, short answers to the point, lists and code pass."""
    assert not lacks_subject(answer)


def _codes(path: Path, language: str) -> list[str]:
    path.write_text(
        f"version: 1\nlanguage: {language}\nentries:\n  - id: fees\n    question: What do late books cost?\n"
        "    alternates: [how much is a fine, fees for being late]\n    answer: They cost a euro.\n",
        encoding="utf-8",
    )
    report = check_knowledge_base(path, select=["A303"], encoder="none")
    return [f"{finding.line} {finding.code}" for finding in report.findings]


def test_the_check_reports_the_line_in_english_bases_only(tmp_path: Path) -> None:
    """The rules are English: in a German base, "They" may be a name."""
    assert _codes(tmp_path / "kb.yaml", "en") == ["7 A303"]
    assert _codes(tmp_path / "kb.yaml", "de") == []


def test_the_bundled_base_has_no_such_answer() -> None:
    """Its answers can be read without their questions."""
    report = check_knowledge_base(bundled_path(), select=["A303"], encoder="none")
    assert report.findings == ()
