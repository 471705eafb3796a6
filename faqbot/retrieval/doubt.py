"""A doubt: why a match must not answer a question outright, however high its confidence."""

from __future__ import annotations

from dataclasses import dataclass

from faqbot.models import Reason

__all__ = ["Doubt"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """The *reason* to withhold an answer, and a sentence, *text*, that names the words in question."""

    reason: Reason
    text: str
