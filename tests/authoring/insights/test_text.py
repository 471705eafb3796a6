"""The report for a terminal."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faqbot.authoring.insights.clusters import Cluster, NearestEntry
from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.authoring.insights.text import render_text
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

_RESULTS = {
    Result.ANSWERED: 6,
    Result.PICKED: 1,
    Result.NOT_PICKED: 0,
    Result.UNANSWERED: 3,
}
_DAYS = (
    Period(date(2026, 3, 1), date(2026, 3, 1), _RESULTS),
    Period(date(2026, 3, 2), date(2026, 3, 2), dict.fromkeys(Result, 0)),
)


def _report(text: str = "dogs at work?") -> UsageReport:
    usage = Usage(
        _DAYS[0].first,
        _DAYS[1].last,
        _DAYS,
        people=1,
        entries=(EntryUse("a", text, 7, 2, 1), EntryUse("b", "What is B?", 0, 0, 0)),
        helpful=2,
        unhelpful=1,
        complaints=(Complaint(text, "a", 1, ("too long", text)),),
        picks=(Pick(text, "a", 1),),
        adapters=(("slack", 10),),
    )
    cluster = Cluster(
        (text, "dogs", "pets", "cats", "may I bring a dog"), 3, 0, (NearestEntry("b", 0.1),)
    )
    proposal = Proposal(ProposalKind.ENTRY, "dogs-work", (text,), "", 3, "Why.")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    suggestion = Suggestion("1", text, f"{text} No.", "a", "", at)
    return UsageReport("Desk", usage, 0.5, (MissedTopic(cluster, proposal),), (suggestion,))


_WHOLE = """\
Desk: 1 March 2026 to 2 March 2026 (2 days, UTC)
10 questions from 1 person, 5.0 a day
70% came to an answer (50% in the 2 days before)

What became of them
  answered              6   60%  ########################
  choice picked         1   10%  ####
  no choice picked      0    0%
  not answered          3   30%  ############

                       asked  answered
  Sun 01 Mar              10       70%  ########################
  Mon 02 Mar               0

Without a helpful answer, by topic
      3  dogs at work?
         dogs
         pets
         cats
         may I bring a dog
         -> a new entry: dogs-work
            nearest: b (10%)

Suggestions to decide on
  2026-03-01  dogs at work?, for a
              dogs at work? No.

Feedback: 2 helped, 1 did not
      1  dogs at work?
         got a: too long; dogs at work?

Picked among choices
      1  dogs at work?
         -> a

Entries asked most
  asked  helped  did not  question
      7       2        1  dogs at work?

Entries never asked: 1 of 2
  b

Asked through: slack 10 (100%)
"""


def test_whole_report() -> None:
    """Every part has its heading and its rows, aligned."""
    assert render_text(_report()) == _WHOLE


def test_parts_without_rows_are_left_out() -> None:
    """A report on nothing says how little there was."""
    usage = Usage(_DAYS[1].first, _DAYS[1].last, _DAYS[1:], 0, (), 0, 0, (), (), ())
    text = render_text(UsageReport("", usage, None, (), ()))

    assert text.startswith("2 March 2026 to 2 March 2026 (1 day, UTC)\n0 questions, 0.0 a day\n\n")
    assert "Feedback" not in text
    assert "topic" not in text


def test_limit_cuts_tables_and_says_so() -> None:
    """Fewer rows are shown than there are, and the heading tells how many there are."""
    report = replace(_report(), missed=_report().missed * 3)
    text = render_text(report, 2)

    assert "by topic (the first 2 of 3)" in text
    assert text.count("dogs-work") == 2


def _topics(count: int, questions: int = 1) -> tuple[MissedTopic, ...]:
    """Return *count* topics of as many *questions*, all different."""
    return tuple(
        MissedTopic(Cluster(tuple(f"topic {n} way {m}" for m in range(questions)), questions), None)
        for n in range(count)
    )


def test_every_missed_question_of_a_small_bot_is_listed() -> None:
    """Questions asked once, and all wordings of a topic, are there without an option."""
    text = render_text(replace(_report(), missed=(*_topics(30), *_topics(2, 8))))

    assert all(f"topic {n} way 0\n" in text for n in range(30))
    assert "topic 1 way 7\n" in text
    assert "more\n" not in text


def test_many_missed_questions_are_cut() -> None:
    """Of a large bot, fifty topics with three more wordings each fill the screen."""
    text = render_text(replace(_report(), missed=_topics(60, 6)))

    assert "by topic (the first 50 of 60)" in text
    assert "topic 49 way 3\n         and 2 more\n" in text
    assert "topic 50 " not in text


def test_entries_never_asked_do_not_fill_the_screen() -> None:
    """As many ids as a table has rows stand there, and the number of the others."""
    uses = tuple(EntryUse(f"e{n}", f"What is {n}?", 0, 0, 0) for n in range(28))
    text = render_text(replace(_report(), usage=replace(_report().usage, entries=uses)))

    assert (
        "Entries never asked: 28 of 28\n  e0, e1, e2, e3, e4, e5, e6, e7, e8, e9 and 18 more\n"
        in text
    )


def test_choices_are_not_called_no_answer() -> None:
    """A person who was offered choices and marked them as unhelpful got choices."""
    complaints = tuple(Complaint("pets?", "", 1, (), offered=offered) for offered in (True, False))
    text = render_text(replace(_report(), usage=replace(_report().usage, complaints=complaints)))

    assert "         got choices\n" in text
    assert "         got no answer\n" in text


def test_alternates_are_counted() -> None:
    """Proposed alternates name their entry."""
    proposal = Proposal(ProposalKind.ALTERNATE, "b", ("x", "y"), "", 3, "Why.")
    report = replace(_report(), missed=(MissedTopic(_report().missed[0].cluster, proposal),))

    assert "-> 2 alternates of b\n" in render_text(report)


def test_entry_that_is_gone_is_named() -> None:
    """An entry that answered and was removed since has no question, but an id."""
    usage = replace(_report().usage, entries=(EntryUse("old", "", 7, 0, 0),))

    assert "(old, which is gone)" in render_text(replace(_report(), usage=usage))


@pytest.mark.parametrize(
    "text", ["\x1b[31mred\x1b]0;title\x07", "\u202egnirts\u202c", "a\nb\rc\td"]
)
def test_nothing_controls_the_terminal(text: str) -> None:
    """What would colour, move or turn the text is gone."""
    shown = render_text(_report(text))

    assert not set("\x1b\x07\r\t\u202e\u202c") & set(shown)


def _columns(line: str) -> int:
    widths = (2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
    return sum(widths) - sum(unicodedata.combining(char) > 0 for char in line)


@given(st.text(min_size=1, max_size=300))
@example("\u5916\u4ea4" * 60)
@example("\u5916\u4ea4 " * 60)
@example("0" * 60 + "\u0300")
def test_lines_fit(text: str) -> None:
    """No line is wider than 80 columns, whatever was asked; Chinese characters take two."""
    lines = render_text(_report(text)).split("\n")

    assert max(map(_columns, lines)) <= 80
