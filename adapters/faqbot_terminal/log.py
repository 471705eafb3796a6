"""What was asked in a chat, kept in the store where the person wants that."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faqbot import Answer, Store

__all__ = ["Log", "person_here"]


class Log:
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
