"""Where one question of a message ends and the next begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.dialogue.interpretation import is_asked, split_message


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
