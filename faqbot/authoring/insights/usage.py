"""Usage statistics: questions by day, result, entry and adapter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from enum import StrEnum

from faqbot.authoring.insights.clusters import key_of, wording
from faqbot.models import AskedQuestion, KnowledgeBase, Outcome

_DAYS_OF_A_WEEK = 7


class Result(StrEnum):
    """Final result of a question: outcome, and whether a choice was picked."""

    ANSWERED = "answered"
    PICKED = "choice picked"
    NOT_PICKED = "no choice picked"
    UNANSWERED = "not answered"


Results = Mapping[Result, int]


@dataclass(frozen=True, slots=True)
class Period:
    """Results of the questions asked from the day *first* to the day *last*, in UTC."""

    first: date
    last: date
    results: Results

    @property
    def asked(self) -> int:
        """Number of questions."""
        return sum(self.results.values())


@dataclass(frozen=True, slots=True)
class EntryUse:
    """Number of questions an entry answered, and of verdicts."""

    entry: str
    question: str
    asked: int
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class Pick:
    """A question after which people picked *entry* among the choices, and how often."""

    question: str
    entry: str
    count: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """A question whose answer did not help, with the reasons.

    *entry* is empty for no answer. *offered* is True if choices were offered and none was picked.
    """

    question: str
    entry: str
    unhelpful: int
    reasons: tuple[str, ...]
    offered: bool = False

    @property
    def reply(self) -> str:
        """The reply that the person got: the id of an entry, "choices" or "no answer"."""
        return self.entry or ("choices" if self.offered else "no answer")


@dataclass(frozen=True, slots=True)
class Usage:
    """Statistics from the day *first* to the day *last*, both included, in UTC.

    *days* has every day of the period. *people* counts the persons whom adapters identified.
    *entries* are the served entries and those that answered, most asked first. *adapters* are pairs of
    a name and its number of questions. *helpful* and *unhelpful* count verdicts.
    """

    first: date
    last: date
    days: tuple[Period, ...]
    people: int
    entries: tuple[EntryUse, ...]
    helpful: int
    unhelpful: int
    complaints: tuple[Complaint, ...]
    picks: tuple[Pick, ...]
    adapters: tuple[tuple[str, int], ...]

    @property
    def results(self) -> Results:
        """Number of questions with each result."""
        return _added(self.days)

    @property
    def asked(self) -> int:
        """Number of questions."""
        return sum(day.asked for day in self.days)

    @property
    def never_asked(self) -> tuple[EntryUse, ...]:
        """Entries that answered no question."""
        return tuple(use for use in self.entries if not use.asked)


def result_of(asked: AskedQuestion) -> Result:
    """Return the final result of *asked*."""
    if asked.picked:
        return Result.PICKED
    return {
        Outcome.ANSWERED: Result.ANSWERED,
        Outcome.AMBIGUOUS: Result.NOT_PICKED,
        Outcome.UNANSWERED: Result.UNANSWERED,
    }[asked.outcome]


def answered_share(results: Results) -> float | None:
    """Return the share of answered questions, 0 to 1.

    The result is None without questions.
    """
    total = sum(results.values())
    return (results[Result.ANSWERED] + results[Result.PICKED]) / total if total else None


def count_results(questions: Iterable[AskedQuestion]) -> Results:
    """Count the results of *questions*."""
    return _complete(Counter(map(result_of, questions)))


def count_usage(
    questions: Sequence[AskedQuestion], kb: KnowledgeBase, first: date, last: date
) -> Usage:
    """Count *questions*, all asked from *first* to *last*, and the use of the entries of *kb*."""
    by_day: dict[date, Counter[Result]] = defaultdict(Counter)
    for asked in questions:
        by_day[asked.at.astimezone(UTC).date()][result_of(asked)] += 1
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return Usage(
        first,
        last,
        tuple(Period(day, day, _complete(by_day[day])) for day in days),
        people=len({asked.person for asked in questions} - {""}),
        entries=count_entries(questions, kb),
        helpful=sum(asked.helpful for asked in questions),
        unhelpful=sum(asked.unhelpful for asked in questions),
        complaints=find_complaints(questions),
        picks=find_picks(questions),
        adapters=tuple(Counter(asked.adapter for asked in questions).most_common()),
    )


def periods(usage: Usage, most: int) -> tuple[Period, ...]:
    """Divide the period of *usage* into at most *most* parts of equal length: days or weeks.

    The first part may be shorter.
    """
    length, total = 1, len(usage.days)
    while -(-total // length) > most:
        length = _DAYS_OF_A_WEEK if length == 1 else length + _DAYS_OF_A_WEEK
    ends = range(total, 0, -length)
    parts = [usage.days[max(0, end - length) : end] for end in ends]
    return tuple(Period(part[0].first, part[-1].last, _added(part)) for part in parts[::-1])


def _added(parts: Iterable[Period]) -> Results:
    total = Counter[Result]()
    for part in parts:
        total.update(part.results)
    return _complete(total)


def _complete(results: Counter[Result]) -> Results:
    return {result: results[result] for result in Result}


def count_entries(questions: Iterable[AskedQuestion], kb: KnowledgeBase) -> tuple[EntryUse, ...]:
    """Count how often entries were asked and judged, most asked first."""
    asked, helpful, unhelpful = Counter[str](), Counter[str](), Counter[str]()
    for question in questions:
        entry = question.picked or question.entry
        asked[entry] += 1
        helpful[entry] += question.helpful
        unhelpful[entry] += question.unhelpful
    ids = dict.fromkeys(entry.id for entry in kb.served) | dict.fromkeys(filter(None, asked))
    found = [
        EntryUse(entry, _question_of(entry, kb), asked[entry], helpful[entry], unhelpful[entry])
        for entry in ids
    ]
    return tuple(sorted(found, key=lambda use: -use.asked))


def _question_of(entry: str, kb: KnowledgeBase) -> str:
    known = kb.by_id.get(entry)
    return "" if known is None else known.question


def find_complaints(questions: Iterable[AskedQuestion]) -> tuple[Complaint, ...]:
    """Return the questions whose answers did not help, most frequent first."""
    alike: dict[tuple[str, str], list[AskedQuestion]] = defaultdict(list)
    for asked in questions:
        if asked.unhelpful:
            alike[key_of(wording(asked)), asked.picked or asked.entry].append(asked)
    found = [
        Complaint(
            wording(same[0]),
            entry,
            sum(asked.unhelpful for asked in same),
            tuple(dict.fromkeys(reason for asked in same for reason in asked.reasons if reason)),
            offered=not entry and same[-1].outcome is Outcome.AMBIGUOUS,
        )
        for (_, entry), same in alike.items()
    ]
    return tuple(sorted(found, key=lambda complaint: -complaint.unhelpful))


def find_picks(questions: Iterable[AskedQuestion]) -> tuple[Pick, ...]:
    """Return the picked choices by question, most frequent first."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for asked in questions:
        if asked.picked:
            alike[key_of(wording(asked)), asked.picked].append(wording(asked))
    found = [Pick(texts[0], entry, len(texts)) for (_, entry), texts in alike.items()]
    return tuple(sorted(found, key=lambda pick: -pick.count))
