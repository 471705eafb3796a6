"""What the store gives back: the questions people asked, how it went, and what they suggested."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from faqbot.models import Outcome

__all__ = ["REDACTION_MARK", "AskedQuestion", "Suggestion", "SuggestionStatus"]

# The marks that the store leaves in the place of private data.
REDACTION_MARK = re.compile(r"\[(?:email|phone|card|iban|id|person|secret|private)\]")

SuggestionStatus = Literal["open", "approved", "rejected"]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question that a person asked, as recorded, and what came of it.

    *text* is redacted: marks replace private data. *entry* is the id of the entry that answered, and *nearest*
    are the ids of the best matches, best first, whatever the outcome. *confidence* is 0 to 1. *at* is
    aware, in UTC. *person* is a salted hash, empty when the adapter did not say who asked. *picked* is
    the id of the entry that the person picked among the choices. *helpful* and *unhelpful* count the
    people who said so, *reasons* are what those who said no gave as the reason, oldest first. *read_as*
    is the question as understood from what came before, empty when it was taken as typed. *manners* says
    that it is no question but a greeting, thanks and the like, and *entry* the id among the manners.
    """

    id: str
    text: str
    outcome: Outcome
    entry: str
    confidence: float
    adapter: str
    at: datetime
    person: str = ""
    nearest: tuple[str, ...] = ()
    picked: str = ""
    helpful: int = 0
    unhelpful: int = 0
    reasons: tuple[str, ...] = ()
    read_as: str = ""
    manners: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person proposed for the knowledge base: a new entry, or better words for one.

    *answer* is empty when the person only missed a question. *entry* is the id of the entry that it
    is about, empty for a new one. *person* is a salted hash or empty, *at* aware, in UTC.
    """

    id: str
    question: str
    answer: str
    entry: str
    person: str
    at: datetime
    status: SuggestionStatus = "open"
