"""The recall of imports: the rules that find questions a second time, and the counting."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.imports import FILES, content_of, measured
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found, Rule


def test_lines_and_questions_are_counted() -> None:
    """A question that no entry asks costs its lines, too; marks and addresses are no words."""
    found = Found("a.md", candidates=[Candidate("Is it far?", "A [mile](https://example.org).", Rule.PAIR)])  # fmt: skip
    gold = [("Is it **far**?", "A [mile][m].\n\nTwo yards."), ("Is it dear?", "No, never.")]

    counts, missing = measured(found, gold)

    assert counts == {"questions": 2, "asked": 1, "lines": 3, "said": 1}
    assert missing == ["Is it **far**?: two yards", "question: Is it dear?"]


def test_files_without_a_clone_are_skipped(tmp_path: Path) -> None:
    """The clones are no part of the project."""
    assert {content_of(file, tmp_path) for file in FILES} == {None}


@pytest.mark.parametrize(
    ("name", "text", "gold"),
    [
        ("docs/FAQ.md", "# F\n\n## A?\n\nB\n\n```sh\n## no\n```\n\n# G\n\nC\n", [("A?", "\n\nB\n\n```sh\n## no\n```\n\n")]),
        ("_data/faq.yml", "x:\n- question: A?\n  response: B\n", [("A?", "B")]),
        ("faq.csv", "query,response\nA?,B\n,C\n", [("A?", "B")]),
    ],
)  # fmt: skip
def test_rules_share_no_code_with_the_importer(
    name: str, text: str, gold: list[tuple[str, str]]
) -> None:
    """They are patterns for one file each."""
    file = next(file for file in FILES if file.path == name)

    assert file.gold(text) == gold
