"""What words sound like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.spelling import consonants


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
    assert consonants([typed]) == consonants([meant])


def test_other_sounds_differ() -> None:
    """What is heard is told apart; so is a vowel in front from none, and y from it."""
    heard = consonants(["tank", "thank", "shank", "chunk", "bank", "anchor", "yank", "yes", "gas"])

    assert len(set(heard)) == len(heard)


@given(st.lists(st.text("aceghnorstwxy", min_size=1), min_size=1))
def test_words_do_not_mix(words: list[str]) -> None:
    """Each sounds as it does alone."""
    assert consonants(words) == [consonants([word])[0] for word in words]
