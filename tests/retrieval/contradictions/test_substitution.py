"""The one word by which a question differs from a phrasing."""

from __future__ import annotations

from functools import partial

import pytest

from faqbot.retrieval.contradictions import substitution
from faqbot.retrieval.languages import ENGLISH, is_key_term, tokenize

core = partial(substitution.core, ENGLISH)
difference = partial(substitution.difference, ENGLISH)
is_slot = partial(substitution.is_slot, ENGLISH)
is_noun = partial(substitution.is_noun, ENGLISH)


def differ(question: str, phrasing: str) -> tuple[str, str] | None:
    """Return the difference of *question* and an entry with the one *phrasing*."""
    words = tokenize(phrasing)
    asked = tokenize(question)
    new = [word for word in asked if word not in words]
    return difference(asked, new, words, words.__contains__)


@pytest.mark.parametrize(
    ("question", "phrasing", "pair"),
    [
        ("what is the cost structure", "What is the warehouse structure?", ("cost", "warehouse")),
        ("explain cost structure", "What is the warehouse structure?", ("cost", "warehouse")),
        ("what is economic diplomacy", "what is diplomacy", ("economic", "")),
        ("how can we print my dashboard now", "How do I share a dashboard?", ("print", "share")),
        ("who heads the design team", "Who leads the sales team?", None),
        ("do you take amex cards", "Do you accept visa cards?", ("amex", "visa")),
        ("is the battery price high", "is the battery life high", ("price", "life")),
        ("what does diplomacy involve", "what does diplomacy mean", None),
        ("what is my possible diplomacy", "what is diplomacy", None),
        ("which trip", "which hotel", None),
        ("tell me about diplomacy", "what is diplomacy", None),
        ("what is diplomacy", "what is economic diplomacy", None),
        ("version 3 changes", "version 2 changes", None),
        ("when is the ice rink open", "when is the town hall open", ("ice", "town")),
        ("how do I clean the oven", "How do I clean the coffee machine?", ("oven", "coffee")),
        ("how do I open a joint folder", "How do I open a current folder?", ("joint", "")),
        ("fb changes", "facebook changes", None),
        ("", "", None),
    ],
)
def test_the_difference(question: str, phrasing: str, pair: tuple[str, str] | None) -> None:
    """One telling word more or in another's place, where all else is the same or a compound ends so."""
    assert differ(question, phrasing) == pair


def test_a_long_question_is_not_decided_by_a_compound() -> None:
    """It says too much else, unless all of that is the same."""
    assert (
        differ("does amex bank sell cards abroad", "which cards does visa bank sell abroad") is None
    )
    assert differ("does amex bank sell cards abroad", "does visa bank sell cards abroad") == (
        "amex",
        "visa",
    )


def test_what_an_entry_has_is_no_difference() -> None:
    """Another of its phrasings, or its answer, may speak of the word."""
    words, nearest = ["cost", "structure"], ["warehouse", "structure"]

    assert difference(words, words, nearest, lambda _: False) == ("cost", "warehouse")
    assert difference(words, words, nearest, lambda _: True) is None
    assert difference(["explain", *words], words, nearest, lambda _: True) is None


def test_the_core_lies_between_the_telling_words() -> None:
    """What asks at either end goes, and the articles between."""
    assert core(tokenize("what is the battery of my phone for")) == ("battery", "of", "phone")
    assert core(["what", "is", "it"]) == ()


@pytest.mark.parametrize(
    ("question", "phrasings", "slot"),
    [
        ("weather in kyiv", ["weather in rome", "weather in oslo", "weather in bonn"], True),
        ("weather in kyiv", ["weather in rome", "weather in oslo"], False),
        ("weather in kyiv", ["weather in rome"], False),
        ("share dashboards", ["sharing dashboards", "shared dashboards"], False),
        ("the battery price of pens", ["battery life of pens", "battery last"], False),
        ("pink card fee", ["blue card limit", "red card", "green card"], True),
        ("cost", ["price"], False),
    ],
)
def test_a_place_that_takes_anything_is_a_slot(
    question: str,
    phrasings: list[str],
    slot: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Three different words between the same neighbours, or beside one of them, take any other."""
    word = tokenize(question)[-1 if question.endswith("kyiv") else 0]
    word = "price" if "price" in question else word
    words = tokenize(question)
    assert is_slot(word, words, [core(tokenize(text)) for text in phrasings]) is slot


def test_what_is_passed_over_tells_nothing() -> None:
    """A word that may be the difference is never one that is left out."""
    assert not any(map(is_key_term, ENGLISH.framing_words))


@pytest.mark.parametrize(
    ("text", "word", "is_a_noun"),
    [
        ("delete my record", "record", True),
        ("delete record", "record", True),
        ("i want to delete record", "record", True),
        ("how do i record a song", "record", False),
        ("record a song", "record", False),
        ("to record", "record", False),
    ],
)
def test_a_noun_is_known_by_its_place(text: str, word: str, is_a_noun: bool) -> None:  # noqa: FBT001
    """After an article, or after a verb: the first content word is one."""
    assert is_noun(text.split(), word) is is_a_noun
