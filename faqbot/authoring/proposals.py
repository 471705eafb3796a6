"""Proposals: what the questions that people asked suggest to change in a knowledge base."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Proposal", "ProposalKind"]


class ProposalKind(StrEnum):
    """What a proposal adds: phrasings to an entry, or an entry."""

    ALTERNATE = "alternate"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change to the knowledge base that what people asked suggests.

    *entry* is the id of the entry that gets alternates, or the id proposed for a new entry. *questions*
    are the phrasings to add, best first; a new entry's first one is its question. *answer* is Markdown,
    empty where an author has to write it. *count* is how many askings support the proposal, and
    *because* says in a sentence why it is made.
    """

    kind: ProposalKind
    entry: str
    questions: tuple[str, ...]
    answer: str
    count: int
    because: str
