"""Questions for another action or thing than the one that an entry is about."""

from __future__ import annotations

from functools import cache

import pytest

from faqbot import Answer, Bot, Entry, KnowledgeBase, Outcome, bundled_path
from faqbot.models import Reason
from faqbot.retrieval.contradictions import ContradictionCheck
from faqbot.retrieval.contradictions.subjects import other_action, other_object, other_whole
from faqbot.retrieval.index.index import build_index, phrasing_at
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.text import Synonyms

_WAYS = ("How do I repaint the {}?", "The {} needs new paint", "Renew the paint of the {}")
_OBJECTS = [
    "gate",
    "shed",
    "fence",
    "porch",
    "bench",
    "roof",
    "wall",
    "door",
    "barn",
    "mast",
    "table",
    "chair",
    "shelf",
    "stairs",
    "swing",
]
_PAINT = tuple(
    Entry(
        name, _WAYS[0].format(name), "With a brush.", tuple(way.format(name) for way in _WAYS[1:])
    )
    for name in _OBJECTS
)
_MUSEUM = (
    Entry("guide", "What is an audio guide?", "A small player.", ("audio guides",)),
    Entry("curator", "What does a curator do?", "Chooses the paintings.", ("task of a curator",)),
    Entry("ticket", "How do I get a ticket?", "At the desk.", ("Where can I buy tickets?",)),
    Entry("loan", "How do I extend a loan?", "Call us.", ("Can I keep a painting for longer?",)),
)


@cache
def _bot(entries: tuple[Entry, ...], encoder: str = "none") -> Bot:
    return Bot.from_knowledge_base(KnowledgeBase(entries), encoder)


def _asked(question: str, entries: tuple[Entry, ...] = _PAINT) -> Answer:
    return _bot(entries).ask(question)


@pytest.mark.parametrize(
    "question",
    [
        "how do I demolish the gate",
        "how can we insure the gate",
        "where can I photograph the porch",
        "can I rent the barn",
        "I want to steal the bench",
        "how to weld a door",
        "how do you straighten a mast",
    ],
)
def test_another_action_on_a_known_thing_is_not_answered(question: str) -> None:
    """The entries tell only how to paint."""
    answer = _asked(question)
    assert answer.outcome is not Outcome.ANSWERED
    if answer.choices:
        assert answer.reason is Reason.OTHER_WORD


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("how can we refurbish the shed", "shed"),
    ],
)
def test_a_word_of_similar_meaning_is_no_other_action(question: str, entry: str) -> None:
    """People choose other words for the same."""
    answer = _asked(question)
    assert (answer.matches[0].entry.id, answer.reason) == (entry, Reason.SURE)


@pytest.mark.parametrize(
    ("question", "action"),
    [
        ("how do I weld the door", "weld"),
        ("how to weld the door", "weld"),
        ("how do you weld the door", "weld"),
        ("how do I order the door", ""),
        ("how do I renovate the door", ""),
        ("can you weld the door", ""),
        ("when do I weld the door", ""),
        ("I weld the door", ""),
        ("how do I weld", ""),
        ("how do I weld the rusty door", ""),
        ("how do I weld the door if it is so very cold outside", ""),
        ("what happens if I weld the door", "weld"),
        ("what happens if it rusts the door", ""),
    ],
)
def test_the_other_action_is_the_only_unknown_word_of_a_short_question(
    question: str, action: str
) -> None:
    """Verbs of handling, services, times and statements name no action exactly."""
    index = build_index(_PAINT, Synonyms([]), None)
    reader = QuestionAnalyzer(index, Synonyms([]), None)
    check = ContradictionCheck(index, lambda row: reader.tokenize(phrasing_at(index, _PAINT, row)))
    row = int(index.first_row[_OBJECTS.index("door")])
    assert other_action(ENGLISH, check.compare(reader.read(question), row)) == action


def test_a_longer_question_may_say_what_else_was_done() -> None:
    """It tells a story, in which an action is not always what is asked for."""
    question = "how do I repaint the gate if I scratch it with the wheelbarrow on Sundays"
    assert _asked(question).reason is Reason.SURE


@pytest.mark.parametrize(
    "question",
    ["what is a flying audio guide", "what is an audio guide dog", "what is a drunken curator"],
)
def test_a_kind_of_thing_that_no_phrasing_has_is_not_answered(question: str) -> None:
    """A modifier makes another thing."""
    assert _asked(question, _MUSEUM).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    "question",
    [
        "what is a vegan embassy",
        "what is science diplomacy",
        "what is a musical summit",
        "what are marital negotiations",
        "what is an underwater consulate",
    ],
)
@pytest.mark.parametrize("encoder", ["none", "wordllama"])
def test_the_bundled_base_knows_its_kinds_of_things(question: str, encoder: str) -> None:
    """Before the common subject of all entries, a known word makes another thing, too."""
    bot = Bot.from_file(bundled_path(), encoder)
    assert bot.ask(question).outcome is not Outcome.ANSWERED
    assert bot.ask("what is an embassy").outcome is Outcome.ANSWERED
    assert bot.ask("what is cultural diplomacy").matches[0].entry.id == "culture-in-diplomacy"


@pytest.mark.parametrize(
    "question",
    ["how do I prolong a loan", "how do I purchase a ticket"],
)
def test_a_word_of_similar_meaning_in_the_place_of_one_is_answered(question: str) -> None:
    """The thesaurus has both in a group."""
    assert _asked(question, _MUSEUM).outcome is Outcome.ANSWERED


def test_an_unrelated_word_in_the_place_of_one_is_not() -> None:
    """No group has both."""
    assert _asked("how do I repay a loan", _MUSEUM).outcome is not Outcome.ANSWERED


_CLUB = (
    Entry("fee", "How do I raise my fee?", "In the portal.", ("Increase my fee",)),
    Entry("crest", "How do I order my crest?", "At the desk.", ("Buy a crest",)),
    Entry("bar", "When does the bar close?", "At ten.", ("closing time of the bar",)),
    Entry("boat", "What does a boat cost per day?", "Forty euros.", ("Hire a boat",)),
    Entry("piano", "How much is a piano lesson?", "Nine euros.", ("price of piano lessons",)),
    Entry("repair", "How do I mend my sail?", "With thread.", ("Sew a sail",)),
)


@pytest.mark.parametrize("encoder", ["none", "wordllama"])
@pytest.mark.parametrize(
    "question",
    [
        "raise my flag",
        "raise my children",
        "I want to raise my voice",
        "please increase my salary",
        "how do I buy a banner",
        "when does the library close",
        "what does a boat cost per month",
        "what does a car cost per day",
        "how much is a piano",
        "mend my fence",
        "can I raise the height of my sail",
    ],
)
def test_another_thing_of_the_same_verb_is_not_answered(question: str, encoder: str) -> None:
    """The question may be an order, a wish or a question for a price."""
    assert _bot(_CLUB, encoder).ask(question).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize("encoder", ["none", "wordllama"])
@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("raise my fee", "fee"),
        ("please increase the fee", "fee"),
        ("I want to purchase a crest", "crest"),
        ("how much is a boat per day", "boat"),
        ("mend my sails", "repair"),
    ],
)
def test_the_same_thing_is(question: str, entry: str, encoder: str) -> None:
    """Other verbs of similar meaning, and other ways to ask, change nothing."""
    answer = _bot(_CLUB, encoder).ask(question)
    assert (answer.outcome, answer.matches[0].entry.id) == (Outcome.ANSWERED, entry)


@pytest.mark.parametrize(
    ("question", "phrasing", "things"),
    [
        ("raise my flag", "how do i raise my fee", ("flag", "fee")),
        ("i want to raise my flag", "increase the fee", ("flag", "fee")),
        ("raise flag", "how do i raise my fee", ("flag", "fee")),
        ("when does the shop close", "when does the bar close", ("shop", "bar")),
        ("raise my flag for the king", "how do i raise my fee", ("flag", "fee")),
        ("raise my flag pole", "how do i raise my fee", None),
        ("raise my flag", "how do i raise the date", ("flag", "date")),
        ("raise my flag on monday", "raise my flag", None),
        ("how do i raise flags", "how do i raise my fee", None),
        ("raise dates", "raise fees", None),
        ("boat trips", "boat rentals", None),
        ("raise monday", "how do i raise my fee", None),
        ("does my shop close", "when does the bar open", None),
        ("the raise my flag", "how do i raise my fee", None),
        ("raise my flag so that all can see it from here", "how do i raise my fee", None),
    ],
)
def test_the_other_thing_stands_in_the_same_place(
    question: str, phrasing: str, things: tuple[str, str] | None
) -> None:
    """After the same verb, or between the same auxiliary and verb, and nothing besides."""
    entries = (Entry("one", phrasing, "So."), Entry("two", "Where is the pier?", "There."))
    index = build_index(entries, Synonyms([]), None)
    reader = QuestionAnalyzer(index, Synonyms([]), None)
    check = ContradictionCheck(index, lambda row: reader.tokenize(phrasing_at(index, entries, row)))
    assert other_object(ENGLISH, check.compare(reader.read(question), 0)) == things


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("what is the colour of the moon", "moon"),
        ("colour of my moon", "moon"),
        ("what is the colour of the gate", ""),
        ("what is the colour of moon", ""),
        ("what is the colour of the moon today", ""),
        ("the colour of a", ""),
        ("of the moon", ""),
        ("I ask you to tell me what is the colour of the moon", ""),
    ],
)
def test_the_colour_of_another_thing_is_another(question: str, whole: str) -> None:
    """Only a thing at the end counts, with an article: without one it may be a name."""
    entries = (Entry("one", "What is the colour of the gate?", "Red."), *_PAINT[:2])
    index = build_index(entries, Synonyms([]), None)
    reader = QuestionAnalyzer(index, Synonyms([]), None)
    check = ContradictionCheck(index, lambda row: reader.tokenize(phrasing_at(index, entries, row)))
    assert other_whole(ENGLISH, check.compare(reader.read(question), 0)) == whole
