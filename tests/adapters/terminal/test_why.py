"""How an answer was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot_terminal.reply import Facts, Note

if TYPE_CHECKING:
    from faqbot_terminal.chat import Chat


def test_why_tells_how_the_last_question_was_read_and_matched(chat: Chat) -> None:
    """/why shows words, corrections, synonyms, phrasing, score, confidence and the reason."""
    chat.respond("What is the Vienna Convention?")
    facts, reason = chat.respond("/why")

    assert isinstance(facts, Facts)
    assert dict(facts.rows) == {
        "Question": "What is the Vienna Convention?",
        "Words": "vienna convention",
        "Corrected": "viena, read as vienna",
        "Synonyms": "treaty, also read as convention",
        "Matched": "Which treaty governs embassies?",
        "Entry": "What is the Vienna Convention? (vienna-convention)",
        "Score": "0.812",
        "Confidence": "90%",
        "Thresholds": "answers from 60%, offers choices from 30%",
    }
    assert reason == Note("It answered because 0.90 is at least 0.60.")


def test_why_names_the_matches_that_came_near(chat: Chat) -> None:
    """When the bot could not decide, /why lists what else it had in mind."""
    chat.respond("law")
    facts, _ = chat.respond("/why")

    assert dict(facts.rows)["Also near"] == "What is diplomatic immunity? (40%)"


def test_why_says_when_nothing_matched(chat: Chat) -> None:
    """A question without a match has no score to show."""
    chat.respond("who am I?")
    facts, _ = chat.respond("/why")

    assert dict(facts.rows)["Matched"] == "nothing"
    assert "Score" not in dict(facts.rows)


def test_why_of_a_picked_entry_says_that_it_was_picked(chat: Chat) -> None:
    """An entry picked by its number was not matched."""
    chat.respond("law")
    chat.respond("1")
    (note,) = chat.respond("/why")

    assert "by its number" in note.text


def test_why_before_a_question_asks_for_one(chat: Chat) -> None:
    """/why needs something to explain."""
    (note,) = chat.respond("/why")

    assert "Ask something first" in note.text


def test_why_explains_a_question_given_to_it(chat: Chat) -> None:
    """/why with a question explains that one, and does not answer it in the conversation."""
    facts, _ = chat.respond("/why what is an envoy?")

    assert dict(facts.rows)["Question"] == "what is an envoy?"
    assert chat.conversation.last is None
