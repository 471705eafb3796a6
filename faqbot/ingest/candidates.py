"""What the rules make of a document: candidates for entries, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from faqbot.ingest.blocks import NOWHERE, Pair, Place

__all__ = ["Candidate", "Found", "LeftOut", "Rule"]


class Rule(StrEnum):
    """How a candidate was found; see `rules`."""

    PAIR = "pair"
    HEADING_QUESTION = "heading-question"
    FAQ_HEADING = "faq-heading"
    BOLD_QUESTION = "bold-question"
    LINE_QUESTION = "line-question"
    TOPIC_HEADING = "topic-heading"
    ORPHAN_ANSWER = "orphan-answer"
    INTRODUCTION = "introduction"
    FACT_TABLE = "fact-table"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may become an entry: a *question*, its *alternates*, and an *answer* in Markdown.

    *section* is where it is listed; *heading* and *paragraph* (from 1 below it, 0 for all) and
    *place* say where it stands. *reason* is why an author must look at it, in a sentence, empty for
    one that is sure. *pair* holds what else the document says of it.
    """

    question: str
    answer: str
    rule: Rule
    alternates: tuple[str, ...] = ()
    section: str = ""
    heading: str = ""
    paragraph: int = 0
    place: Place = NOWHERE
    reason: str = ""
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a document that became no candidate: what it is, where, and why."""

    what: str
    why: str
    place: Place = NOWHERE


@dataclass(slots=True)
class Found:
    """All that one document gave, in its order."""

    name: str
    title: str = ""
    format: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, what: str, why: str, place: Place = NOWHERE) -> None:
        """Say that *what* became no candidate, and *why*."""
        self.left_out.append(LeftOut(" ".join(what.split()), why, place))

    def of(self, rules: Iterable[Rule]) -> list[Candidate]:
        """Return the candidates that one of *rules* found."""
        wanted = frozenset(rules)
        return [each for each in self.candidates if each.rule in wanted]
