"""Candidates for entries, parts left out, and merging of duplicates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from faqbot.ingest.blocks import NOWHERE, BlockLocation, Pair
from faqbot.ingest.markdown_text import one_line, plain

# Characters of an answer from which equal answers merge their questions. Shorter ones ("Yes.", "See
# above.") are equal by chance. Chosen by hand.
_SAYS_ENOUGH = 40
# Answers to one question from which even the first needs an author; chosen by hand.
_SAYS_NOTHING = 3
# Characters of an answer's start that are quoted to distinguish equal questions; chosen by hand.
_START = 40
_FIRST_CODE = re.compile(r"^[ \t]*(?:`{3}|~{3})[^\n]*\n\s*(\S[^\n]*)", re.MULTILINE)
_ASKED_TWICE = (
    "the same question has another answer as well: keep one of them, or change a question"
)
# "C", "C++" and "C#" are different words.
_WORDS = re.compile(r"[\w+#]+")


class Rule(StrEnum):
    """Name of the rule that found a candidate; see `rules`."""

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
    """Candidate for an entry: *question*, *alternates*, and *answer* in Markdown.

    *section* is the section of the entry. *heading*, *paragraph* (from 1 below it, 0 for all) and *place*
    locate it in the document. *reason* says in a sentence why an author must look at it; it is empty for a
    sure candidate. *pair* holds the other fields that the document gives.
    """

    question: str
    answer: str
    rule: Rule
    alternates: tuple[str, ...] = ()
    section: str = ""
    heading: str = ""
    paragraph: int = 0
    place: BlockLocation = NOWHERE
    reason: str = ""
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Part of a document without a candidate: text, reason, location."""

    what: str
    why: str
    place: BlockLocation = NOWHERE


@dataclass(slots=True)
class Found:
    """Title, candidates and left-out parts of a document, in order.

    *language* is the code that an export by faqbot names, "" for any other document.
    """

    name: str
    title: str = ""
    format: str = ""
    language: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, what: str, why: str, place: BlockLocation = NOWHERE) -> None:
        """Record a text without a candidate, and the reason *why*."""
        self.left_out.append(LeftOut(" ".join(what.split()), why, place))

    def of(self, rules: Iterable[Rule]) -> list[Candidate]:
        """Return the candidates that one of *rules* found."""
        wanted = frozenset(rules)
        return [each for each in self.candidates if each.rule in wanted]


@dataclass(frozen=True, slots=True)
class Merged:
    """Remaining candidates with their documents, and notes on merged ones."""

    kept: list[tuple[str, Candidate]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    again: dict[int, int] = field(default_factory=dict)
    """Number of answers to a question so far, by the index of the first."""


def question_key(question: str) -> str:
    """Return the lower-case words of *question*, equal for its spellings."""
    return " ".join(_WORDS.findall(question.casefold())) or question.casefold().strip()


def merged(given: Iterable[tuple[str, Candidate]]) -> Merged:
    """Return *given* candidates, each with its document, without duplicates.

    A repeated question whose answer adds nothing is dropped. With another answer it becomes a draft, for
    an author to choose. Questions with one answer become one candidate with alternates.
    """
    result = Merged()
    by_question: dict[str, int] = {}
    by_answer: dict[str, int] = {}
    for name, candidate in given:
        said = _said(candidate.answer)
        known = by_question.get(question_key(candidate.question))
        same = by_answer.get(said) if len(said) >= _SAYS_ENOUGH else None
        if known is not None:
            _asked_twice(result, known, name, candidate)
        elif same is not None and not candidate.reason and not result.kept[same][1].reason:
            first = result.kept[same]
            both = dict.fromkeys((*first[1].alternates, candidate.question, *candidate.alternates))
            result.kept[same] = (first[0], replace(first[1], alternates=tuple(both)))
            result.notes.append(
                f"{candidate.question}: has the answer of \u201c{first[1].question}\u201d, and became its alternate"
            )
            by_question[question_key(candidate.question)] = same
        else:
            result.kept.append((name, candidate))
            by_question.update(
                (question_key(each), len(result.kept) - 1)
                for each in (candidate.question, *candidate.alternates)
                if question_key(each) not in by_question
            )
            by_answer.setdefault(said, len(result.kept) - 1)
    return Merged(
        [
            (name, _distinct(each, place, by_question))
            for place, (name, each) in enumerate(result.kept)
        ],
        result.notes,
    )


def _asked_twice(result: Merged, known: int, name: str, candidate: Candidate) -> None:
    where, first = result.kept[known]
    one, other = _said(first.answer), _said(candidate.answer)
    alternates = tuple(dict.fromkeys((*first.alternates, *candidate.alternates)))
    if other in one or one == other:
        result.kept[known] = (where, replace(first, alternates=alternates))
        result.notes.append(
            f"{candidate.question}: is repeated with the same answer, and was merged"
        )
    elif one in other:
        result.kept[known] = (where, replace(first, answer=candidate.answer, alternates=alternates))
        result.notes.append(f"{candidate.question}: is repeated, and the longer answer was kept")
    else:
        result.again[known] = result.again.get(known, 1) + 1
        result.kept.append((name, _told_apart(candidate, result.again[known])))
        if result.again[known] == _SAYS_NOTHING:
            result.kept[known] = (where, _told_apart(first, 1))


def _told_apart(candidate: Candidate, number: int) -> Candidate:
    """Return a draft of *candidate* whose question quotes its answer's start."""
    shown = _FIRST_CODE.search(candidate.answer)
    line = one_line(shown[1]) if shown else plain(candidate.answer.partition("\n")[0])
    start = line if len(line) <= _START else f"{line[:_START].rstrip()} \u2026"
    question = f"{candidate.question.removesuffix('?')}? ({number}: {start})"
    return replace(candidate, question=question, reason=candidate.reason or _ASKED_TWICE)


def _distinct(candidate: Candidate, place: int, by_question: dict[str, int]) -> Candidate:
    """Return *candidate* without alternates equal to its own or another question."""
    seen = {question_key(candidate.question)}
    kept: list[str] = []
    for each in candidate.alternates:
        key = question_key(each)
        if key not in seen and by_question.setdefault(key, place) == place:
            kept.append(each)
        seen.add(key)
    return (
        replace(candidate, alternates=tuple(kept))
        if tuple(kept) != candidate.alternates
        else candidate
    )


def _said(answer: str) -> str:
    return " ".join(_WORDS.findall(answer.casefold()))
