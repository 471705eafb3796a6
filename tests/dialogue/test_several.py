"""Messages with a question in them: the part that decides."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from faqbot.bot import Bot
from faqbot.dialogue.several import MessagePart, search_parts, with_pairs
from faqbot.models import Entry, KnowledgeBase, Match, Outcome
from faqbot.retrieval import Reading, Retrieval

_ENTRIES = (
    Entry("weekend", "Is the swimming hall open at the weekend?", "From ten to four."),
    Entry("locker", "How do I open my locker?", "With the wristband."),
    Entry("stolen", "My wristband was stolen", "Block it at the desk."),
    Entry("course", "When does the diving course begin?", "In May."),
    Entry("sauna", "Is the sauna mixed?", "On Fridays."),
)


@pytest.fixture(scope="module")
def bot() -> Bot:
    """Return a bot of a swimming hall."""
    return Bot.from_knowledge_base(KnowledgeBase(_ENTRIES), "none", cache=False)


@pytest.mark.parametrize(
    "message",
    [
        "Hello everybody. How do I plant an apple tree? Bye, and enjoy the swimming hall this weekend!",
        "I was in the sauna, is it mixed I wondered. Which bank changes foreign coins?",
    ],
)
def test_a_part_that_does_not_ask_is_no_question(bot: Bot, message: str) -> None:
    """Thanks and stories around a question out of scope find no answer."""
    assert bot.ask(message).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("Yesterday my wristband was stolen. What should I do?", "stolen"),
        ("My wristband was stolen. Which desk is the right one today?", "stolen"),
        ("We had such a nice day! How do I open my locker? Enjoy the weekend!", "locker"),
    ],
)
def test_a_stored_phrasing_or_the_key_term_decides(bot: Bot, message: str, entry: str) -> None:
    """A question without a subject of its own, such as "what should I do", leaves it to the others."""
    answer = bot.ask(message)

    assert answer.entry is not None
    assert answer.entry.id == entry


@pytest.mark.parametrize(
    "message",
    [
        "1. Is the sauna mixed? 2. Where do I plant an apple tree?",
        "is the sauna mixed? how do I plant an apple tree?",
    ],
)
def test_a_question_in_a_row_that_finds_nothing_is_named(bot: Bot, message: str) -> None:
    """It is about something of its own, so that it is not left out without a word."""
    answer = bot.ask(message)

    assert [part.outcome for part in answer.parts] == [Outcome.ANSWERED, Outcome.UNANSWERED]
    assert "plant an apple tree" in answer.text


@pytest.mark.parametrize(
    "message",
    [
        "Is the sauna mixed? Can you tell me?",
        "Is the sauna mixed? Do women share the sauna?",
        "Is the sauna mixed? Did they paint it yellow?",
    ],
)
def test_a_comment_on_a_question_is_no_question_in_a_row(bot: Bot, message: str) -> None:
    """It names nothing, the same thing again, or refers to it."""
    answer = bot.ask(message)

    assert answer.entry is not None
    assert answer.entry.id == "sauna"


def test_the_whole_message_decides_where_no_part_is_surer() -> None:
    """Parts that mean little alone do not hide the entry that all of them are about."""
    kb = KnowledgeBase(
        (
            Entry("replace", "Can I replace a film after a small mistake?", "Yes."),
            Entry("delete", "How do I delete my film from the site?", "So."),
            Entry("share", "How do I share my film on the site?", "Press."),
            Entry("late", "Why is my parcel late?", "Snow."),
            Entry("price", "What does a ticket cost?", "Ten."),
        )
    )
    bot = Bot.from_knowledge_base(kb, "none", cache=False)

    answer = bot.ask("Is it a fault? My film on the site has a small mistake, it stays.")
    assert answer.outcome is Outcome.AMBIGUOUS
    assert answer.choices[0].id == "replace"


def test_a_part_offers_no_entries_in_place_of_those_of_the_whole_message() -> None:
    """A part that is not answered leaves the choices of the whole, which has more words."""
    kb = KnowledgeBase(
        (
            Entry("lost", "My ring fell into the lake, can a diver look for it?", "Yes."),
            Entry("boat", "How much does a boat cost for an hour?", "Nine."),
            Entry("swim", "Can I swim in the lake?", "No."),
            Entry("late", "Why is my parcel late?", "Snow."),
        )
    )
    bot = Bot.from_knowledge_base(kb, "none", cache=False)

    answer = bot.ask("I lost my ring. Can I fish in the lake?")

    assert [choice.id for choice in answer.choices] == ["swim", "lost"]


def test_a_part_answers_only_with_the_best_match_of_the_whole_message() -> None:
    """A part lacks words of the message, so that another entry may be nearer to it."""
    kb = KnowledgeBase(
        (
            Entry("auto", "Can I renew my season ticket by itself every month?", "Online."),
            Entry(
                *("limit", "Is there a limit to how many guests I may bring?", "Three."),
                ("What is the limit of guests?",),
            ),
            Entry("lost", "What if I lose my season ticket?", "Ask at the desk."),
            Entry("price", "How much is a ticket for children?", "Five."),
            Entry("refund", "How do I get my money back for a ticket?", "At the desk."),
            Entry("late", "Why has my ticket not come by post?", "Snow."),
        )
    )
    bot = Bot.from_knowledge_base(kb, "none", cache=False)

    answer = bot.ask("My season ticket renews every month. What is the limit?")
    assert answer.outcome is Outcome.AMBIGUOUS
    assert answer.choices[0].id == "auto"


_PART_ENTRIES = {name: Entry(name, f"About {name}?", "Yes.") for name in ("pool", "lunch", "keys")}


def _found(**confidences: float) -> Retrieval:
    matches = (
        Match(_PART_ENTRIES[name], confidence, confidence, "")
        for name, confidence in confidences.items()
    )
    ordered = sorted(matches, key=lambda match: -match.confidence)
    return Retrieval(tuple(ordered), Reading("", (), (), ()))


def _search(whole: Retrieval, answers: Mapping[str, Retrieval], *asking: str) -> Retrieval | None:
    parts = [MessagePart(text, text in asking) for text in answers]
    return search_parts(with_pairs(parts), whole, lambda text, _: answers.get(text, _found()))


def test_the_best_part_decides() -> None:
    """The entry of the surest part comes first, with that part's confidence."""
    found = _search(_found(), {"a story": _found(lunch=0.3), "a question": _found(pool=0.9)})

    assert found is not None
    assert [match.entry.id for match in found.matches] == ["pool"]
    assert found.matches[0].confidence == 0.9


def test_the_whole_message_supports_an_entry() -> None:
    """Of two parts about as sure, the one that the whole message is about decides."""
    answers = {"a story": _found(lunch=0.8), "a question": _found(pool=0.7)}

    found = _search(_found(pool=0.5), answers)

    assert found is not None
    assert found.matches[0].entry.id == "pool"


def test_only_parts_that_ask_decide() -> None:
    """A story or thanks beside a question find no answer, however sure they are of an entry."""
    answers = {"a story": _found(lunch=0.9), "a question": _found(pool=0.2)}

    found = _search(_found(), answers, "a question")

    assert found is not None
    assert [match.entry.id for match in found.matches] == ["pool"]


def test_neighbours_are_looked_up_together() -> None:
    """A question that two sentences share is found by both."""
    answers = {"one": _found(), "two": _found(), "three": _found(), "two three": _found(keys=0.8)}
    parts = [MessagePart(text, asks=False) for text in ("one", "two", "three")]

    found = search_parts(with_pairs(parts), _found(), lambda text, _: answers.get(text, _found()))

    assert found is not None
    assert found.matches[0].entry.id == "keys"


def test_no_match_in_any_part_is_no_result() -> None:
    """Parts that find nothing decide nothing."""
    assert _search(_found(pool=0.4), {"one": _found(), "two": _found()}) is None


def test_a_part_that_cannot_win_is_not_compared() -> None:
    """After a sure question, another part counts only from a confidence that could beat it."""
    least: dict[str, float] = {}
    answers = {"a story": _found(lunch=0.4), "a question": _found(pool=0.9)}

    def retrieve(text: str, confidence: float) -> Retrieval:
        least[text] = confidence
        return answers[text]

    parts = [MessagePart("a question", asks=False), MessagePart("a story", asks=False)]
    found = search_parts(parts, _found(pool=0.5, lunch=0.2), retrieve)

    assert found is not None
    assert found.matches[0].entry.id == "pool"
    assert least["a question"] == 0.0
    assert least["a story"] == pytest.approx(0.9 + 0.25 - 0.25)


def test_the_first_of_equal_parts_decides() -> None:
    """Of parts worth the same the first one decides."""
    found = _search(_found(), {"one": _found(lunch=0.8), "two": _found(pool=0.8)})

    assert found is not None
    assert found.matches[0].entry.id == "lunch"
