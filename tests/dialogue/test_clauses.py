"""Sentences, listed items and clauses of a message."""

from __future__ import annotations

import pytest

from faqbot.dialogue.clauses import is_subordinate, whole_questions
from faqbot.dialogue.message_text import read_message
from faqbot.retrieval.languages import ENGLISH, language_of


@pytest.mark.parametrize(
    ("message", "fragments"),
    [
        ("When the pump stops, who do I call?", ["When the pump stops, who do I call?"]),
        ("when do you close, who do I call?", ["when do you close", "who do I call?"]),
        ("If it rains, where do we meet", ["If it rains, where do we meet"]),
        ("I know the rules and what they mean.", ["I know the rules and what they mean."]),
        ("what are the rules and what do they mean", ["what are the rules", "what do they mean"]),
    ],
)
def test_a_clause_stays_with_its_question(message: str, fragments: list[str]) -> None:
    """A condition is no question of its own, and a statement asks nothing."""
    assert list(read_message(message).fragments) == fragments


def test_clauses_in_a_row_are_joined() -> None:
    """The last one stays without a question after it."""
    assert [*whole_questions(["if it rains", "when it is dark", "where is the hut"], ENGLISH)] == [
        "if it rains, when it is dark, where is the hut"
    ]
    assert [*whole_questions(["where is the hut", "if it rains"], ENGLISH)] == [
        "where is the hut",
        "if it rains",
    ]


@pytest.mark.parametrize(
    ("code", "clause", "expected"),
    [
        ("en", "when is it", False),
        ("en", "when it rains", True),
        ("de", "wenn es regnet", True),
        ("de", "wann regnet es", False),
        ("fr", "si la pompe s'arrête", True),
        ("xx", "when it rains", False),
    ],
)
def test_subordinate_clauses_begin_with_a_conjunction(
    code: str, clause: str, *, expected: bool
) -> None:
    """A verb after it makes a question; a language without lists has none."""
    assert is_subordinate(clause, language_of(code)) is expected


@pytest.mark.parametrize(
    ("code", "message", "text"),
    [
        ("en", "Do you happen to know when the hut opens?", "when the hut opens?"),
        ("en", "hey all, can anyone tell me where the hut is", "where the hut is"),
        ("en", "I was wondering: how do I book the hut", "how do I book the hut"),
        ("en", "Do you know the way to the hut?", "Do you know the way to the hut?"),
        ("de", "Weiß jemand, wann die Hütte öffnet?", "wann die Hütte öffnet?"),
        ("es", "¿Me puedes decir cuándo abre?", "cuándo abre?"),
        ("fr", "Savez-vous où est la cabane ?", "où est la cabane ?"),
        ("it", "Vorrei sapere quando apre", "quando apre"),
        ("nl", "Ik vraag me af hoe laat het opent", "hoe laat het opent"),
        ("pt", "Gostaria de saber quando abre", "quando abre"),
    ],
)
def test_polite_words_before_a_question_are_left_out(code: str, message: str, text: str) -> None:
    """They change nothing, and cost confidence."""
    assert read_message(message, language_of(code)).text == text


@pytest.mark.parametrize("message", ["do you know where I am", "can you tell me who you are?"])
def test_polite_words_stay_before_a_question_without_a_subject(message: str) -> None:
    """Without them, too little is left to find an entry."""
    assert read_message(message).text == message


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Where is the hut? Many thanks in advance, Priya", "Where is the hut?"),
        ("Where is the hut? Thank you so much, Jo", "Where is the hut?"),
    ],
)
def test_longer_thanks_are_a_sign_off(message: str, text: str) -> None:
    """The name after them is that of the writer."""
    assert read_message(message).text == text


def test_an_apology_before_a_question_is_a_part_of_its_own() -> None:
    """It is no interjection that leaves half a sentence behind."""
    assert read_message("Hey, sorry to disturb you. Where is the hut?").parts == (
        "sorry to disturb you.",
        "Where is the hut?",
    )
