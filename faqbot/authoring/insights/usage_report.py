"""Usage report: statistics, missed topics with proposals, suggestions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from faqbot.authoring.insights.clusters import Cluster, find_clusters, wording
from faqbot.authoring.insights.proposals import Proposal, propose_for_each
from faqbot.authoring.insights.usage import (
    Results,
    Usage,
    answered_share,
    count_results,
    count_usage,
)
from faqbot.bot import Bot
from faqbot.models import AskedQuestion, Suggestion

if TYPE_CHECKING:
    from faqbot.store import Store


@dataclass(frozen=True, slots=True)
class MissedTopic:
    """A *cluster* of questions without a helpful answer, and any proposal."""

    cluster: Cluster
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class Courtesy:
    """A kind of small talk by its id, with its *count* and *messages*, most frequent first."""

    entry: str
    count: int
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsageReport:
    """Report on the questions of a period.

    *title* is that of the knowledge base. *share_before* is the share of answered questions, 0 to 1, in
    the period of the same length before; None without questions. *suggestions* are all open ones,
    whatever their age. *courtesies* are not counted among the questions.
    """

    title: str
    usage: Usage
    share_before: float | None
    missed: tuple[MissedTopic, ...]
    suggestions: tuple[Suggestion, ...]
    courtesies: tuple[Courtesy, ...] = ()

    @property
    def share(self) -> float | None:
        """Share of answered questions, 0 to 1; None without questions."""
        return answered_share(self.usage.results)

    @property
    def is_empty(self) -> bool:
        """True if nothing was asked or said in the period."""
        return not self.usage.asked and not self.courtesies


def make_report(
    bot: Bot, store: Store, since: datetime | None = None, until: datetime | None = None
) -> UsageReport:
    """Report the questions that *store* recorded from *since* to *until*, asked again of *bot*.

    Both times are aware. *since* None stands for the first question, *until* None for now. Raises
    StoreError if the store cannot be read.
    """
    end = until or datetime.now(UTC)
    # The period before is read too, for its share of answered questions.
    earliest = None if since is None else since - (end - since)
    return summarize_usage(
        store.questions(earliest),
        store.suggestions("open"),
        bot,
        since,
        end,
        store.courtesies(since),
    )


def summarize_usage(
    questions: Iterable[AskedQuestion],
    suggestions: Iterable[Suggestion],
    bot: Bot,
    since: datetime | None = None,
    until: datetime | None = None,
    courtesies: Iterable[AskedQuestion] = (),
) -> UsageReport:
    """Report recorded *questions*, *suggestions* and *courtesies* from *since* to *until*, aware times.

    The period begins with the first question if that is later. Of earlier questions, only the share
    that was answered is reported.
    """
    asked = list(questions)
    end = until or datetime.now(UTC)
    first = min((one.at for one in asked), default=end)
    start = first if since is None else max(first, since)
    recent = [one for one in asked if start <= one.at <= end]
    before = [one for one in asked if start - (end - start) <= one.at < start]
    clusters = find_clusters(recent, bot)
    return UsageReport(
        bot.kb.title,
        count_usage(recent, bot.kb, _day(start), _day(end)),
        answered_share(count_results(before)),
        tuple(map(MissedTopic, clusters, propose_for_each(clusters, bot.kb))),
        tuple(one for one in suggestions if one.status == "open"),
        count_courtesies(one for one in courtesies if (since or one.at) <= one.at <= end),
    )


def count_courtesies(said: Iterable[AskedQuestion]) -> tuple[Courtesy, ...]:
    """Count the messages *said* by kind, most frequent first."""
    messages = defaultdict[str, Counter[str]](Counter)
    for one in said:
        messages[one.entry][wording(one).lower()] += 1
    found = (
        Courtesy(entry, texts.total(), tuple(text for text, _ in texts.most_common()))
        for entry, texts in messages.items()
    )
    return tuple(sorted(found, key=lambda courtesy: -courtesy.count))


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def describe_report(report: UsageReport, limit: int | None = None) -> dict[str, object]:
    """Return *report* as data for JSON, with *limit* rows of each list.

    A *limit* of None means all rows.
    """
    usage = report.usage
    return {
        "title": report.title,
        "first": usage.first.isoformat(),
        "last": usage.last.isoformat(),
        "asked": usage.asked,
        "people": usage.people,
        "answered_share": report.share,
        "answered_share_before": report.share_before,
        "results": _results(usage.results),
        "days": [{"day": day.first.isoformat(), **_results(day.results)} for day in usage.days],
        "adapters": dict(usage.adapters),
        "entries": [asdict(use) for use in usage.entries if use.asked][:limit],
        "never_asked": [use.entry for use in usage.never_asked],
        "missed": [_missed(one) for one in report.missed[:limit]],
        "helpful": usage.helpful,
        "unhelpful": usage.unhelpful,
        "complaints": [asdict(complaint) for complaint in usage.complaints[:limit]],
        "picks": [asdict(pick) for pick in usage.picks[:limit]],
        "courtesies": [asdict(courtesy) for courtesy in report.courtesies[:limit]],
        "suggestions": [
            {**asdict(one), "at": one.at.isoformat()} for one in report.suggestions[:limit]
        ],
    }


def _results(results: Results) -> dict[str, int]:
    return {result.name.lower(): count for result, count in results.items()}


def _missed(one: MissedTopic) -> dict[str, object]:
    proposal = None if one.proposal is None else asdict(one.proposal)
    return {"label": one.cluster.label, **asdict(one.cluster), "proposal": proposal}
