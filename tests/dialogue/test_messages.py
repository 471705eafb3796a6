"""Cleaning of messages and their division into parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.dialogue.messages import MAX_PARTS, clean_message, listed_items, message_parts


@pytest.mark.parametrize(
    ("message", "cleaned"),
    [
        ("Hello team,\n\nwhen does the pool open?", "when does the pool open?"),
        ("Dear Ms Olsen, when does the pool open?", "when does the pool open?"),
        ("Guten Tag, wann öffnet das Bad?", "wann öffnet das Bad?"),
        ("<@U02ABC> when does the pool open? :pray:", "when does the pool open?"),
        ("@faq when does the pool open? \U0001f64f", "when does the pool open?"),
        ("hmm ok so when does the pool open lol", "when does the pool open"),
        ("when does the pool open pls", "when does the pool open"),
    ],
)
def test_salutations_mentions_and_interjections_are_removed(message: str, cleaned: str) -> None:
    """The edges of a message carry no question."""
    assert clean_message(message) == cleaned


@pytest.mark.parametrize(
    "signature",
    [
        "\n--\nMaud Olsen | Sales",
        "\nKind regards\nMaud Olsen\nHead of Sales",
        "\n\nBest,\nMaud",
        "\nMit freundlichen Grüßen\nMaud Olsen",
        "\nCordialement,\nMaud",
        "\nSent from my phone",
        " Best wishes, Maud Olsen",
    ],
)
def test_a_signature_ends_a_message(signature: str) -> None:
    """Text from a sign-off on is no part of the message, in several languages."""
    assert clean_message(f"When does the pool open?{signature}") == "When does the pool open?"


def test_log_output_code_and_quotes_are_removed() -> None:
    """Only lines that a person wrote remain."""
    message = (
        "> who has the pool key?\n"
        "```\nopen('pool.txt')\n```\n"
        "ERROR: 0x80070005 access denied\n"
        '  File "pool.py", line 3, in <module>\n'
        "2026-01-31 10:00:12 started\n"
        "when does the pool open?"
    )

    assert clean_message(message) == "when does the pool open?"


@pytest.mark.parametrize(
    "message", ["> when does the pool open?", "```when?```", "thanks", "ok", ":pool:", "C++?", "hi"]
)
def test_a_message_is_never_cleaned_to_nothing(message: str) -> None:
    """A message of quotes or of one courtesy keeps its words."""
    assert any(map(str.isalnum, clean_message(message)))


def test_sentences_lines_and_items_are_parts() -> None:
    """Each sentence, line or listed item is a part; abbreviations and numbers end none."""
    text = 'I called J. Smith at 9.30 today. "Nobody knows." Is it open\n- on Sundays?\n2) in May'

    assert message_parts(text) == (
        "I called J. Smith at 9.30 today.",
        '"Nobody knows."',
        "Is it open",
        "on Sundays?",
        "in May",
    )


def test_an_enumeration_on_one_line_is_its_items() -> None:
    """Numbers and letters before items divide them."""
    assert listed_items("1. is it open 2. is it warm") == ("is it open", "is it warm")
    assert listed_items("a) is it open b) is it warm") == ("is it open", "is it warm")
    assert listed_items("is version 2. out") == ()


def test_a_long_message_keeps_its_first_and_last_parts() -> None:
    """A question stands at either end of a long story."""
    parts = message_parts("\n".join(f"line number {number}" for number in range(40)))

    assert len(parts) == MAX_PARTS
    assert parts[0] == "line number 0"
    assert parts[-1] == "line number 39"


@given(
    st.text(
        alphabet=st.sampled_from("aB1 \n.,;:?!>-`*_@<#:)(\u2026\U0001f64f\u00e9ok"), max_size=200
    )
)
def test_any_text_is_cleaned_to_a_part_of_itself(text: str) -> None:
    """Cleaning adds no character, keeps a word if there is one, and bounds the parts."""
    cleaned = clean_message(text)

    assert len(cleaned) <= len(text)
    assert any(map(str.isalnum, cleaned)) == any(map(str.isalnum, text))
    assert len(message_parts(cleaned)) <= MAX_PARTS
