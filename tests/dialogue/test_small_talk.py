"""Small talk in a conversation: reactions, rejected answers, and words that an entry shares."""

from __future__ import annotations

import pytest

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.models import Answer, Entry, KnowledgeBase, Outcome, Reason

_ENTRIES = (
    Entry("kiln", "How do I fire a bowl in the kiln?", "On Fridays.", ("fire a bowl",)),
    Entry("kiln-cost", "What does it cost to fire a bowl?", "Two a bowl.", ("price of firing",)),
    Entry("kiln-heat", "How hot is the kiln for a bowl?", "1,200 degrees.", ("heat of the kiln",)),
    Entry("clay", "Which clay is on sale?", "Red and white.", ("buy clay",)),
    Entry("matter", "Why does glazing matter?", "It keeps water out.", ("importance of glazing",)),
    Entry("age", "How old is the studio?", "Forty years.", ("age of the studio",)),
    Entry("saturday", "Are you open on Saturday?", "Until noon.", ("opening at the weekend",)),
    Entry("sunday", "Are you open on Sunday?", "No.", ("opening at the weekend",)),
)
_BOT = Bot.from_knowledge_base(KnowledgeBase(_ENTRIES, title="Pottery"), "none", cache=False)


def say(*texts: str, conversation: Conversation | None = None) -> Answer:
    """Return the answer to the last of *texts*, said one after the other."""
    known = conversation or Conversation()
    return [_BOT.ask(text, known) for text in texts][-1]


def talk(text: str) -> str:
    """Return the id of the small talk that answers *text*, "" for any other answer."""
    answer = say(text)
    return answer.matches[0].entry.id if answer.manners else ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gotcha", "acknowledgement"),
        ("ok fine", "acknowledgement"),
        ("sorry about that everyone", "apology"),
        ("my bad", "apology"),
        ("are you still there?", "greeting"),
        ("hi folks", "greeting"),
        ("see you on Thursday", "goodbye"),
        ("brb", "goodbye"),
        ("nah I'm good", "acknowledgement"),
        ("wrong window, sorry", "never-mind"),
        ("do you speak Polish?", "languages"),
        ("you rock!", "thanks"),
        ("thanks all", "thanks"),
        ("eli5", "unclear"),
    ],
)
def test_everyday_reactions_are_known(text: str, name: str) -> None:
    """People in a chat react in many ways that ask for nothing."""
    assert talk(text) == name


def test_an_entry_about_the_subject_of_a_courtesy_goes_before_it() -> None:
    """The author's answers about languages and tasks are nearer than those of the bot."""
    entries = (
        Entry(
            "tongues", "Which languages are taught?", "Welsh.", ("languages that you can learn",)
        ),
        Entry("tasks", "What can you do?", "I answer.", ("list your tasks",)),
        Entry("who", "Who are u?", "A potter."),
        *_ENTRIES,
    )
    bot = Bot.from_knowledge_base(KnowledgeBase(entries), "none", cache=False)

    for text, name in (
        ("in which languages can you speak?", "tongues"),
        ("what can u do", "tasks"),
    ):
        assert name in {entry.id for entry in bot.ask(text).choices}


@pytest.mark.parametrize("text", ["are you human or a robot", "are you an AI"])
def test_an_entry_of_the_author_goes_before_the_courtesy_that_it_is(text: str) -> None:
    """One of its phrasings is that courtesy, so that the author answers for the bot."""
    own = Entry(
        "robot",
        "Are you a bot?",
        "Yes, made by the potters.",
        ("is this a real person or a machine that types", "do robots answer here"),
    )
    bot = Bot.from_knowledge_base(KnowledgeBase((own, *_ENTRIES)), "none", cache=False)
    answer = bot.ask(text)

    assert not answer.manners
    assert "robot" in {match.entry.id for match in answer.matches}


def test_the_language_of_the_answers_is_said() -> None:
    """A question about languages names that of the knowledge base."""
    assert say("which languages do you speak?").text == "My answers are in this language: English."


@pytest.mark.parametrize("text", ["it doesn't matter", "that does not matter"])
def test_a_denial_is_not_covered_by_an_entry_that_denies_nothing(text: str) -> None:
    """The entry about why glazing matters has most of the words, and the opposite meaning."""
    assert talk(text) == "never-mind"
    assert say("why does glazing matter").entry == _ENTRIES[4]


def test_a_question_to_the_bot_is_not_covered_by_an_entry_about_something_else() -> None:
    """The bot is asked for its age, not the studio."""
    assert talk("how old are you") == "are-you-a-bot"
    assert say("how old is it, the studio?").entry == _ENTRIES[5]


@pytest.mark.parametrize("text", ["that's not what I was looking for", "wrong", "not helpful :("])
def test_a_rejected_answer_leads_to_the_next_best(text: str) -> None:
    """The entry that was rejected is not offered again, and a pick counts for the first question."""
    conversation = Conversation()
    answer = say("firing a bowl in the kiln", text, conversation=conversation)

    assert answer.reason is Reason.TURNED_DOWN
    assert answer.choices
    assert "kiln" not in [entry.id for entry in answer.choices]
    picked = say("1", conversation=conversation)
    assert picked.entry == answer.choices[0]
    assert picked.picked_for is not None
    assert picked.picked_for.text == "firing a bowl in the kiln"


def test_a_second_rejection_ends_the_question() -> None:
    """Nothing is offered a third time."""
    answer = say("firing a bowl in the kiln", "that's wrong", "none of these")

    assert answer.outcome is Outcome.UNANSWERED


def test_a_rejection_without_another_entry_asks_for_other_words() -> None:
    """Before any answer, and where nothing else is likely."""
    assert talk("not helpful") == "rejection"
    assert say("Which clay is on sale?", "not helpful").manners


def test_open_choices_are_repeated() -> None:
    """The list is shown again, with the same numbers."""
    conversation = Conversation()
    first = say("opening at the weekend", conversation=conversation)
    again = say("sorry, can you say that again?", conversation=conversation)

    assert [entry.id for entry in first.choices] == ["saturday", "sunday"]
    assert (again.text, again.choices) == (first.text, first.choices)
    assert say("2", conversation=conversation).entry == _ENTRIES[7]


def test_repeated_choices_keep_the_words_above_them() -> None:
    """Those after a rejected answer are introduced otherwise than the first."""
    conversation = Conversation()
    offered = say("firing a bowl in the kiln", "that's wrong", conversation=conversation)

    assert say("once again please", conversation=conversation).text == offered.text


def test_yes_without_a_list_names_no_number() -> None:
    """Nothing can be picked after an answer that offers nothing."""
    assert "number" not in say("Which clay is on sale?", "yes").text
    assert "number" in say("opening at the weekend", "yes").text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ignore that, the dog stepped on my keys", "never-mind"),
        ("the bus is here, see you later", "goodbye"),
        ("thanks, that was a real treat", "thanks"),
        ("my drill is broken, thanks", ""),
        ("thanks, my drill is broken", ""),
        ("bye, where is the drill", ""),
        ("sorry, my drill is broken", ""),
    ],
)
def test_a_courtesy_beside_a_statement_is_answered(text: str, name: str) -> None:
    """Where the statement finds nothing and asks for nothing; a problem is no such statement."""
    assert talk(text) == name


@pytest.mark.parametrize(
    ("text", "name"), [("r u still there", "greeting"), ("pls ignore that", "never-mind")]
)
def test_short_forms_of_a_chat_are_written_out(text: str, name: str) -> None:
    """A letter stands for a word."""
    assert talk(text) == name


def test_a_number_inside_an_answer_is_no_question() -> None:
    """The knowledge base has the number, and no entry is about it."""
    entry = Entry("lift", "Where is the lift?", "On floor 2, behind the clay store.")
    bot = Bot.from_knowledge_base(KnowledgeBase((*_ENTRIES, entry)), "none", cache=False)

    assert bot.ask("2", Conversation()).reason is Reason.COURTESY
