"""What became of a question whose right entries are known."""

from __future__ import annotations

import math

import pytest

from benchmarks.verdicts import Verdict, shares, verdict
from faqbot import Answer, Entry, Match, Outcome, Question

_ENTRIES = tuple(Entry(id=name, question=name, answer="") for name in "abc")


def _answer(outcome: Outcome) -> Answer:
    """Return an answer that found a, b and c, in that order."""
    matches = tuple(Match(entry, 1.0, 0.5, entry.question) for entry in _ENTRIES)
    choices = _ENTRIES if outcome is Outcome.AMBIGUOUS else ()
    return Answer(Question("?"), outcome, 0.5, "", matches, choices)


@pytest.mark.parametrize(
    ("outcome", "gold", "expected"),
    [
        (Outcome.ANSWERED, ["b", "a"], Verdict.RIGHT),
        (Outcome.ANSWERED, ["b"], Verdict.WRONG),
        (Outcome.AMBIGUOUS, ["c"], Verdict.OFFERED_RIGHT),
        (Outcome.AMBIGUOUS, ["z"], Verdict.OFFERED_WITHOUT),
        (Outcome.UNANSWERED, ["a"], Verdict.DECLINED),
        (Outcome.ANSWERED, [], Verdict.STRAY_ANSWERED),
        (Outcome.AMBIGUOUS, [], Verdict.STRAY_OFFERED),
        (Outcome.UNANSWERED, [], Verdict.STRAY_DECLINED),
    ],
)
def test_verdict(outcome: Outcome, gold: list[str], expected: Verdict) -> None:
    """Each outcome is judged by whether any right entry was the one answered or offered."""
    assert verdict(_answer(outcome), gold) is expected


def test_shares_are_of_their_own_scope() -> None:
    """In-scope shares add up to 1 whatever the out-of-scope ones are."""
    found = shares([Verdict.RIGHT, Verdict.RIGHT, Verdict.WRONG, Verdict.DECLINED])
    assert (found[Verdict.RIGHT], found[Verdict.WRONG], found[Verdict.OFFERED_RIGHT]) == (
        0.5,
        0.25,
        0,
    )
    assert math.isnan(found[Verdict.STRAY_ANSWERED])
