"""Text of a usage report: tables of 80 columns."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.authoring.insights.usage import Period, Usage, answered_share, periods
from faqbot.authoring.insights.usage_report import MissedTopic, UsageReport
from faqbot.plurals import counted
from faqbot.retrieval import normalize

# Columns of the text, and of the longest bar.
_WIDTH = 80
_BAR = 24
# Rows of the table over time; chosen by hand.
_MOST_PERIODS = 14
# Rows of a table without a limit; chosen by hand.
_ROWS = 10
# Topics without a helpful answer that are listed without a limit, and distinct questions up to which
# each is listed. Both chosen by hand: two screens of a terminal.
_MOST_TOPICS = 50
# Questions shown for a topic if there are more in all; chosen by hand.
_EXAMPLES = 3


def render_text(report: UsageReport, limit: int | None = None) -> str:
    """Return *report* as text without control characters, at most *limit* rows in each table.

    Without a limit, tables have 10 rows, and all questions without a helpful answer are listed up to
    50 topics.
    """
    usage = report.usage
    topics = missed_lines(report.missed, limit or _MOST_TOPICS, whole=limit is None)
    limit = limit or _ROWS
    parts = [
        heading_lines(report),
        result_lines(usage),
        period_lines(usage),
        topics,
        suggestion_lines(report, limit),
        complaint_lines(usage, limit),
        pick_lines(usage, limit),
        entry_lines(usage, limit),
        never_asked_lines(usage, limit),
        adapter_lines(usage),
        courtesy_lines(report, limit),
    ]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def heading_lines(report: UsageReport) -> Iterator[str]:
    """Yield the title, the period and the counts."""
    usage = report.usage
    days = len(usage.days)
    title = f"{report.title}: " if report.title else ""
    yield _cut(f"{title}{_day(usage.first)} to {_day(usage.last)} ({counted(days, 'day')}, UTC)")
    people = f" from {counted(usage.people, 'person', 'people')}" if usage.people else ""
    yield f"{counted(usage.asked, 'question')}{people}, {usage.asked / days:.1f} a day"
    if report.share is not None:
        before = report.share_before
        compared = "" if before is None else f" ({before:.0%} in the {counted(days, 'day')} before)"
        yield f"{report.share:.0%} came to an answer{compared}"


def result_lines(usage: Usage) -> Iterator[str]:
    """Yield a line with a bar for each result."""
    yield "What became of them"
    most = max(usage.results.values(), default=0)
    for result, count in usage.results.items():
        share = count / usage.asked if usage.asked else 0
        yield f"  {result:<17}{count:>6,}{share:>6.0%}  {_bar(count, most)}".rstrip()


def period_lines(usage: Usage) -> Iterator[str]:
    """Yield a line for each period, if there are several."""
    found = periods(usage, _MOST_PERIODS)
    if len(found) < 2:  # noqa: PLR2004 - one row would repeat the total
        return
    yield f"  {'':<20}{'asked':>6}{'answered':>10}"
    most = max(span.asked for span in found)
    for span in found:
        share = answered_share(span.results)
        answered = "" if share is None else f"{share:.0%}"
        yield f"  {_name(span):<20}{span.asked:>6,}{answered:>10}  {_bar(span.asked, most)}".rstrip()


def entry_lines(usage: Usage, limit: int) -> Iterator[str]:
    """Yield the entries asked most."""
    asked = [use for use in usage.entries if use.asked]
    if not asked:
        return
    yield f"Entries asked most{_of(limit, len(asked))}"
    yield f"  {'asked':>5}  {'helped':>6}  {'did not':>7}  question"
    for use in asked[:limit]:
        name = use.question or f"({use.entry}, which is gone)"
        yield _cut(f"  {use.asked:>5,}  {use.helpful or '':>6}  {use.unhelpful or '':>7}  {name}")


def never_asked_lines(usage: Usage, limit: int) -> Iterator[str]:
    """Yield the first *limit* entries that nobody asked for, and the number of the others."""
    if not usage.never_asked:
        return
    total = sum(bool(use.question) for use in usage.entries)
    yield f"Entries never asked: {len(usage.never_asked):,} of {total:,}"
    shown = [use.entry for use in usage.never_asked[:limit]]
    more = len(usage.never_asked) - len(shown)
    yield from _wrapped(", ".join(shown) + (f" and {more:,} more" if more else ""), "  ")


def missed_lines(missed: Sequence[MissedTopic], limit: int, *, whole: bool) -> Iterator[str]:
    """Yield at most *limit* topics without a helpful answer.

    If *whole*, all questions of a topic are listed, unless there are many in all.
    """
    if not missed:
        return
    total = sum(len(one.cluster.questions) for one in missed)
    examples = total if whole and total <= _MOST_TOPICS else _EXAMPLES
    yield f"Without a helpful answer, by topic{_of(limit, len(missed))}"
    for one in missed[:limit]:
        cluster = one.cluster
        yield _cut(f"  {cluster.count:>5,}  {cluster.label}")
        for question in cluster.questions[1 : examples + 1]:
            yield _cut(f"         {question}")
        more = len(cluster.questions) - 1 - examples
        if more > 0:
            yield f"         and {more:,} more"
        if one.proposal:
            yield from _wrapped(_proposed(one.proposal), "         -> ")
        if cluster.nearest:
            near = ", ".join(f"{near.entry} ({near.confidence:.0%})" for near in cluster.nearest)
            yield from _wrapped(f"nearest: {near}", "            ")


def _proposed(proposal: Proposal) -> str:
    if proposal.kind is ProposalKind.ENTRY:
        return f"a new entry: {proposal.entry}"
    return f"{counted(len(proposal.questions), 'alternate')} of {proposal.entry}"


def complaint_lines(usage: Usage, limit: int) -> Iterator[str]:
    """Yield the feedback, and the answers that did not help."""
    if not usage.helpful and not usage.unhelpful:
        return
    yield f"Feedback: {usage.helpful:,} helped, {usage.unhelpful:,} did not{_of(limit, len(usage.complaints))}"
    for complaint in usage.complaints[:limit]:
        yield _cut(f"  {complaint.unhelpful:>5,}  {complaint.question}")
        reasons = "; ".join(map(normalize, complaint.reasons))
        got = f"got {complaint.reply}"
        text = f"{got}: {reasons}" if reasons else got
        yield from _wrapped(text, "         ")


def pick_lines(usage: Usage, limit: int) -> Iterator[str]:
    """Yield the choices that people picked."""
    if not usage.picks:
        return
    yield f"Picked among choices{_of(limit, len(usage.picks))}"
    for pick in usage.picks[:limit]:
        yield _cut(f"  {pick.count:>5,}  {pick.question}")
        yield _cut(f"         -> {pick.entry}")


def suggestion_lines(report: UsageReport, limit: int) -> Iterator[str]:
    """Yield the suggestions of people."""
    if not report.suggestions:
        return
    yield f"Suggestions to decide on{_of(limit, len(report.suggestions))}"
    for one in report.suggestions[:limit]:
        about = f", for {one.entry}" if one.entry else ""
        yield _cut(f"  {one.at:%Y-%m-%d}  {one.question}{about}")
        if one.answer:
            yield _cut(f"              {one.answer}")


def adapter_lines(usage: Usage) -> Iterator[str]:
    """Yield the counts by adapter."""
    if not usage.adapters:
        return
    named = (f"{name} {count:,} ({count / usage.asked:.0%})" for name, count in usage.adapters)
    yield from _wrapped(f"Asked through: {', '.join(named)}", "")


def courtesy_lines(report: UsageReport, limit: int) -> Iterator[str]:
    """Yield small talk with examples, which may show a question among it."""
    if not report.courtesies:
        return
    yield f"Answered as courtesies{_of(limit, len(report.courtesies))}"
    for courtesy in report.courtesies[:limit]:
        examples = ", ".join(map(normalize, courtesy.messages[:_EXAMPLES]))
        yield _cut(f"  {courtesy.count:>5,}  {courtesy.entry}: {examples}")


def _of(limit: int, total: int) -> str:
    return f" (the first {limit:,} of {total:,})" if total > limit else ""


def _bar(count: int, most: int) -> str:
    return "#" * max(round(_BAR * count / most), 1) if count else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _name(span: Period) -> str:
    if span.first == span.last:
        return f"{span.first:%a %d %b}"
    return f"{span.first:%d %b} to {span.last:%d %b}"


def _wrapped(text: str, indent: str) -> Iterable[str]:
    """Wrap *text* at 80 columns.

    A mark in *indent* is on the first line only.
    """
    shown, later = normalize(text), " " * len(indent)
    wide = any(_cells(character) > 1 for character in shown)  # each counts once when it is wrapped
    return textwrap.wrap(
        shown,
        (_WIDTH + len(indent)) // 2 if wide else _WIDTH,
        initial_indent=indent,
        subsequent_indent=later,
        break_on_hyphens=False,
    )


def _cut(line: str) -> str:
    """Return *line* without control characters, cut to 80 columns with an ellipsis."""
    margin = line[: len(line) - len(line.lstrip())]
    shown = margin + _without_controls(line[len(margin) :])
    if sum(map(_cells, shown)) <= _WIDTH:
        return shown
    room = _WIDTH - 3
    for end, character in enumerate(shown):
        room -= _cells(character)
        if room < 0:
            return f"{shown[:end].rstrip()}..."
    return shown


def _without_controls(text: str) -> str:
    return "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)


def _cells(character: str) -> int:
    """Return the width of *character*: 0, 1 or 2 columns."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
