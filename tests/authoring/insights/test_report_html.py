"""The report as a page: whole, self-contained, and proof against what people type."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.insights.clusters import Cluster, NearestEntry
from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.authoring.insights.report_html import render_report, render_table
from faqbot.authoring.insights.usage import (
    Complaint,
    EntryUse,
    Period,
    Pick,
    Result,
    Usage,
)
from faqbot.authoring.insights.usage_report import MissedTopic, UsageReport
from faqbot.models import Suggestion

_RESULTS = {Result.ANSWERED: 6, Result.PICKED: 1, Result.NOT_PICKED: 0, Result.UNANSWERED: 3}
_FIRST, _LAST = date(2026, 3, 1), date(2026, 3, 2)
_NONE = dict.fromkeys(Result, 0)
_VOID = {"meta"}


def _report(text: str = "dogs at work?") -> UsageReport:
    usage = Usage(
        _FIRST,
        _LAST,
        (Period(_FIRST, _FIRST, _RESULTS), Period(_LAST, _LAST, _NONE)),
        people=4,
        entries=(
            EntryUse(text, text, 7, 2, 1),
            EntryUse(text, "", 1, 0, 0),
            EntryUse("b", text, 0, 0, 0),
        ),
        helpful=2,
        unhelpful=1,
        complaints=(Complaint(text, text, 1, ("too long", text)),),
        picks=(Pick(text, text, 1),),
        adapters=((text, 10),),
    )
    cluster = Cluster((text, "dogs", "pets", "cats", text), 3, 1, (NearestEntry(text, 0.1),))
    proposal = Proposal(ProposalKind.ENTRY, text, (text,), "", 3, text)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    suggestion = Suggestion("1", text, text, text, "", at)
    return UsageReport(text, usage, 0.5, (MissedTopic(cluster, proposal),), (suggestion,))


class _Page(HTMLParser):
    """Reads a page strictly: every element that is opened is closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element without content."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect text outside of style."""
        if not self.open or self.open[-1] != "style":
            self.text += data


def test_page_shows_every_part() -> None:
    """Figures, charts, topics, suggestions, feedback, picks, entries and adapters are there."""
    page = _Page(render_report(_report()))

    for part in (
        "1 March 2026 to 2 March 2026 (2 days)",
        "70%",
        "+20 points against 50% in the period before",
        "What became of the questions",
        "Without a helpful answer",
        "Proposed: a new entry, dogs at work?, with 1 phrasing",
        "1 did not help",
        "Suggestions to decide on",
        "too long; dogs at work?",
        "Picked among choices",
        "1 entry was never asked",
        ", which is gone",
        "Asked through",
    ):
        assert part in page.text, part
    assert page.tags.count("svg") == 2


def test_a_narrow_screen_can_name_each_cell() -> None:
    """Each cell has the heading of its column, which stands before it on a phone; a chart can be scrolled."""
    page = render_table(["Entry", "#asked"], [["a", "1"], ["b", "2"]])

    assert page.count('<td data-label="Entry">') == 2
    assert page.count('<td class="number" data-label="asked">') == 2
    assert render_report(_report()).count('<div class="chart" tabindex="0"><svg') == 2


def test_page_loads_nothing() -> None:
    """No script, link, image or address stands in the page, and its policy forbids them."""
    page = render_report(_report())
    tags = set(_Page(page).tags)

    assert not tags & {"script", "link", "img", "iframe", "object", "form", "a"}
    assert not re.search(r"https?://|url\(|@import", page)
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "</style><svg onload=alert(1)>",
        "</title></textarea><iframe srcdoc='x'>",
        "&lt;script&gt;",
        "{{7*7}} ${7*7} <!-- -->",
        "]]>\u202e\x00\x1b[31m",
    ],
)
def test_hostile_text_is_only_text(text: str) -> None:
    """The page has the same elements and attributes, whatever was typed."""
    harmless, hostile = _Page(render_report(_report())), _Page(render_report(_report(text)))

    assert hostile.tags == harmless.tags
    assert hostile.attributes == harmless.attributes


@given(st.text(max_size=40))
def test_any_text_keeps_the_page_whole(text: str) -> None:
    """No text that people can type adds an element or leaves one open."""
    expected = _Page(render_report(_report("x"))).tags

    assert [tag for tag in _Page(render_report(_report(text or "x"))).tags if tag != "code"] == [
        tag for tag in expected if tag != "code"
    ]


def test_report_on_nothing() -> None:
    """A page on an empty period is whole, and has no empty tables."""
    usage = Usage(_FIRST, _FIRST, (Period(_FIRST, _FIRST, _NONE),), 0, (), 0, 0, (), (), ())
    page = _Page(render_report(UsageReport("", usage, None, (), ())))

    assert "Knowledge base" in page.text
    assert "Feedback" not in page.text


def test_limit_cuts_lists_and_says_so() -> None:
    """Fewer topics are shown than there are, and the note tells how many there are."""
    page = _Page(render_report(replace(_report(), missed=_report().missed * 3), 2))

    assert "the first 2 of 3" in page.text
    assert page.text.count("Proposed:") == 2


def test_charts_have_names_and_figures() -> None:
    """Each chart says what it shows, each bar its figures, and a table repeats them."""
    page = render_report(_report())

    assert 'role="img" aria-label="Questions over time, by what became of them"' in page
    assert (
        "<title>Sun 1 Mar: 10 asked (6 answered, 1 choice picked, 3 not answered)</title>" in page
    )
    assert "<summary>The figures</summary>" in page
    assert page.count('scope="col"') == page.count("<th ")
