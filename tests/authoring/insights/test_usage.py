"""What was asked in a period, counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from faqbot.authoring.insights.usage import (
    Pick,
    Result,
    answered_share,
    count_results,
    count_usage,
    periods,
    result_of,
)
from faqbot.models import AskedQuestion, Entry, KnowledgeBase, Outcome

_KB = KnowledgeBase(
    (
        Entry("a", "What is A?", "A."),
        Entry("b", "What is B?", "B."),
        Entry("c", "A draft?", "C.", draft=True),
    )
)
_FIRST = date(2026, 3, 1)


def _asked(outcome: str = "answered", day: int = 1, **more: object) -> AskedQuestion:
    fields: dict[str, object] = {
        "text": "q",
        "entry": "a" if outcome == "answered" else "",
        "adapter": "slack",
        "at": datetime(2026, 3, day, 12, tzinfo=UTC),
        **more,
    }
    return AskedQuestion(id="1", outcome=Outcome(outcome), confidence=0.5, **fields)  # type: ignore[arg-type] # of any field


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        (_asked(), Result.ANSWERED),
        (_asked("ambiguous"), Result.NOT_PICKED),
        (_asked("ambiguous", picked="b"), Result.PICKED),
        (_asked("unanswered"), Result.UNANSWERED),
    ],
)
def test_result(asked: AskedQuestion, result: Result) -> None:
    """Choices came to something when one was picked."""
    assert result_of(asked) is result


def test_share_counts_picks_as_answers() -> None:
    """Answers and picked choices are what came to an answer; no questions have no share."""
    asked = [_asked(), _asked("ambiguous", picked="b"), _asked("unanswered"), _asked("ambiguous")]

    assert answered_share(count_results(asked)) == 0.5
    assert answered_share(count_results([])) is None


def test_every_day_is_there() -> None:
    """Days without a question count too, and a day is one in UTC."""
    east = datetime(2026, 3, 3, 1, tzinfo=timezone(timedelta(hours=5)))
    usage = count_usage([_asked(), _asked(at=east)], _KB, _FIRST, date(2026, 3, 3))

    assert [day.asked for day in usage.days] == [1, 1, 0]
    assert usage.asked == 2


def test_entries_are_counted_by_answers_and_picks() -> None:
    """What answered most comes first, with its verdicts; drafts stay out, entries that are gone stay in."""
    asked = [
        _asked(helpful=2),
        _asked("ambiguous", picked="b", unhelpful=1),
        _asked(entry="b"),
        _asked(entry="gone"),
        _asked("unanswered"),
    ]
    usage = count_usage(asked, _KB, _FIRST, _FIRST)

    assert [(use.entry, use.asked, use.helpful, use.unhelpful) for use in usage.entries] == [
        ("b", 2, 0, 1),
        ("a", 1, 2, 0),
        ("gone", 1, 0, 0),
    ]
    assert (usage.helpful, usage.unhelpful) == (2, 1)
    assert usage.entries[2].question == ""


def test_entries_never_asked() -> None:
    """An entry that answered nothing is told."""
    usage = count_usage([_asked()], _KB, _FIRST, _FIRST)

    assert [use.entry for use in usage.never_asked] == ["b"]


def test_complaints_are_put_together() -> None:
    """The same question with the same answer is one complaint, with each reason once; misses count."""
    asked = [
        _asked(text="Why A?", unhelpful=1, reasons=("too long", "")),
        _asked(text="why a", unhelpful=2, reasons=("too long", "old")),
        _asked("unanswered", text="Why Z?", unhelpful=1),
    ]
    found = count_usage(asked, _KB, _FIRST, _FIRST).complaints

    assert [(one.question, one.entry, one.unhelpful, one.reasons) for one in found] == [
        ("Why A?", "a", 3, ("too long", "old")),
        ("Why Z?", "", 1, ()),
    ]


def test_picks_people_and_adapters() -> None:
    """Picks are counted by question and entry; nameless people are not told apart."""
    asked = [
        _asked("ambiguous", text="b then", picked="b", person="x"),
        _asked("ambiguous", text="B then?", picked="b", person="x", adapter="teams"),
        _asked(person=""),
    ]
    usage = count_usage(asked, _KB, _FIRST, _FIRST)

    assert usage.picks == (Pick("b then", "b", 2),)
    assert usage.people == 1
    assert usage.adapters == (("slack", 2), ("teams", 1))


@pytest.mark.parametrize(
    ("days", "most", "lengths"),
    [
        (3, 5, [1, 1, 1]),
        (15, 14, [1, 7, 7]),
        (30, 2, [9, 21]),
        (1, 1, [1]),
    ],
)
def test_spans_are_days_weeks_or_longer(days: int, most: int, lengths: list[int]) -> None:
    """A long period is told in weeks, whole ones at its end; nothing is lost."""
    last = _FIRST + timedelta(days - 1)
    found = periods(count_usage([_asked()], _KB, _FIRST, last), most)

    assert [(span.last - span.first).days + 1 for span in found] == lengths
    assert sum(span.asked for span in found) == 1
