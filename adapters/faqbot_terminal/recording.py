"""What faqbot logs while a person types: it waits for the next answer, since it would garble the line."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from faqbot_terminal.parts import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot_terminal.parts import Parts

__all__ = ["Notices", "waiting_notices"]

_MOST_LINES = 12
_MOST_MESSAGES = 100


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
