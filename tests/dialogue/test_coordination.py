"""Questions with two subjects, which a conjunction joins."""

from __future__ import annotations

import pytest

from faqbot import Bot, Conversation, Entry, KnowledgeBase, Outcome

_FERRY = KnowledgeBase(
    (
        Entry("rack", "Is there a bicycle rack?", "On the lower deck.", ("where do bicycles go",)),
        Entry("dogs", "Is there a dog area?", "At the stern.", ("may I take my dog",)),
        Entry("e-bikes", "Do you have e-bikes?", "Four of them."),
        Entry("book", "How do I book a cabin?", "At the desk.", ("reserve a cabin",)),
        Entry("cancel", "How do I cancel a crossing?", "By phone.", ("call off my crossing",)),
        Entry("change", "How do I postpone a crossing?", "On the web page.", ("a later crossing",)),
        Entry("meal", "Do you serve soup and bread?", "From noon.", ("can I eat on board",)),
        Entry("ticket", "What is a day ticket?", "It lasts until midnight."),
        Entry("pass", "What is a season pass?", "It lasts for a year."),
    )
)
_FAEHRE = KnowledgeBase(
    (
        Entry("rad", "Gibt es einen Fahrradständer?", "Auf dem unteren Deck."),
        Entry("hund", "Gibt es einen Platz für Hunde?", "Am Heck."),
        Entry("kabine", "Wie buche ich eine Kabine?", "Am Schalter.", ("eine Kabine buchen",)),
        Entry("absage", "Wie sage ich ab?", "Am Telefon.", ("eine Überfahrt absagen",)),
    ),
    language="de",
)


def _entries(question: str, kb: KnowledgeBase = _FERRY, encoder: str = "none") -> list[str]:
    """Return the ids of the entries whose answers a bot joins, or of the single answer."""
    answer = Bot.from_knowledge_base(kb, encoder).ask(question)
    if answer.outcome is not Outcome.ANSWERED:
        return []
    return [part.entry.id for part in answer.parts or (answer,) if part.entry is not None]


@pytest.mark.parametrize("encoder", ["none", "wordllama"])
@pytest.mark.parametrize(
    ("question", "entries"),
    [
        ("is there a bicycle rack and a dog area?", ["rack", "dogs"]),
        ("is there a dog area and bicycle rack", ["dogs", "rack"]),
        ("is there a dog area & a bicycle rack", ["dogs", "rack"]),
        ("how do I book a cabin and cancel a crossing?", ["book", "cancel"]),
        ("how do I cancel and postpone a crossing", ["cancel", "change"]),
        ("Hello! Is there a bicycle rack and a dog area? Thanks", ["rack", "dogs"]),
        ("book a cabin and cancel a crossing", ["book", "cancel"]),
        ("I want to book a cabin and postpone a crossing", ["book", "change"]),
        ("I'd like to cancel a crossing and book a cabin", ["cancel", "book"]),
        ("we need to book a cabin and cancel a crossing", ["book", "cancel"]),
        ("do you have e-bikes and a dog area", ["e-bikes", "dogs"]),
        ("do you have ebikes and a dog area", ["e-bikes", "dogs"]),
    ],
)
def test_both_subjects_are_answered(question: str, entries: list[str], encoder: str) -> None:
    """The second question gets the start of the first, the first one the end of the second.

    A wish asks, too, and a word may be written with a hyphen or without it.
    """
    assert _entries(question, encoder=encoder) == entries


def test_both_subjects_are_answered_in_german() -> None:
    """Each language has its own conjunctions and wishes."""
    question = "Gibt es einen Fahrradständer und einen Platz für Hunde?"
    wish = "Ich möchte eine Kabine buchen und eine Überfahrt absagen"

    assert _entries(question, _FAEHRE) == ["rad", "hund"]
    assert _entries(wish, _FAEHRE) == ["kabine", "absage"]


@pytest.mark.parametrize(
    "question",
    [
        "do you serve soup and bread",
        "what is a bicycle and what is a cabin crew",
        "is there a dog area and a casino",
        "I lost my day ticket and I need a bicycle rack",
        "I want to eat soup and bread",
        "I would like to wash my car and visit the bridge",
        "what is the difference between a day ticket and a season pass",
        "is there a dog area and a bicycle rack and a cabin",
        "and",
        "is there and",
        "rack and",
    ],
)
def test_other_conjunctions_join_no_answers(question: str) -> None:
    """One entry for both, an unknown subject, a story, a comparison, three subjects, and half a question."""
    assert len(_entries(question)) <= 1


def test_both_answers_are_in_the_conversation() -> None:
    """A follow-up continues the last one."""
    bot, conversation = Bot.from_knowledge_base(_FERRY, "none"), Conversation()

    answer = bot.ask("is there a bicycle rack and a dog area?", conversation)

    assert answer.text == (
        "**Is there a bicycle rack?**\n\nOn the lower deck.\n\n**Is there a dog area?**\n\nAt the stern."
    )
    assert conversation.topic is not None
    assert conversation.topic.id == "dogs"
