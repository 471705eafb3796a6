"""Marks of words, by which comparisons are skipped."""

from __future__ import annotations

import pytest

from faqbot.retrieval.contradictions import compared as marks
from faqbot.retrieval.contradictions.compared import Marks
from faqbot.retrieval.languages import ENGLISH, language_of

_MARKS = Marks(ENGLISH)


@pytest.mark.parametrize(
    ("word", "mark"),
    [
        ("from", marks.CONNECTOR),
        ("harbour", marks.DIFFERENT),
        ("who", marks.FACT),
        ("many", marks.FACT),
        ("b", marks.LABEL),
        ("nato", marks.NAME),
        ("c++", marks.NAME),
        ("without", marks.NEGATIVE),
        ("failed", marks.NEGATIVE),
        ("seven", marks.NUMBER),
        ("5g", marks.NUMBER),
        ("under", marks.PARTICLE),
        ("selling", marks.SIDE),
        ("turn", marks.TERM_START),
    ],
)
def test_a_word_has_the_mark_of_its_comparison(word: str, mark: int) -> None:
    """Each comparison finds its words by their mark, inflected ones included."""
    assert _MARKS[word] & mark


def test_marks_add_up() -> None:
    """A word of two comparisons has both marks, and one of none has no mark."""
    assert _MARKS["sell"] == marks.SIDE | marks.DIFFERENT
    assert _MARKS["the"] == 0


def test_a_language_without_lists_marks_numbers_only() -> None:
    """Its words are in no list: they may be numbers, labels, or terms that differ."""
    neutral = Marks(language_of("sw"))

    assert neutral["7"] == marks.NUMBER
    assert neutral["kutoka"] == marks.DIFFERENT
