"""Meaning of typed lines, and the replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot import KnowledgeBase
from faqbot_terminal.chat import COMMANDS, converse, greeting
from faqbot_terminal.reply import Facts, Note, Numbered, Parts, Prose, Title

if TYPE_CHECKING:
    from faqbot_terminal.chat import Chat
    from faqbot_terminal.reply import Parts

VIENNA = "What is the Vienna Convention?"


def _facts(parts: Parts) -> dict[str, str]:
    (facts,) = (part for part in parts if isinstance(part, Facts))
    return dict(facts.rows)


def test_help_lists_every_command(chat: Chat) -> None:
    """/help has a row for each command, and a note on the keys."""
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
    """/topics counts the entries of each section that this person may see."""
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
    """When the bot could not decide, /why lists the other matches."""
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
    """When the bot offered choices, a number picks from them."""
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


def test_the_lines_of_a_paste_stay_apart(chat: Chat) -> None:
    """Each may be a question: the bot gets the line ends, without empty lines."""
    chat.respond("what is  an envoy?\r\n\r\nwho sends one?\n")

    assert chat.bot.asked == ["what is an envoy?\nwho sends one?"]


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
    """Entries with an audience are neither browsed nor completed."""
    assert [section.name for section in chat.topics()] == ["Law", "People"]
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
