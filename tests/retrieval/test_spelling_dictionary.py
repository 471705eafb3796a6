"""Known words by letters and by sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.spelling_dictionary import SimilarWord, SpellingDictionary, phonetic_keys

_WORDS = st.text("abcehkorst", min_size=2, max_size=10)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fone", "phone"),
        ("kard", "card"),
        ("rite", "write"),
        ("nife", "knife"),
        ("wat", "what"),
        ("sity", "city"),
        ("nite", "night"),
        ("quik", "quick"),
        ("adress", "address"),
        ("skool", "school"),
        ("enformasion", "information"),
        ("eksit", "exit"),
        ("medicacion", "medication"),
    ],
)
def test_spellings_of_one_sound_are_one(typed: str, meant: str) -> None:
    """Whoever writes as they speak writes the same consonants."""
    assert phonetic_keys(ENGLISH, [typed]) == phonetic_keys(ENGLISH, [meant])


def test_other_sounds_differ() -> None:
    """What is heard is told apart; so is a vowel in front from none, and y from it."""
    heard = phonetic_keys(
        ENGLISH, ["tank", "thank", "shank", "chunk", "bank", "anchor", "yank", "yes", "gas"]
    )

    assert len(set(heard)) == len(heard)


@given(st.lists(st.text("aceghnorstwxy", min_size=1), min_size=1))
def test_words_do_not_mix(words: list[str]) -> None:
    """Each sounds as it does alone."""
    assert phonetic_keys(ENGLISH, words) == [phonetic_keys(ENGLISH, [word])[0] for word in words]


def found(word: str, *known: str) -> list[str]:
    """Return which of the *known* words resemble *word*."""
    return [
        alike.word for alike in SpellingDictionary(ENGLISH, dict.fromkeys(known, 1.0)).similar(word)
    ]


def test_a_look_alike_says_how_it_differs() -> None:
    """It comes with its price, the letters that are wrong, and the consonants."""
    known = SpellingDictionary(ENGLISH, {"card": 2.0, "clod": 3.0, "treaty": 1.0})

    assert sorted(known.similar("kard"), key=lambda alike: alike.word) == [
        SimilarWord("card", 2.0, edits=1, consonants=0),
    ]
    assert list(known.similar("traety")) == [SimilarWord("treaty", 1.0, edits=1, consonants=0)]


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
    vocabulary = SpellingDictionary(ENGLISH, dict.fromkeys(known, 0.0))
    alike = {near.word: near.edits for near in vocabulary.similar(typed)}

    assert {word for word in known if OSA.distance(word, typed) == 1} <= alike.keys()
    assert all(OSA.distance(word, typed) == edits for word, edits in alike.items())


def test_no_words_resemble_none() -> None:
    """An empty vocabulary, or a word longer than all, finds nothing."""
    assert found("treaty") == []
    assert found("treatytreaty", "treaty") == []
