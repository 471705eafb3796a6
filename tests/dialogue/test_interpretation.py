"""Separate questions of a message, and interpretations of a follow-up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.dialogue.interpretation import FollowUp, is_asked, read_follow_up, split_message

_BEFORE = "What is multilateral diplomacy?"


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("What is it? Who does it?", ("What is it?", "Who does it?")),
        ("Hi! What is it", ("Hi!", "What is it")),
        ("I have a card. How do I pay?", ("I have a card.", "How do I pay?")),
        ("what is it and who does it", ("what is it", "who does it")),
        ("what is it, and also how is it done", ("what is it", "how is it done")),
        ("first line\nsecond line", ("first line", "second line")),
        ("pay; how", ("pay;", "how")),
        ("what is it AND WHO DOES IT", ("what is it", "WHO DOES IT")),
        ("how do I pay\n", ("how do I pay",)),
    ],
)
def test_a_message_is_split_where_a_sentence_ends(text: str, fragments: tuple[str, ...]) -> None:
    """At end marks, at line ends, and before an "and" that goes on asking."""
    assert split_message(text) == tuple(each.strip(" ;") for each in fragments)


@pytest.mark.parametrize(
    "text",
    [
        "What is Node.js?",
        "Is version 3.11 enough",
        "the U.S. embassy",
        "salt and pepper",
        "What?!",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    """A dot inside a word or after a letter, and an "and" between nouns, end nothing."""
    assert split_message(text) == (text,)


@pytest.mark.parametrize(
    "text", ["why", "Why not", "so what is it", "can I", "a card?", "Explain it"]
)
def test_a_question_is_known_by_its_mark_or_its_beginning(text: str) -> None:
    """With or without a question mark."""
    assert is_asked(text)


@pytest.mark.parametrize("text", ["I have a card", "canned food", "thanks!", ""])
def test_a_statement_is_no_question(text: str) -> None:
    """What only says something is not answered by itself."""
    assert not is_asked(text)


@given(st.text())
def test_any_text_is_split_into_a_few_fragments(text: str) -> None:
    """Nothing is made up, and none is empty."""
    fragments = split_message(text)

    assert len(fragments) <= 12
    assert all(fragment and fragment in text for fragment in fragments)


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
