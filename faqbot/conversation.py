"""What one conversation remembers between turns."""

from __future__ import annotations

import re

from faqbot.models import Answer, Entry, Question

__all__ = ["Conversation"]

_NUMBER = re.compile(r"\s*(?:#|\()?(\d{1,3})[.)]?\s*")


class Conversation:
    """One person's exchange with a bot: the last answer, and what its numbers stand for.

    Keep one for each person or thread, and pass it to each `Bot.ask`; it is not for sharing.
    """

    def __init__(self) -> None:
        """Start with nothing said."""
        self.last: Answer | None = None

    @property
    def offered(self) -> tuple[Entry, ...]:
        """The entries that the numbers 1, 2, 3 stand for: the choices or follow-ups last shown."""
        if self.last is None:
            return ()
        return self.last.choices or self.last.follow_ups

    def picked(self, question: Question) -> Entry | None:
        """Return the offered entry that *question* picks by its number; None for any other text."""
        number = _NUMBER.fullmatch(question.text)
        if number is None:
            return None
        place = int(number[1])
        return self.offered[place - 1] if 1 <= place <= len(self.offered) else None

    def remember(self, answer: Answer) -> None:
        """Make *answer* the last one."""
        self.last = answer
