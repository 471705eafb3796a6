"""What a typed line means, and what is said to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot_terminal.chat import converse, greeting
from faqbot_terminal.reply import Note, Numbered, Parts, Prose, Title

if TYPE_CHECKING:
    from faqbot_terminal.chat import Chat

VIENNA = "What is the Vienna Convention?"


def _typed(line: str | type[BaseException]) -> str:
    if isinstance(line, str):
        return line
    raise line


def test_an_answer_offers_its_follow_ups_by_number(chat: Chat) -> None:
    """An answer comes with its follow-ups as a numbered list."""
    answer, follow_ups = chat.respond(VIENNA)

    assert isinstance(answer, Prose)
    assert follow_ups == Numbered(
        "You could also ask:", ("What is diplomatic immunity?", "What is an envoy?")
    )


@pytest.mark.parametrize("typed", ["2", "2.", "#2", " 2) ", "(2)"])
def test_a_number_picks_a_follow_up(chat: Chat, typed: str) -> None:
    """A number shows the follow-up it stands before, under its question."""
    chat.respond(VIENNA)

    assert chat.respond(typed) == (Title("What is an envoy?"), Prose("A messenger."))


def test_a_number_picks_a_choice(chat: Chat) -> None:
    """When the bot asked what was meant, a number is the answer to that."""
    chat.respond("law")

    assert chat.respond("2")[0] == Title("What is diplomatic immunity?")


def test_a_question_that_is_gone_is_said_to_be(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The knowledge base may be edited while its topics are on show; the list stays."""

    def fail(*_: object) -> None:
        raise KeyError("immunity")

    chat.respond("/topics 1")
    with monkeypatch.context() as edited:
        edited.setattr(type(chat.bot), "answer_with", fail)
        assert chat.respond("2") == (
            Note("That question is no longer in the knowledge base; /topics lists those that are."),
        )
    assert chat.respond("2")[0] == Title("What is diplomatic immunity?")


@pytest.mark.parametrize("typed", ["0", "4", "99"])
def test_a_number_out_of_range_says_the_range(chat: Chat, typed: str) -> None:
    """A number that stands before nothing is told which do, and what was offered stays."""
    chat.respond("law")

    assert chat.respond(typed) == (Note("Type a number from 1 to 3, or ask a question."),)
    assert chat.respond("2")[0] == Title("What is diplomatic immunity?")


def test_a_range_of_one_is_said_as_one(chat: Chat) -> None:
    """With one thing to pick, its number is named."""
    chat.respond("/topics 2")

    assert chat.respond("2") == (Note("Type 1, or ask a question."),)


def test_a_question_typed_while_choices_are_shown_is_a_question(chat: Chat) -> None:
    """Choices bind nobody: another question is answered."""
    chat.respond("law")

    assert chat.respond("what is an envoy?") == (Prose("A messenger."),)


@pytest.mark.parametrize("typed", ["1961", "2"])
def test_a_number_that_picks_nothing_is_a_question(chat: Chat, typed: str) -> None:
    """A year, or a number with nothing on offer, goes to the bot."""
    if typed == "1961":
        chat.respond("law")
    chat.respond(typed)

    assert chat.bot.asked[-1] == typed


def test_a_paste_of_several_lines_is_one_question(chat: Chat) -> None:
    """Line ends inside a question are spaces."""
    assert chat.respond("what is\r\nan envoy?\n") == (Prose("A messenger."),)


@pytest.mark.parametrize("typed", ["", "   \n"])
def test_an_empty_line_says_nothing(chat: Chat, typed: str) -> None:
    """An empty line is no question."""
    assert chat.respond(typed) == ()
    assert chat.bot.asked == []


@pytest.mark.parametrize("typed", ["quit", "EXIT", "/quit", "/exit"])
def test_a_word_to_leave_ends_the_chat(chat: Chat, typed: str) -> None:
    """Each of the usual words leaves, and says nothing."""
    assert chat.respond(typed) == ()
    assert chat.ended


def test_a_question_about_leaving_is_a_question(chat: Chat) -> None:
    """Only the bare word leaves."""
    chat.respond("How do states exit a treaty?")

    assert not chat.ended


def test_entries_for_an_audience_are_not_shown(chat: Chat) -> None:
    """What only some may see is neither browsed nor completed."""
    assert [section.name for section in chat.sections()] == ["Law", "People"]
    assert "code" not in {entry.id for entry in chat.entries()}


def test_converse_ends_with_the_input(chat: Chat) -> None:
    """The end of the input is the end of the chat."""
    shown: list[Parts] = []
    lines = iter(["what is an envoy?", EOFError])

    converse(chat, lambda: _typed(next(lines)), shown.append, interactive=True)

    assert shown == [(Prose("A messenger."),)]


def test_converse_ends_with_a_word_to_leave(chat: Chat) -> None:
    """Nothing is read after a line that leaves."""
    lines = iter(["/quit", "what is an envoy?"])

    converse(chat, lambda: _typed(next(lines)), pytest.fail, interactive=True)

    assert next(lines) == "what is an envoy?"


def test_an_interrupt_costs_a_person_the_line_only(chat: Chat) -> None:
    """Ctrl-C at the prompt says how to leave, and the chat goes on."""
    lines = iter([KeyboardInterrupt, "what is an envoy?", EOFError])
    shown: list[Parts] = []

    converse(chat, lambda: _typed(next(lines)), shown.append, interactive=True)

    assert shown == [(Note("Ctrl-D or /quit leaves."),), (Prose("A messenger."),)]


def test_an_interrupt_stops_a_pipe(chat: Chat) -> None:
    """Ctrl-C while a file is answered stops it."""
    lines = iter([KeyboardInterrupt])

    with pytest.raises(KeyboardInterrupt):
        converse(chat, lambda: _typed(next(lines)), pytest.fail, interactive=False)


def test_the_greeting_names_the_base_and_points_to_help(chat: Chat) -> None:
    """A chat starts with the base's title and greeting, and where to find more."""
    title, welcome, hint = greeting(chat.bot)

    assert (title, welcome) == (Title("Small Diplomacy"), Prose("Welcome to **the desk**."))
    assert "/help" in hint.text


def test_the_greeting_tells_of_a_lesser_encoder(chat: Chat) -> None:
    """An encoder that was taken for lack of a better one is named, with the reason."""
    chat.bot.encoder_note = "auto took none"

    assert greeting(chat.bot)[-1] == Note("Encoder: auto took none.")


def test_the_greeting_says_nothing_of_a_good_encoder(chat: Chat) -> None:
    """When auto found an encoder, there is nothing to tell."""
    chat.bot.encoder_name = "wordllama"
    chat.bot.encoder_note = "auto took wordllama"

    assert "wordllama" not in str(greeting(chat.bot))
