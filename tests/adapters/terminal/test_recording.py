"""What is logged while a person types: told before the next answer, never over the prompt."""

from __future__ import annotations

import logging
import sys
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from faqbot_terminal import TerminalAdapter
from faqbot_terminal.recording import waiting_notices
from faqbot_terminal.reply import Note

if TYPE_CHECKING:
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
        """Log, then return what is typed."""
        if self._log:
            _LOG.warning(self._log)
        return super().readline()


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
