"""Counting verdicts, in all and by section."""

from __future__ import annotations

from dataclasses import replace

from faqbot.authoring.evaluation.runner import Trial, Verdict, grouped, tally

_TRIAL = Trial("q", ("a",), Verdict.RIGHT)


def test_tally() -> None:
    """Every verdict has a count and a share."""
    found = tally([_TRIAL, _TRIAL, replace(_TRIAL, verdict=Verdict.WRONG)])

    assert found.total == 3
    assert list(found.counts.values()) == [2, 0, 0, 0, 1]
    assert found.share(Verdict.WRONG) == 1 / 3


def test_tally_of_nothing() -> None:
    """No trials have no share of anything."""
    assert tally([]).share(Verdict.RIGHT) == 0


def test_sections_stand_in_the_order_of_the_tests() -> None:
    """As each comes first; entries without a section follow, and then tests that expect none."""
    trials = [
        replace(_TRIAL, expect=()),
        _TRIAL,
        replace(_TRIAL, section="B"),
        replace(_TRIAL, section="A"),
        replace(_TRIAL, section="B"),
    ]

    assert {name: len(those) for name, those in grouped(trials).items()} == {
        "B": 2,
        "A": 1,
        "No section": 1,
        "Out of scope": 1,
    }
    assert list(grouped(trials)) == ["B", "A", "No section", "Out of scope"]
