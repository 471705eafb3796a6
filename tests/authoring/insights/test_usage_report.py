"""The report on what was asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from faqbot.authoring.insights.report_html import render_report
from faqbot.authoring.insights.text import render_text
from faqbot.authoring.insights.usage_report import (
    Courtesy,
    UsageReport,
    describe_report,
    make_report,
    summarize_usage,
)
from faqbot.bot import Bot
from faqbot.models import AskedQuestion, Entry, KnowledgeBase, Outcome, Suggestion
from faqbot.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from faqbot.store import Store

_NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
_SINCE = datetime(2026, 3, 2, tzinfo=UTC)
_KB = KnowledgeBase(
    (Entry("password", "How do I reset my password?", "Press *Forgot*."),), title="Desk"
)


@pytest.fixture(scope="module")
def bot() -> Bot:
    """Return a bot of one entry."""
    return Bot.from_knowledge_base(_KB, "none", cache=False)


def _asked(text: str, days_ago: float = 1, outcome: str = "unanswered") -> AskedQuestion:
    entry = "password" if outcome == "answered" else ""
    return AskedQuestion("1", text, Outcome(outcome), entry, 0.1, "api", _NOW - timedelta(days_ago))


def _suggested(status: str, days_ago: float = 1) -> Suggestion:
    return Suggestion("1", "Dogs?", "No.", "", "", _NOW - timedelta(days_ago), status)  # type: ignore[arg-type] # one of three


@pytest.fixture(scope="module")
def report(bot: Bot) -> UsageReport:
    """Return a report on a month with a miss asked three times, and on what was before."""
    questions = [
        *[_asked("reset password", 40, "answered"), _asked("dogs at work", 40)],
        *[_asked("reset password", 2, "answered")] * 9,
        *[_asked("are dogs allowed at work", days) for days in (1, 2, 3)],
    ]
    suggestions = [_suggested("open", 90), _suggested("rejected"), _suggested("approved")]
    return summarize_usage(questions, suggestions, bot, _SINCE, _NOW)


def test_period_and_shares(report: UsageReport) -> None:
    """What was asked since then is counted, and compared with as long a time before."""
    assert (report.usage.first, report.usage.last) == (_SINCE.date(), _NOW.date())
    assert report.usage.asked == 12
    assert report.share == pytest.approx(0.75)
    assert report.share_before == 0.5


def test_misses_of_the_period_come_with_proposals(report: UsageReport) -> None:
    """A topic has what it proposes beside it; what was missed before the period is left out."""
    (missed,) = report.missed

    assert missed.cluster.questions == ("are dogs allowed at work",)
    assert missed.proposal is not None
    assert missed.proposal.entry == "dogs-allowed-work"


def test_open_suggestions_wait_however_old(report: UsageReport) -> None:
    """Suggestions that an author decided on are done with; others are not, whenever they were made."""
    assert [one.status for one in report.suggestions] == ["open"]


def test_whole_store_is_reported_without_since(bot: Bot) -> None:
    """The period begins with the first question, and there is nothing before it."""
    found = summarize_usage([_asked("x", 100), _asked("y")], [], bot, until=_NOW)

    assert len(found.usage.days) == 101
    assert found.share_before is None


def test_period_begins_with_the_first_question(bot: Bot) -> None:
    """Days before anything was recorded are none of it."""
    found = summarize_usage([_asked("x", 3), _asked("y")], [], bot, _SINCE, _NOW)

    assert len(found.usage.days) == 4


def test_nothing_asked_is_a_report_too(bot: Bot) -> None:
    """An empty store gives a report on nothing."""
    found = summarize_usage([], [], bot, _SINCE, _NOW)

    assert found.share is None
    assert found.missed == ()


def test_description_is_plain_data(report: UsageReport) -> None:
    """It is what JSON can hold, and its lists are as short as wanted."""
    described = json.loads(json.dumps(describe_report(report)))

    assert (described["first"], described["asked"]) == ("2026-03-02", 12)
    assert described["results"] == {"answered": 9, "picked": 0, "not_picked": 0, "unanswered": 3}
    assert len(described["days"]) == 30
    assert described["missed"][0]["label"] == "are dogs allowed at work"
    assert described["missed"][0]["proposal"]["kind"] == "entry"
    assert described["suggestions"][0]["at"] == "2025-12-31T12:00:00+00:00"
    assert describe_report(report, 0)["missed"] == []


def test_courtesies_are_counted_beside_the_questions(bot: Bot) -> None:
    """With the messages read as them, in every form of the report; they answer no question."""
    said = [
        replace(_asked(text, days, "answered"), entry="thanks", manners=True)
        for text, days in (("Thanks!", 1), ("thanks!", 2), ("cool", 3), ("thx", 90))
    ]
    found = summarize_usage([_asked("x"), _asked("y")], [], bot, _SINCE, _NOW, said)

    assert found.courtesies == (Courtesy("thanks", 3, ("thanks!", "cool")),)
    assert (found.usage.asked, found.share) == (2, 0)
    described = {"entry": "thanks", "count": 3, "messages": ("thanks!", "cool")}
    assert describe_report(found)["courtesies"] == [described]
    assert "Answered as courtesies\n      3  thanks: thanks!, cool\n" in render_text(found)
    assert '<h2 id="courtesies">Answered as courtesies</h2>' in render_report(found)


def test_report_is_made_from_a_store(bot: Bot, tmp_path: Path) -> None:
    """Questions, suggestions and courtesies are read; the report of an empty period is empty."""
    with open_store(str(tmp_path / "store.db")) as store:
        assert make_report(bot, store).is_empty
        store.record(bot.ask("are dogs allowed at work"), adapter="test")
        store.suggest("Who waters the plants?", "Eve.")
        found = make_report(bot, store, datetime.now(UTC) - timedelta(days=1))
        assert found.usage.asked == 1
        assert [one.question for one in found.suggestions] == ["Who waters the plants?"]
        assert not found.is_empty
        assert make_report(bot, store, datetime.now(UTC) + timedelta(days=1)).is_empty


def test_report_compares_with_the_period_before(bot: Bot) -> None:
    """The store is read from one period earlier, and up to no later moment than asked."""

    class FakeStore:
        def questions(self, since: datetime | None) -> list[AskedQuestion]:
            assert since == _SINCE - (_NOW - _SINCE)
            return [_asked("x", 40, "answered"), _asked("y", 1)]

        def courtesies(self, since: datetime | None) -> list[AskedQuestion]:
            assert since == _SINCE
            return []

        def suggestions(self, status: str) -> list[Suggestion]:
            assert status == "open"
            return []

    found = make_report(bot, cast("Store", FakeStore()), _SINCE, _NOW)

    assert (found.share, found.share_before) == (0, 1)
