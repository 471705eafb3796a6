"""Messages with a question in them: the part that decides."""

from __future__ import annotations

import pytest

from faqbot.bot import Bot
from faqbot.models import Entry, KnowledgeBase, Outcome

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

    answer = bot.ask("I lost my ring. Can I dive in the lake?")

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
