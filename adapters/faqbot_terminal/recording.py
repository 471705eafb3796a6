"""Recording of a chat in the store, and of log messages.

A log message during typing would garble the line, so it is shown with the next answer.
"""

from __future__ import annotations

import logging
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from faqbot_terminal.reply import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot import Answer, Store
    from faqbot_terminal.reply import Parts

# Lines of a log message that are shown, chosen by hand: more push the answer off the screen.
_MOST_LINES = 12
# Log messages kept for the next answer, chosen by hand; older ones are dropped.
_MOST_MESSAGES = 100


class ChatRecorder:
    """Recorder of the questions and verdicts of a person."""

    def __init__(self, store: Store, person: str) -> None:
        """Record the questions of *person* in *store*."""
        self._store = store
        self._person = person
        self._last: str | None = None

    def record(self, answer: Answer) -> None:
        """Record *answer*, the subject of later verdicts unless a courtesy."""
        record = self._store.record(answer, adapter="terminal", person=self._person)
        if not answer.manners:
            self._last = record

    def judge(self, *, helpful: bool, reason: str = "") -> bool:
        """Record a verdict on the last answer; return False after a fault."""
        return self._last is not None and self._store.record_feedback(
            self._last, person=self._person, helpful=helpful, reason=reason
        )


class Notices(logging.Handler):
    """Log handler that keeps the latest hundred messages."""

    def __init__(self) -> None:
        """Start without messages."""
        super().__init__()
        self._messages: deque[str] = deque(maxlen=_MOST_MESSAGES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message of *record*, without a traceback."""
        self._messages.append(record.getMessage())

    def take(self) -> Parts:
        """Return the kept messages as notes, and forget them."""
        lines: list[str] = []
        while self._messages:
            lines += _lines(self._messages.popleft())
        return tuple(map(Note, lines))


@contextmanager
def waiting_notices() -> Iterator[Notices]:
    """Collect faqbot's log messages, instead of any other handler."""
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
