"""Names that a question has, and the knowledge base or the entry lacks."""

from __future__ import annotations

from functools import cache

import pytest

from faqbot import Bot, Entry, KnowledgeBase, Outcome, bundled_path
from faqbot.models import Reason

_HARBOUR = (
    Entry("berth", "Can I moor my yacht here?", "Call us.", ("How do I get a berth?",)),
    Entry("lessons", "Do you offer sailing lessons?", "Yes.", ("How can I learn to sail?",)),
    Entry("rowing", "Do you lend rowing boats?", "At the jetty.", ("How do I hire a boat?",)),
)
_CITIES = ["oslo", "lima", "rome", "cairo", "paris", "delhi", "dublin", "quito"]
_TRAVEL = (
    Entry("forecast", "Is it sunny?", "It is.", tuple(f"forecast {city}" for city in _CITIES[:2])),
    Entry("hotel", "I want a hotel", "Here.", tuple(f"hotel in {city}" for city in _CITIES[2:4])),
    Entry(
        "plug", "Which plug fits?", "Two pins.", tuple(f"plug in {city}" for city in _CITIES[4:6])
    ),
    Entry("train", "I want a train", "Now.", tuple(f"train near {city}" for city in _CITIES[6:])),
)


@cache
def _bot(entries: tuple[Entry, ...]) -> Bot:
    return Bot.from_knowledge_base(KnowledgeBase(entries), "none")


@pytest.mark.parametrize(
    "question",
    [
        "can I moor my yacht in monaco",
        "do you offer sailing lessons in croatia",
        "do you offer sailing lessons in atlantis",
        "does rembrandt offer sailing lessons",
    ],
)
def test_a_name_in_small_letters_that_no_entry_has_is_doubted(question: str) -> None:
    """It asks for another place or person."""
    answer = _bot(_HARBOUR).ask(question)
    assert (answer.outcome, answer.reason) == (Outcome.AMBIGUOUS, Reason.UNKNOWN_NAME)


@pytest.mark.parametrize(
    "question", ["can i moor my yacht overnight here", "do you offer more sailing lessons"]
)
def test_another_word_is_no_name(question: str) -> None:
    """Words of the dictionary name no place."""
    assert _bot(_HARBOUR).ask(question).reason is not Reason.UNKNOWN_NAME


def test_a_name_made_of_a_word_is_none() -> None:
    """No dictionary has every word with a prefix."""
    assert _bot(_HARBOUR).ask("do you unlend rowing boats").reason is not Reason.UNKNOWN_NAME


def test_a_story_may_have_any_name() -> None:
    """A person tells who came along."""
    story = "my brother peter loves water and sunshine and holidays, do you offer sailing lessons"
    assert _bot(_HARBOUR).ask(story).reason is not Reason.UNKNOWN_NAME


@pytest.mark.parametrize(
    ("question", "entry"), [("plug in madrid", "plug"), ("hotel in oslo", "hotel")]
)
def test_a_name_is_an_example_where_phrasings_are_full_of_names(question: str, entry: str) -> None:
    """Such entries answer for any place, also for a place that another entry has."""
    answer = _bot(_TRAVEL).ask(question)
    assert answer.reason is not Reason.UNKNOWN_NAME
    assert answer.matches[0].entry.id == entry


@pytest.mark.parametrize(
    "question",
    [
        "a trade agreement with narnia",
        "where is the consulate in zanzibar",
        "what was the congress of berlin",
        "can a diplomat in bolivia be arrested",
    ],
)
def test_the_bundled_base_does_not_answer_for_places_that_it_lacks(question: str) -> None:
    """Its answers are about diplomacy in general."""
    assert Bot.from_file(bundled_path(), "none").ask(question).outcome is not Outcome.ANSWERED
