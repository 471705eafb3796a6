"""HTML page of a usage report: charts, topics and tables, without external resources.

All texts of people are escaped, and the page's policy forbids scripts and requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from importlib.resources import files

from faqbot.authoring.insights.charts import bar_chart, css_class, period_name, share_chart
from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.authoring.insights.usage import (
    EntryUse,
    Period,
    Result,
    Usage,
    answered_share,
    periods,
)
from faqbot.authoring.insights.usage_report import MissedTopic, UsageReport
from faqbot.plurals import counted
from faqbot.retrieval import normalize

# Bars and points of the charts, so that labels stay readable; chosen by hand.
_MOST_BARS, _MOST_POINTS = 62, 14
# Rows of a table without a limit, and topics without a helpful answer; chosen by hand.
_ROWS, _MOST_TOPICS = 25, 200
# Questions shown for a topic before the rest folds; chosen by hand.
_EXAMPLES = 3
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render_report(report: UsageReport, limit: int | None = None) -> str:
    """Return *report* as an HTML page, with at most *limit* rows in each table.

    Without a limit, tables have 25 rows, and the topics without a helpful answer are 200.
    """
    usage, topics = report.usage, limit or _MOST_TOPICS
    limit = limit or _ROWS
    name = _text(report.title) or "Knowledge base"
    style = files("faqbot.authoring.insights").joinpath("report.css").read_text(encoding="utf-8")
    body = [
        f'<header><h1>{name}</h1><p class="lead">{_period(usage)}</p></header>',
        render_tiles(report),
        render_periods(usage),
        render_topics(report.missed, topics),
        render_suggestions(report, limit),
        render_complaints(usage, limit),
        render_picks(usage, limit),
        render_entries(usage, limit),
        render_adapters(usage),
        render_courtesies(report, limit),
        "<footer>Made by <code>faqbot report</code>. <code>faqbot teach</code> walks through what is proposed.</footer>",
    ]
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{name}: what people asked</title><style>{style}</style>"
    )
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body><main>\n'
        + "\n".join(filter(None, body))
        + "\n</main></body></html>\n"
    )


def render_tiles(report: UsageReport) -> str:
    """Render the figures at the head of the page."""
    usage, share = report.usage, report.share
    judged = usage.helpful + usage.unhelpful
    tiles = [
        (
            f"{usage.asked:,}",
            "questions",
            f"{usage.asked / len(usage.days):.1f} a day{_people(usage)}",
        ),
        ("&ndash;" if share is None else f"{share:.0%}", "came to an answer", _compared(report)),
        (
            f"{usage.helpful / judged:.0%}" if judged else "&ndash;",
            "of verdicts: it helped",
            f"{usage.helpful:,} of {judged:,}",
        ),
        (
            f"{len(report.missed):,}",
            "topics without a helpful answer",
            f"{_proposed(report):,} with a proposal",
        ),
        (f"{len(report.suggestions):,}", "suggestions to decide on", "made by people who asked"),
    ]
    items = (f"<li><b>{value}</b>{what}<small>{more}</small></li>" for value, what, more in tiles)
    return f'<ul class="tiles">{"".join(items)}</ul>'


def _people(usage: Usage) -> str:
    return (
        f", {usage.people:,} {'person' if usage.people == 1 else 'people'}" if usage.people else ""
    )


def _proposed(report: UsageReport) -> int:
    return sum(one.proposal is not None for one in report.missed)


def _compared(report: UsageReport) -> str:
    if report.share is None or report.share_before is None:
        return "nothing to compare with before"
    points = round(100 * report.share) - round(100 * report.share_before)
    before = f"{report.share_before:.0%} in the period before"
    return f"{points:+d} points against {before}" if points else f"as before: {before}"


def render_periods(usage: Usage) -> str:
    """Render the charts of results by period."""
    found = periods(usage, _MOST_BARS)
    parts = [render_legend(usage), bar_chart(found)]
    if len(points := periods(usage, _MOST_POINTS)) > 1:
        parts.append(
            f'<h3 style="margin-top:18px">Share that came to an answer</h3>{share_chart(points)}'
        )
    rows = (
        [period_name(span), *map(_number, span.results.values()), _share_of(span)] for span in found
    )
    heads = ["When", *(f"#{result}" for result in Result), "#came to an answer"]
    parts.append(f"<details><summary>The figures</summary>{render_table(heads, rows)}</details>")
    return render_section(
        "over-time",
        "What became of the questions",
        "By day, in UTC." if len(found) == len(usage.days) else "In UTC.",
        "".join(parts),
    )


def render_legend(usage: Usage) -> str:
    """Render the legend of the results, with counts and shares."""
    items = (
        f'<li><i class="{css_class(result)}"></i>{result} <b>{count:,}</b> ({_percent(count, usage.asked)})</li>'
        for result, count in usage.results.items()
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def render_topics(missed: Sequence[MissedTopic], limit: int) -> str:
    """Render the topics without a helpful answer."""
    if not missed:
        return ""
    note = (
        "Questions that got no answer, choices of which none was picked, or an answer that did not help, "
        f"put together by what they ask{_of(limit, len(missed))}."
    )
    topics = "".join(map(render_topic, missed[:limit]))
    return render_section(
        "topics", "Without a helpful answer", note, f'<ol class="topics">{topics}</ol>'
    )


def render_topic(one: MissedTopic) -> str:
    """Render one topic with its examples and proposal."""
    cluster = one.cluster
    others = cluster.questions[1:]
    parts = [f"<h3>{_text(cluster.label)}</h3>", _examples(others[:_EXAMPLES])]
    if others[_EXAMPLES:]:
        more = _examples(others[_EXAMPLES:])
        parts.append(
            f"<details><summary>{len(others) - _EXAMPLES:,} more</summary>{more}</details>"
        )
    if one.proposal:
        parts.append(render_proposal(one.proposal))
    if cluster.nearest:
        near = ", ".join(
            f"<code>{_text(near.entry)}</code> {near.confidence:.0%}" for near in cluster.nearest
        )
        parts.append(f'<p class="near">Nearest entries: {near}</p>')
    did_not = f"<small>{cluster.unhelpful:,} did not help</small>" if cluster.unhelpful else ""
    return (
        f'<li><div class="count">{cluster.count:,}<small>asked</small>{did_not}</div>'
        f"<div>{''.join(parts)}</div></li>"
    )


def render_proposal(proposal: Proposal) -> str:
    """Render the change that *proposal* would make."""
    entry, count = f"<code>{_text(proposal.entry)}</code>", len(proposal.questions)
    if proposal.kind is ProposalKind.ENTRY:
        what = f"a new entry, {entry}, with {counted(count, 'phrasing')}"
    else:
        what = f"{counted(count, 'alternate')} of {entry}"
    return f'<p class="proposal"><b>Proposed:</b> {what}</p>'


def _examples(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    return f'<ul class="examples">{"".join(f"<li>{_text(text)}</li>" for text in texts)}</ul>'


def render_suggestions(report: UsageReport, limit: int) -> str:
    """Render the suggestions of people."""
    rows = (
        [
            f"<time>{one.at:%Y-%m-%d}</time>",
            _text(one.question),
            _text(one.answer),
            f"<code>{_text(one.entry)}</code>" if one.entry else "a new one",
        ]
        for one in report.suggestions[:limit]
    )
    note = f"What people proposed{_of(limit, len(report.suggestions))}."
    table = render_table(["When", "Question", "Answer", "Entry"], rows)
    return (
        render_section("suggestions", "Suggestions to decide on", note, table)
        if report.suggestions
        else ""
    )


def render_complaints(usage: Usage, limit: int) -> str:
    """Render the questions whose answers did not help."""
    rows = (
        [
            _text(complaint.question),
            f"<code>{_text(complaint.entry)}</code>" if complaint.entry else _text(complaint.reply),
            "; ".join(map(_text, complaint.reasons)),
            _number(complaint.unhelpful),
        ]
        for complaint in usage.complaints[:limit]
    )
    note = f"Questions whose answer did not help, and why{_of(limit, len(usage.complaints))}."
    table = render_table(["Question", "Got", "Reasons", "#people"], rows)
    return render_section("feedback", "Feedback", note, table) if usage.complaints else ""


def render_picks(usage: Usage, limit: int) -> str:
    """Render the choices that people picked."""
    rows = (
        [_text(pick.question), f"<code>{_text(pick.entry)}</code>", _number(pick.count)]
        for pick in usage.picks[:limit]
    )
    note = f"What people asked before they picked an entry among the choices{_of(limit, len(usage.picks))}."
    table = render_table(["Question", "Picked", "#times"], rows)
    return render_section("picks", "Picked among choices", note, table) if usage.picks else ""


def render_entries(usage: Usage, limit: int) -> str:
    """Render the entries asked most."""
    asked = [use for use in usage.entries if use.asked]
    most = asked[0].asked if asked else 1
    rows = (
        [
            _name_of(use)
            + f'<span class="bar" style="width:{100 * use.asked / most:.1f}%"></span>',
            _number(use.asked),
            _number(use.helpful),
            _number(use.unhelpful),
        ]
        for use in asked[:limit]
    )
    table = render_table(["Entry", "#asked", "#helped", "#did not"], rows) if asked else ""
    never = usage.never_asked
    if never:
        items = "".join(f"<li>{_text(use.question)}</li>" for use in never)
        table += f'<details><summary>{counted(len(never), "entry was", "entries were")} never asked</summary><ul class="plain">{items}</ul></details>'
    return render_section(
        "entries",
        "Entries asked most",
        f"{counted(len(asked), 'entry', 'entries')} answered{_of(limit, len(asked))}.",
        table,
    )


def _name_of(use: EntryUse) -> str:
    return _text(use.question) or f"<code>{_text(use.entry)}</code>, which is gone"


def render_adapters(usage: Usage) -> str:
    """Render the counts by adapter."""
    rows = (
        [_text(name), _number(count), _percent(count, usage.asked)]
        for name, count in usage.adapters
    )
    table = render_table(["Adapter", "#questions", "#share"], rows)
    return render_section("adapters", "Asked through", "", table) if usage.adapters else ""


def render_courtesies(report: UsageReport, limit: int) -> str:
    """Render the small talk that was answered."""
    rows = (
        [
            f"<code>{_text(one.entry)}</code>",
            _number(one.count),
            _examples(one.messages[:_EXAMPLES]),
        ]
        for one in report.courtesies[:limit]
    )
    note = f"Greetings, thanks and the like, which count as no questions{_of(limit, len(report.courtesies))}."
    table = render_table(["Courtesy", "#times", "Messages"], rows)
    if not report.courtesies:
        return ""
    return render_section("courtesies", "Answered as courtesies", note, table)


def render_section(name: str, heading: str, note: str, content: str) -> str:
    """Render a section with *heading*, *note* and *content*."""
    told = f'<p class="note">{note}</p>' if note else ""
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{heading}</h2>{told}{content}</section>'
    )


def render_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of HTML cells.

    A head that begins with # marks a column of numbers.
    """
    numeric = [head.startswith("#") for head in heads]
    top = "".join(
        f'<th scope="col"{_class(is_number)}>{head.lstrip("#")}</th>'
        for head, is_number in zip(heads, numeric, strict=True)
    )
    lines = (
        "".join(
            f'<td{_class(is_number)} data-label="{head.lstrip("#")}">{cell}</td>'
            for head, cell, is_number in zip(heads, row, numeric, strict=True)
        )
        for row in rows
    )
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _class(is_number: bool) -> str:  # noqa: FBT001 - the only argument
    return ' class="number"' if is_number else ""


def _text(text: str) -> str:
    """Return *text* on one line, without invisible characters, escaped for HTML."""
    return escape(normalize(text))


def _number(count: int) -> str:
    return f"{count:,}" if count else "&ndash;"


def _percent(count: int, total: int) -> str:
    return f"{count / total:.0%}" if total else "&ndash;"


def _share_of(span: Period) -> str:
    share = answered_share(span.results)
    return "&ndash;" if share is None else f"{share:.0%}"


def _of(limit: int, total: int) -> str:
    return f"; the first {limit:,} of {total:,}" if total > limit else ""


def _period(usage: Usage) -> str:
    days = len(usage.days)
    told = f"{_day(usage.first)} to {_day(usage.last)}" if days > 1 else _day(usage.first)
    return f"What people asked, {told} ({days:,} {'day' if days == 1 else 'days'})"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
