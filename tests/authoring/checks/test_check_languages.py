"""Checks of knowledge bases in other languages than English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.authoring.checks import check_knowledge_base

if TYPE_CHECKING:
    from pathlib import Path

_ENTRY = (
    "entries:\n"
    "  - id: boot\n"
    "    question: {question}\n"
    "    alternates: [{alternate}]\n"
    "    answer: {question}\n"
)


def _codes(tmp_path: Path, head: str, question: str, alternate: str) -> list[str]:
    path = tmp_path / "base.yaml"
    text = f"version: 1\n{head}{_ENTRY.format(question=question, alternate=alternate)}"
    path.write_text(text, encoding="utf-8")
    report = check_knowledge_base(path, notes=True, encoder="none")
    return [finding.code for finding in report.findings if finding.code[0] in "EHPS"]


@pytest.mark.parametrize(
    ("language", "question", "alternate", "expected"),
    [
        ("de", "Wann legt das Boot ab?", "Art", []),
        ("de", "Wann legt das Boot ab?", "welche", ["P204"]),
        ("fr", "Quand part le bateau ?", "comment", ["P204"]),
        ("fr", "Quand part le bateau ?", "four", []),
        ("en", "When does the boat leave?", "four", ["P204"]),
    ],
)
def test_single_word_is_common_in_its_own_language(
    language: str, question: str, alternate: str, expected: list[str], tmp_path: Path
) -> None:
    """A word that is common in English only is a word like any other."""
    head = f"language: {language}\n"

    assert _codes(tmp_path, head, question, alternate) == expected


@pytest.mark.parametrize(
    ("language", "group", "expected"),
    [
        ("de", "[die, Deutsche Insel-Expedition, Boot]", ["S801"]),
        ("de", "[man, Marine-Abteilung Nord, Boot]", ["S801"]),
        ("de", "[was, Wasser-Abenteuer Sylt, Boot]", ["S801"]),
        ("de", "[time, Tiefsee im Meer, Boot]", []),
        ("en", "[time, tide in meters]", ["S801", "S804"]),
    ],
)
def test_synonym_is_common_in_its_own_language(
    language: str, group: str, expected: list[str], tmp_path: Path
) -> None:
    """Function words are those of the language."""
    question = "When does the boat leave?" if language == "en" else "Wann legt das Boot ab?"
    head = f"language: {language}\nsynonyms:\n  - {group}\n"

    assert _codes(tmp_path, head, question, "Boot boat") == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("language: pl\n", ["H101"]),
        ("language: pl\nmanners: none\n", ["H101"]),
        ("language: pt-BR\n", []),
        ("", []),
    ],
)
def test_english_sentences_of_the_bot_are_noted(
    head: str, expected: list[str], tmp_path: Path
) -> None:
    """A language without manners of its own gets a note."""
    assert _codes(tmp_path, head, "Xylo boot?", "xylo boots") == expected
