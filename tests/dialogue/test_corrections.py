"""Corrections of the question before: by other words, by a contrast, and by "the other one"."""

from __future__ import annotations

import json

import pytest

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.models import Answer, Entry, KnowledgeBase, Outcome

_ENTRIES = (
    Entry("sow-beans", "When do I sow beans?", "In May.", ("growing beans",)),
    Entry("sow-kale", "When do I sow kale?", "In June.", ("growing kale",)),
    Entry("water-beans", "How do I water beans?", "Below the leaves.", ("beans are dry",)),
    Entry("cancel", "How do I cancel a delivery of compost?", "By phone.", ("cancel compost",)),
    Entry("tools", "Can I borrow a spade?", "Yes, for a day.", ("lend tools", "shed")),
    Entry("barrow", "Can I borrow a barrow?", "Yes, for an hour.", ("lend tools", "shed")),
    Entry("sow-in-frames", "When is the cold frame not open?", "In frost.", ("frame shut",)),
)
_KB = KnowledgeBase(_ENTRIES, title="Allotments")
_BOT = Bot.from_knowledge_base(_KB, "none", cache=False)


def say(*texts: str, conversation: Conversation | None = None) -> Answer:
    """Return the answer to the last of *texts*, said one after the other."""
    known = conversation or Conversation()
    return [_BOT.ask(text, known) for text in texts][-1]


def name(answer: Answer) -> str | None:
    """Return the id of the entry that answers."""
    return answer.entry.id if answer.entry else None


@pytest.mark.parametrize(
    "text",
    [
        "wait, I meant kale",
        "oops no, kale",
        "hmm actually I meant kale",
        "not beans, kale",
        "not beans but kale",
        "kale, not beans",
        "kale instead of beans",
        "kale rather than beans",
    ],
)
def test_one_thing_is_put_in_place_of_another(text: str) -> None:
    """The rest of the question before stays as it was."""
    assert name(say("When do I sow beans?", text)) == "sow-kale"


@pytest.mark.parametrize("text", ["not cucumbers, melons", "why do beans not grow", "not beans"])
def test_a_negation_of_something_else_corrects_nothing(text: str) -> None:
    """What is taken back must stand in the question before, and something must replace it."""
    assert name(say("When do I sow beans?", text)) != "sow-kale"


def test_a_question_with_a_negation_stays_a_question() -> None:
    """It asks why or when not."""
    before = "When is the cold frame not open?"

    assert name(say(before, "when is the cold frame not open?")) == "sow-in-frames"


def test_a_correction_that_is_also_a_move_finds_the_entry() -> None:
    """Here "cancel" is the subject of an entry."""
    assert name(say("When do I sow beans?", "no, cancel compost")) == "cancel"
    assert say("When do I sow beans?", "no, stop").manners


def test_the_other_of_two_choices_is_answered() -> None:
    """After one of them was picked, also as a correction."""
    for text in ("the other one", "no, I meant the other one", "and the other?"):
        conversation = Conversation()
        first = say("lend tools", "1", conversation=conversation)
        second = say(text, conversation=conversation)

        assert {name(first), name(second)} == {"tools", "barrow"}, text


def test_choices_can_be_picked_one_after_the_other() -> None:
    """The list stays while only it is picked from; a new question ends it."""
    conversation = Conversation()
    first, second = say("lend tools", conversation=conversation).choices

    assert say("2", conversation=conversation).entry == second
    assert say("thanks", "1", conversation=conversation).entry == first
    assert say("How do I water beans?", "1", conversation=conversation).manners


def test_a_stored_conversation_keeps_the_list() -> None:
    """Another process can answer the next pick; a list of an earlier faqbot is empty."""
    conversation = Conversation()
    second = say("lend tools", conversation=conversation).choices[1]
    say("1", conversation=conversation)
    stored = json.loads(json.dumps(conversation.to_dict()))

    assert say("2", conversation=Conversation.from_dict(stored, _KB)).entry == second
    del stored["listed"]
    assert say("2", conversation=Conversation.from_dict(stored, _KB)).manners


def test_the_other_one_of_nothing_is_asked_about() -> None:
    """Of open choices it names none; without choices, other entries are offered, or other words."""
    assert "number" in say("lend tools", "the other one").text
    offered = say("When do I sow beans?", "no I meant the other one")
    assert offered.manners or offered.outcome is Outcome.AMBIGUOUS
    assert "sow-beans" not in [entry.id for entry in offered.choices]


def test_both_of_three_choices_is_asked_about() -> None:
    """Two of three are not named."""
    entries = tuple(Entry(each, f"Can I borrow a {each}?", "Yes.", ("lend",)) for each in "xyz")
    bot = Bot.from_knowledge_base(KnowledgeBase(entries), "none", cache=False)
    conversation = Conversation()
    assert len(bot.ask("lend", conversation).choices) == len(entries)

    assert "number" in bot.ask("both", conversation).text


def test_a_stored_way_to_reject_is_no_correction() -> None:
    """Though words of correction stand before an entry's words in it."""
    entries = (*_ENTRIES, Entry("right", "Is that the right spade?", "The red one.", ("right",)))
    bot = Bot.from_knowledge_base(KnowledgeBase(entries), "none", cache=False)
    conversation = Conversation()
    bot.ask("When do I sow beans?", conversation)
    answer = bot.ask("no, that's not right", conversation)

    assert answer.entry is None or answer.manners


def test_yes_goes_before_nothing_that_an_entry_says() -> None:
    """A knowledge base may answer it."""
    entry = Entry("yes", "Yes, I agree", "Welcome to the club.", ("yes I do agree", "yes exactly"))
    bot = Bot.from_knowledge_base(KnowledgeBase((*_ENTRIES, entry)), "none", cache=False)

    assert bot.ask("yes exactly", Conversation()).entry == entry
