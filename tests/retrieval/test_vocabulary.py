"""Finding look-alikes among known words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from faqbot.retrieval.spelling import LookAlike, Vocabulary

_WORDS = st.text("abcehkorst", min_size=2, max_size=10)


def found(word: str, *known: str) -> list[str]:
    """Return which of the *known* words resemble *word*."""
    return [alike.word for alike in Vocabulary(dict.fromkeys(known, 1.0)).like(word)]


def test_a_look_alike_says_how_it_differs() -> None:
    """It comes with its price, the letters that are wrong, and the consonants."""
    known = Vocabulary({"card": 2.0, "clod": 3.0, "treaty": 1.0})

    assert sorted(known.like("kard"), key=lambda alike: alike.word) == [
        LookAlike("card", 2.0, edits=1, sounds=0),
    ]
    assert list(known.like("traety")) == [LookAlike("treaty", 1.0, edits=1, sounds=0)]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("wupport", "support"),
        ("upport", "support"),
        ("uspport", "support"),
        ("fone", "phone"),
        ("taht", "that"),
        ("sekurity", "security"),
        ("trasnger", "transfer"),
        ("enything", "anything"),
        ("tihkn", "think"),
        ("whia", "what"),
    ],
)
def test_near_words_are_found(typed: str, known: str) -> None:
    """One letter wrong anywhere, or two in a word that begins alike and sounds like it."""
    assert found(typed, known, "zebra") == [known]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("bonk", "phone"),
        ("seyurimi", "security"),
        ("gane", "gifts"),
        ("crm", "credits"),
        ("a", "abcd"),
    ],
)
def test_far_words_are_not(typed: str, known: str) -> None:
    """Two letters that change the sound of a short word, or three of any, are no slip."""
    assert found(typed, known) == []


@given(st.lists(_WORDS, unique=True), _WORDS)
def test_every_word_an_edit_away_is_found(known: list[str], typed: str) -> None:
    """The shortcuts miss none, and what is told of it is right."""
    vocabulary = Vocabulary(dict.fromkeys(known, 0.0))
    alike = {near.word: near.edits for near in vocabulary.like(typed)}

    assert {word for word in known if OSA.distance(word, typed) == 1} <= alike.keys()
    assert all(OSA.distance(word, typed) == edits for word, edits in alike.items())


def test_no_words_resemble_none() -> None:
    """An empty vocabulary, or a word longer than all, finds nothing."""
    assert found("treaty") == []
    assert found("treatytreaty", "treaty") == []
