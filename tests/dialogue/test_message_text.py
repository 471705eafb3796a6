"""Cleaning of messages and their division into parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.dialogue.clauses import listed_items
from faqbot.dialogue.message_text import (
    _PLAIN,
    MAX_PARTS,
    Message,
    _is_single,
    _patterns,
    clean_message,
    is_asked,
    message_parts,
    read_message,
    split_parts,
)
from faqbot.retrieval import ENGLISH, fold_case, language_of


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
        ("what is it and am I late", ("what is it", "am I late")),
        ("what is it AND WHO DOES IT", ("what is it", "WHO DOES IT")),
        ("how do I pay\n", ("how do I pay",)),
    ],
)
def test_a_message_is_split_where_a_sentence_ends(text: str, fragments: tuple[str, ...]) -> None:
    """At end marks, at line ends, and before an "and" that goes on asking."""
    assert split_parts(message_parts(text)) == tuple(each.strip(" ;") for each in fragments)


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
    assert split_parts(message_parts(text)) == (text,)


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
    fragments = split_parts(message_parts(text))

    assert len(fragments) <= 12
    assert all(fragment and fragment in text for fragment in fragments)


def read_in_full(text: str) -> Message:
    """Return *text* as a message, by all steps of cleaning and division."""
    cleaned = clean_message(text)
    parts = message_parts(cleaned)
    return Message(cleaned, parts, split_parts(parts))


_WORDS = st.sampled_from(
    [
        "pool",
        "ok",
        "so",
        "hmm",
        "and",
        "what",
        "also",
        "hello",
        "Dear",
        "pls",
        "thanks",
        "lol",
        "don't",
        "it\u2019s",
        "\u2776",
        "_x_",
        "7",
        "3)",
        "Who",
        "npm",
    ]
)
_MESSAGES = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(_WORDS, max_size=7),
    st.sampled_from(["", "?", ".", "!", "?!", " ", ",", "\n"]),
)


@given(st.one_of(_MESSAGES, st.text(max_size=40)))
def test_a_plain_message_is_read_as_in_full(text: str) -> None:
    """A single sentence skips the steps that would change nothing, and no other text does."""
    assert read_message(text) == read_in_full(text)


def test_a_plain_question_is_one_part() -> None:
    """A sentence without anything around it is its own part."""
    text = "when does the harbour pool open?"

    assert read_message(text) == Message(text, (text,), (text,))


@pytest.mark.parametrize(
    ("language", "message", "question"),
    [
        ("en", "when does the pool open sorry if that was asked before", "when does the pool open"),
        ("en", "when does the pool open because i want to swim", "when does the pool open"),
        ("de", "wann öffnet das Bad, weil ich schwimmen will", "wann öffnet das Bad"),
        ("fr", "quand ouvre la piscine parce que je veux nager", "quand ouvre la piscine"),
        ("nl", "wanneer is het bad open omdat ik wil zwemmen", "wanneer is het bad open"),
    ],
)
def test_reason_for_a_question_is_a_part_of_its_own(
    language: str, message: str, question: str
) -> None:
    """An apology or a reason after a question does not belong to it."""
    parts = read_message(message, language_of(language)).parts

    assert parts[0] == question
    assert len(parts) == 2


def test_because_of_stays_in_its_question() -> None:
    """Only a clause about the person is cut off."""
    question = "is the pool closed because of the storm"

    assert read_message(question).parts == (question,)


def test_long_sentence_is_divided_at_its_clauses() -> None:
    """A question at the end of a long sentence is a part."""
    message = (
        "we drove here all day with three children and two dogs in the back of the car, and nobody "
        "slept last night, so is there any chance that the pool is still open"
    )

    assert message_parts(message)[-1].endswith("is there any chance that the pool is still open")
    assert len(message_parts(message)) == 3


_PHRASES = {
    code: sorted(
        form
        for phrases in (
            words.conjunctions,
            words.asides,
            words.closing_fillers,
            words.opening_fillers,
        )
        for phrase in phrases
        for form in (phrase, fold_case(phrase), phrase.capitalize())
    )
    for code in ("en", "de", "es", "fr")
    for words in [language_of(code).dialogue]
}


@given(st.sampled_from(sorted(_PHRASES)), st.data())
def test_a_text_with_a_marked_phrase_is_never_taken_for_a_plain_one(
    code: str, data: st.DataObject
) -> None:
    """The quick look at the words of a text rules out only texts in which the patterns find nothing."""
    words = st.sampled_from([*_PHRASES[code], "when", "does", "the", "pool", "open", "x'y", "10"])
    text = " ".join(data.draw(st.lists(words, max_size=8))) + data.draw(
        st.sampled_from(["", "?", "!!"])
    )
    patterns = _patterns(language_of(code))

    is_plain = bool(_PLAIN.fullmatch(text)) and not patterns.special.search(text)
    assert is_plain or "-" in text or not _is_single(text, patterns)
    assert patterns.may_close(text) or patterns.closing.sub("", text) == text
    assert patterns.may_digress(text) or patterns.asides.split(text) == [text]


@given(st.sampled_from(sorted(_PHRASES)), st.data())
def test_a_plain_text_has_nothing_around_its_question(code: str, data: st.DataObject) -> None:
    """The short way for plain texts leaves out nothing that the long way finds."""
    language = language_of(code)
    words = st.sampled_from([*language.dialogue.conjunctions, "how", "does", "re-open", "pool's"])
    text = " ".join(data.draw(st.lists(words, min_size=1, max_size=8))) + data.draw(
        st.sampled_from(["", "?", "-", "."])
    )

    if _is_single(text, _patterns(language)):
        assert clean_message(text, language) == text
        assert split_parts(message_parts(text, language), language) == (text,)


def test_a_conjunction_or_a_hyphen_inside_a_question_leaves_it_plain() -> None:
    """Only a conjunction before another question divides a text."""
    assert _is_single("how do I re-open my account", _patterns(ENGLISH))
    assert _is_single("where is my account and card", _patterns(ENGLISH))
    assert not _is_single("where is the pool and when does it open", _patterns(ENGLISH))
    assert not _is_single("where is the pool - when open", _patterns(ENGLISH))
    assert not _is_single("is it paid and open because it's late", _patterns(ENGLISH))
