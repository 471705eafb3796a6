"""Names of a question, by their form."""

from __future__ import annotations

import pytest

from faqbot.retrieval.contradictions.names import names_of, written_names
from faqbot.retrieval.languages import ENGLISH, tokenize
from faqbot.retrieval.text import normalize


def names(text: str) -> set[str]:
    """Return the names in *text*."""
    words = tokenize(normalize(text))
    return {name.word for name in names_of(ENGLISH, text, words, words)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("who leads OPEC", {"opec"}),
        ("who leads opec", {"opec"}),
        ("can I fly to Lima", {"lima"}),
        ("lint C++ and F# files for .NET", {"c++", "f#", ".net"}),
        ("where is room B12", {"b12"}),
        ("how do I write an S tutorial", {"s"}),
        ("who signs section A", {"a"}),
        ("I'd like a table", set()),
        ("A table for I and you", set()),
        ("a table for 2 at 20:15", set()),
        ("WHO SIGNS THE FORM", set()),
        ("Signing The Form", set()),
    ],
)
def test_names_have_a_telling_form(text: str, found: set[str]) -> None:
    """Capitals inside a sentence, signs, digits after letters, labels, and no dictionary word."""
    assert names(text) == found


def test_signs_belong_to_a_written_name() -> None:
    """A name keeps its dot and its signs."""
    assert list(written_names("please update .NET now", capitalised=True)) == [".NET"]


@pytest.mark.parametrize(
    "text", ["¿Vives muy lejos?", "¡Vete!", "Bien. ¿Acaso sabes?", '"Where" is it?']
)
def test_the_first_word_of_a_sentence_is_no_name(text: str) -> None:
    """Signs before it do not make it a word inside the sentence."""
    assert list(written_names(text, capitalised=True)) == []
