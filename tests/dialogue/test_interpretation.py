"""Interpretations of a follow-up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.dialogue.interpretation import FollowUp, read_follow_up
from faqbot.retrieval import language_of

_BEFORE = "What is multilateral diplomacy?"


def read(text: str, before: str = _BEFORE) -> FollowUp:
    """Return how *text* is read, which must be as a follow-up."""
    found = read_follow_up(text, before)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("and bilateral?", "what is bilateral diplomacy"),
        ("what about bilateral", "what is bilateral diplomacy"),
        ("ok and bilateral", "what is bilateral diplomacy"),
        ("who conducts it", "who conducts multilateral diplomacy"),
        ("what are its drawbacks", "what are multilateral diplomacy drawbacks"),
        ("why", "why multilateral diplomacy"),
        ("drawbacks", "drawbacks multilateral diplomacy"),
    ],
)
def test_a_follow_up_is_read_with_what_came_before(text: str, reading: str) -> None:
    """A pronoun is what was asked about, a new word takes an old one's place, others are added."""
    assert reading in read(text).texts


def test_the_whole_subject_goes_before_the_broader_one() -> None:
    """What "it" stands for is multilateral diplomacy rather than diplomacy."""
    readings = read("why is it important").texts

    assert readings[:2] == (
        "why is multilateral diplomacy important",
        "why is diplomacy important",
    )


@pytest.mark.parametrize(
    "text", ["and hegemony", "why", "who does it", "is it safe there", "what about that"]
)
def test_a_message_that_leans_is_told(text: str) -> None:
    """By its first word, by a pronoun, or because it names nothing."""
    assert read(text).explicit


@pytest.mark.parametrize("text", ["hegemony", "what is hegemony", "define sanctions"])
def test_a_short_message_does_not_lean(text: str) -> None:
    """It may be a follow-up, but shows nothing of it."""
    assert not read(text).explicit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "who conducts bilateral negotiations",
        "how many member states are in Europe " * 4,
    ],
)
def test_what_stands_alone_is_no_follow_up(text: str) -> None:
    """Neither is what holds no word, or very many."""
    assert read_follow_up(text, _BEFORE) is None


def test_its_own_words_are_told_apart() -> None:
    """What the message itself is about, without pronouns and without what came before."""
    assert read("what about its drawbacks").key_terms == ("drawbacks",)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_give_a_few_readings(text: str, before: str) -> None:
    """Nothing raises, and the number is bounded."""
    found = read_follow_up(text, before)

    assert found is None or len(found.texts) <= 20


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("what is it", True),
        ("and what is that", True),
        ("why is it important", False),
        ("it", False),
        ("what is bilateral diplomacy", False),
    ],
)
def test_same_question_with_a_pronoun_is_noticed(text: str, *, same: bool) -> None:
    """All its words but the pronoun are those of the question before."""
    found = read_follow_up(text, _BEFORE)

    assert (found is not None and found.is_same) is same


@pytest.mark.parametrize(
    ("code", "text"), [("en", "both"), ("en", "that?"), ("de", "beide"), ("fr", "lui ?")]
)
def test_a_pronoun_alone_is_no_follow_up(code: str, text: str) -> None:
    """It asks nothing, and another entry would answer by chance."""
    assert read_follow_up(text, "Wo lernt man Klavier?", language_of(code)) is None
