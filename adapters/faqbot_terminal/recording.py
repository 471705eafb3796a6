"""What faqbot logs while a person types: it waits for the next answer, since it would garble the line.

What was asked in a chat, kept in the store where the person wants that.
"""

from __future__ import annotations

import getpass
import logging
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from faqbot_terminal.reply import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot import Answer, Store
    from faqbot_terminal.reply import Parts

_MOST_LINES = 12
_MOST_MESSAGES = 100


class ChatRecorder:
    """Records one person's questions in a *store*, and what the person says of the last answer."""

    def __init__(self, store: Store, person: str) -> None:
        """Start with nothing recorded."""
        self._store = store
        self._person = person
        self._last: str | None = None

    def record(self, answer: Answer) -> None:
        """Record *answer*; it is then the one that a verdict is about, unless it is a courtesy."""
        record = self._store.record(answer, adapter="terminal", person=self._person)
        if not answer.manners:
            self._last = record

    def judge(self, *, helpful: bool, reason: str = "") -> bool:
        """Record whether the last answer was *helpful*; False if it could not be recorded."""
        return self._last is not None and self._store.record_feedback(
            self._last, person=self._person, helpful=helpful, reason=reason
        )


def person_here() -> str:
    """Return the name of the person who is logged in; "" where the system does not tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # KeyError before Python 3.13
        return ""


class Notices(logging.Handler):
    """Keeps the messages it is given, the newest hundred, until they are taken."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__()
        self._messages: deque[str] = deque(maxlen=_MOST_MESSAGES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message of *record*; nobody at a prompt reads tracebacks."""
        self._messages.append(record.getMessage())

    def take(self) -> Parts:
        """Return the messages kept as notes, one a line, and forget them."""
        lines: list[str] = []
        while self._messages:
            lines += _lines(self._messages.popleft())
        return tuple(map(Note, lines))


@contextmanager
def waiting_notices() -> Iterator[Notices]:
    """Have the notices of what faqbot logs, which then goes nowhere else."""
    log = logging.getLogger("faqbot")
    before = log.handlers, log.propagate
    notices = Notices()
    log.handlers, log.propagate = [notices], False
    try:
        yield notices
    finally:
        log.handlers, log.propagate = before


def _lines(message: str) -> list[str]:
    lines = message.splitlines()
    if len(lines) <= _MOST_LINES:
        return lines
    left_out = len(lines) - _MOST_LINES + 1
    return [*lines[: _MOST_LINES - 1], f"There are {left_out} more: faqbot check lists them all."]
