"""Two runs compared: which questions change, and whether for the worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.evaluation.baseline import Change, ChangeKind, compare
from faqbot.authoring.evaluation.runner import Run, Trial, Verdict

_RIGHT = Trial("q", ("a",), Verdict.RIGHT, ("a",))
_SLIP = replace(_RIGHT, ask="qq", original="q", variant=1)


def _now(verdict: str, *entries: str, choices: str = "") -> Trial:
    return replace(_RIGHT, verdict=Verdict(verdict), entries=entries, choices=tuple(choices))


_OFFERED = _now("offered", choices="ab")
_MISSED = _now("missed", choices="b")
_DECLINED = _now("declined")
_WRONG = _now("wrong", "b")


def _compare(before: list[Trial], after: list[Trial]) -> tuple[Change, ...]:
    return compare(Run(tuple(before)), Run(tuple(after)))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (_RIGHT, _OFFERED, ChangeKind.WORSE),
        (_RIGHT, _WRONG, ChangeKind.WORSE),
        (_OFFERED, _MISSED, ChangeKind.WORSE),
        (_OFFERED, _DECLINED, ChangeKind.WORSE),
        (_DECLINED, _WRONG, ChangeKind.WORSE),
        (_WRONG, _MISSED, ChangeKind.BETTER),
        (_DECLINED, _RIGHT, ChangeKind.BETTER),
        (_MISSED, _DECLINED, ChangeKind.OTHER),
        (_WRONG, _now("wrong", "c"), ChangeKind.OTHER),
        (_RIGHT, replace(_RIGHT, expect=("b",), verdict=Verdict.WRONG), ChangeKind.WORSE),
    ],
)
def test_kind(before: Trial, after: Trial, kind: ChangeKind) -> None:
    """Right, offered, missed or declined, wrong: down is worse, up is better, another answer is told."""
    assert _compare([before], [after]) == (Change(kind, after, before),)


@pytest.mark.parametrize(
    "same",
    [
        _RIGHT,
        replace(_RIGHT, confidence=0.5, nearest="x", milliseconds=9.0, line=7),
        replace(_RIGHT, expect=("a", "b")),
    ],
)
def test_same_answer_is_no_change(same: Trial) -> None:
    """Confidence, time and place may differ, and what else would be right."""
    assert _compare([_RIGHT], [same]) == ()


def test_other_choices_are_no_change() -> None:
    """Choices that hold a right entry as before may be others."""
    assert _compare([_OFFERED], [_now("offered", choices="ca")]) == ()


def test_new_and_gone() -> None:
    """A reworded test is new, and its old wording gone."""
    new = replace(_RIGHT, ask="other")

    assert _compare([_RIGHT], [new]) == (
        Change(ChangeKind.NEW, new),
        Change(ChangeKind.GONE, _RIGHT, _RIGHT),
    )


def test_misspellings_are_compared_but_never_new_or_gone() -> None:
    """A run without misspellings, or with others, is no change; one misspelling that turns wrong is."""
    wrong = replace(_SLIP, verdict=Verdict.WRONG, entries=("b",))

    assert _compare([_RIGHT, _SLIP], [_RIGHT]) == ()
    assert _compare([_RIGHT], [_RIGHT, _SLIP]) == ()
    assert _compare([_RIGHT, _SLIP], [_RIGHT, wrong]) == (Change(ChangeKind.WORSE, wrong, _SLIP),)


def test_a_misspelling_is_not_taken_for_a_test() -> None:
    """A test that is typed like a misspelling of another is another question."""
    test = replace(_WRONG, ask=_SLIP.ask)

    assert _compare([_SLIP], [test]) == (Change(ChangeKind.NEW, test),)


def test_question_asked_twice() -> None:
    """Tests with the same question are told apart by what they expect, in whatever order."""
    other = replace(_RIGHT, expect=("b",), verdict=Verdict.WRONG)
    gone = Change(ChangeKind.GONE, other, other)

    assert _compare([_RIGHT, other], [other, _RIGHT]) == ()
    assert _compare([_RIGHT, _RIGHT], [_RIGHT, _RIGHT]) == ()
    assert _compare([_RIGHT, other], [_RIGHT]) == (gone,)


@given(st.permutations([replace(_RIGHT, ask=name) for name in "abcde"]))
def test_order_does_not_matter(trials: list[Trial]) -> None:
    """Moving tests about changes nothing; what changed is told in the order of the later run."""
    before = [replace(_RIGHT, ask=name) for name in "abcde"]
    wrong = [replace(_WRONG, ask=trial.ask) for trial in trials]

    assert _compare(before, trials) == ()
    assert [change.trial for change in _compare(before, wrong)] == wrong
