"""Recording of a chat in the store, and log messages that wait for the next answer."""

from __future__ import annotations

import logging
import sys
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from faqbot import Answer, Bot, Conversation, Outcome, Question, open_store
from faqbot.kb import bundled_path
from faqbot_terminal import TerminalAdapter
from faqbot_terminal.chat import Chat
from faqbot_terminal.recording import ChatRecorder, waiting_notices
from faqbot_terminal.reply import Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from faqbot import Store
    from faqbot_terminal.chat import Chat

_LOG = logging.getLogger("faqbot.reload")


class Terminal(StringIO):
    """A terminal on which *lines* are typed; before each, *log* is logged."""

    def __init__(self, *lines: str, log: str = "") -> None:
        """Type nothing yet."""
        super().__init__("".join(f"{line}\n" for line in lines))
        self._log = log

    def isatty(self) -> bool:
        """Say that a person sits here."""
        return True

    def readline(self, *_: object) -> str:
        """Log, then return the typed line."""
        if self._log:
            _LOG.warning(self._log)
        return super().readline()


def answer_to(text: str, *, manners: bool = False) -> Answer:
    """Return an answer to the message *text*; with *manners* to a courtesy."""
    return Answer(Question(text), Outcome.ANSWERED, 1.0, "An answer.", manners=manners)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with open_store(str(tmp_path / "store.db")) as opened:
        yield opened


@pytest.fixture
def recorder(store: Store) -> ChatRecorder:
    """Return a recorder of the chat of one person."""
    return ChatRecorder(store, "ada")


def test_a_verdict_is_kept_with_the_last_answer(recorder: ChatRecorder, store: Store) -> None:
    """Not with the answer before it."""
    recorder.record(answer_to("What is a treaty?"))
    recorder.record(answer_to("What is an envoy?"))

    assert recorder.judge(helpful=False, reason="too short")

    before, last = store.questions()
    assert (before.helpful, before.unhelpful) == (0, 0)
    assert (last.text, last.unhelpful, last.reasons) == ("What is an envoy?", 1, ("too short",))
    assert last.adapter == "terminal"


def test_a_courtesy_is_recorded_and_keeps_the_verdict_on_the_answer_before(
    recorder: ChatRecorder, store: Store
) -> None:
    """The words "thanks", then /helpful, judge the answer that the person thanks for."""
    recorder.record(answer_to("What is an envoy?"))
    recorder.record(answer_to("thanks", manners=True))

    assert recorder.judge(helpful=True)

    (question,) = store.questions()
    (courtesy,) = store.courtesies()
    assert (question.text, question.helpful) == ("What is an envoy?", 1)
    assert (courtesy.text, courtesy.helpful) == ("thanks", 0)


@pytest.mark.parametrize("said", [[], ["hello"]])
def test_without_an_answer_there_is_no_verdict(
    said: list[str], recorder: ChatRecorder, store: Store
) -> None:
    """A greeting alone is nothing to judge."""
    for text in said:
        recorder.record(answer_to(text, manners=True))

    assert not recorder.judge(helpful=True)
    assert [each.text for each in store.courtesies()] == said
    assert not list(store.questions())


def test_an_answer_that_could_not_be_recorded_is_not_judged(
    recorder: ChatRecorder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verdict does not go to the answer before it."""
    recorder.record(answer_to("What is a treaty?"))
    monkeypatch.setattr(store, "record", lambda *_, **__: None)
    recorder.record(answer_to("What is an envoy?"))

    assert not recorder.judge(helpful=True)
    assert [each.helpful for each in store.questions()] == [0]


def test_thanks_and_helpful_in_a_chat_judge_the_answer_before(
    recorder: ChatRecorder, store: Store
) -> None:
    """With the bundled knowledge base, whose manners know "thanks"."""
    chat = Chat(
        Bot.from_file(bundled_path(), "none", cache=False), Conversation(), recorder=recorder
    )
    chat.respond("What is diplomacy?")
    chat.respond("thanks")

    assert chat.respond("/helpful") == (Note("Thank you, that is recorded with the answer above."),)

    (question,) = store.questions()
    assert (question.text, question.helpful) == ("What is diplomacy?", 1)
    assert [each.text for each in store.courtesies()] == ["thanks"]


def test_notices_wait_until_they_are_taken(capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed meanwhile; each line is a note, and none is told twice."""
    with waiting_notices() as notices:
        _LOG.warning("One.\nfile:%d: two.", 2)
        _LOG.warning("Three.")

        assert notices.take() == (Note("One."), Note("file:2: two."), Note("Three."))
        assert notices.take() == ()
    assert capfd.readouterr() == ("", "")


def test_logging_is_left_as_it_was() -> None:
    """Handlers and propagation, also after an error."""
    log = logging.getLogger("faqbot")
    before = list(log.handlers), log.propagate

    with pytest.raises(EOFError), waiting_notices():
        raise EOFError

    assert (list(log.handlers), log.propagate) == before


def test_a_long_message_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    """A thousand faults would push the answer off the screen."""
    with waiting_notices() as notices:
        _LOG.warning("\n".join(["The base.", *(f"file:{n}: bad" for n in range(1, 1001))]))
        *_, last, cut = notices.take()

    assert last == Note("file:10: bad")
    assert cut == Note("There are 990 more: faqbot check lists them all.")
    assert caplog.records == []


def test_a_person_is_told_before_the_next_answer(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], chat: Chat
) -> None:
    """And of what is left over as the chat ends; standard error stays empty."""
    shown = StringIO()
    shown.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", Terminal("What is an envoy?", log="The base was read again."))
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("TERM", "dumb")

    TerminalAdapter({"plain": "1"}).run(chat.bot)

    lines = [line for line in shown.getvalue().splitlines() if line.strip(" >")]
    assert lines[-3:] == ["The base was read again.", "A messenger.", "The base was read again."]
    assert capfd.readouterr() == ("", "")
