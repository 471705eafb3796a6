"""The slash commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot import KnowledgeBase
from faqbot_terminal.chat import COMMANDS
from faqbot_terminal.reply import Facts, Note, Numbered, Prose, Title

if TYPE_CHECKING:
    from faqbot_terminal.chat import Chat
    from faqbot_terminal.reply import Parts


def _facts(parts: Parts) -> dict[str, str]:
    (facts,) = (part for part in parts if isinstance(part, Facts))
    return dict(facts.rows)


def test_help_lists_every_command(chat: Chat) -> None:
    """/help has a row for each command of the table, and what the keys do."""
    facts, keys = chat.respond("/help")

    assert isinstance(facts, Facts)
    assert [row[0].split()[0] for row in facts.rows] == [command.name for command in COMMANDS]
    assert keys == Note("Ctrl-D leaves.")


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("/hlep", "did you mean /help?"),
        ("/top", "did you mean /topics?"),
        ("/etc/hosts", "/help lists the commands."),
        ("/", "/help lists the commands."),
    ],
)
def test_an_unknown_command_gets_advice(chat: Chat, typed: str, advice: str) -> None:
    """An unknown command is answered with the nearest one, and never asked of the bot."""
    assert chat.respond(typed) == (Note(f"There is no command {typed}; {advice}"),)
    assert chat.bot.asked == []


def test_commands_are_known_in_capitals(chat: Chat) -> None:
    """The case of a command does not matter."""
    assert chat.respond("/HELP") == chat.respond("/help")


def test_topics_lists_sections_with_counts(chat: Chat) -> None:
    """/topics counts what each section holds, leaving out what this person may not see."""
    assert chat.respond("/topics")[0] == Numbered("Topics:", ("Law (2)", "People (1)"))


def test_a_topic_is_opened_and_read_by_numbers(chat: Chat) -> None:
    """A number opens a section; then a number shows an answer."""
    chat.respond("/topics")

    assert chat.respond("1")[0] == Numbered(
        "Law:", ("What is the Vienna Convention?", "What is diplomatic immunity?")
    )
    assert chat.respond("2") == (
        Title("What is diplomatic immunity?"),
        Prose("Protection from the host's courts."),
    )


def test_a_topic_stays_open_after_an_answer_without_follow_ups(chat: Chat) -> None:
    """As long as no other numbers were shown, the section's numbers count."""
    chat.respond("/topics 1")
    chat.respond("2")

    assert chat.respond("1")[0] == Title("What is the Vienna Convention?")


def test_follow_ups_take_over_the_numbers_of_a_topic(chat: Chat) -> None:
    """A number means the list shown last."""
    chat.respond("/topics 1")
    chat.respond("1")

    assert chat.respond("2")[0] == Title("What is an envoy?")


def test_a_question_closes_the_topics(chat: Chat) -> None:
    """After a typed question, numbers no longer open sections."""
    chat.respond("/topics")
    chat.respond("What is an envoy?")
    chat.respond("1")

    assert chat.bot.asked[-1] == "1"


@pytest.mark.parametrize("argument", ["0", "3", "law", "-1", "\N{SUPERSCRIPT TWO}"])
def test_a_topic_that_is_not_there_says_the_range(chat: Chat, argument: str) -> None:
    """/topics with anything but the number of a section says which numbers there are."""
    (note,) = chat.respond(f"/topics {argument}")

    assert "from 1 to 2" in note.text


def test_a_base_without_sections_lists_its_questions(chat: Chat) -> None:
    """With one section to choose from, /topics opens it."""
    chat.bot.kb = KnowledgeBase((chat.bot.kb.by_id["envoy"],))

    assert chat.respond("/topics")[0] == Numbered("People:", ("What is an envoy?",))


def test_an_empty_base_has_no_topics(chat: Chat) -> None:
    """/topics of a base without entries says so."""
    chat.bot.kb = KnowledgeBase(())

    assert chat.respond("/topics") == (Note("The knowledge base has no entries to show."),)


def test_sources_tell_of_the_last_answer_and_of_the_base(chat: Chat) -> None:
    """/sources names where the last answer is from, and the document behind the base."""
    chat.respond("What is the Vienna Convention?")

    assert _facts(chat.respond("/sources")) == {
        "Answer to": "What is the Vienna Convention?",
        "Section": "Law",
        "Source": "Page 4",
        "Link": "https://example.org/page-4",
        "Knowledge base": "Small Diplomacy",
        "Written from": "A Handbook",
        "Document": "handbook.pdf",
        "Published at": "https://example.org",
        "Licence": "CC0",
        "Retrieved": "2024-05-01",
    }


@pytest.mark.parametrize("first", ["/help", "who am I?", "law"])
def test_sources_before_an_answer_are_those_of_the_base(chat: Chat, first: str) -> None:
    """With no entry answered last, /sources speaks of the base only."""
    chat.respond(first)

    assert "Section" not in _facts(chat.respond("/sources"))


def test_unknown_sources_are_said_to_be_unknown(chat: Chat) -> None:
    """A base that states no source gets a sentence, not an empty table."""
    chat.bot.kb = KnowledgeBase(())

    (note,) = chat.respond("/sources")

    assert "does not say" in note.text
