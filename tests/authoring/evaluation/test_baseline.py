"""A run kept in a file: what is kept, and what becomes of a file that is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.evaluation.baseline import (
    Change,
    ChangeKind,
    compare,
    load_baseline,
    save_baseline,
)
from faqbot.authoring.evaluation.runner import EvaluationRun, Trial, Verdict
from faqbot.errors import FaqbotError

_RIGHT = Trial("q", ("a",), Verdict.RIGHT, ("a",))
_SLIP = replace(_RIGHT, ask="qq", original="q", variant=1)
_TRIALS = (
    Trial("why é", ("a", "b"), Verdict.RIGHT, ("a",)),
    Trial("wyh", ("a",), Verdict.OFFERED, (), ("c", "a"), original="why é", variant=1),
    Trial("bread?", (), Verdict.RIGHT),
)
_RUN = EvaluationRun(_TRIALS, "wordllama", 2, "0.9.0")


def _now(verdict: str, *entries: str, choices: str = "") -> Trial:
    return replace(_RIGHT, verdict=Verdict(verdict), entries=entries, choices=tuple(choices))


_OFFERED = _now("offered", choices="ab")
_MISSED = _now("missed", choices="b")
_DECLINED = _now("declined")
_WRONG = _now("wrong", "b")


def _compare(before: list[Trial], after: list[Trial]) -> tuple[Change, ...]:
    return compare(EvaluationRun(tuple(before)), EvaluationRun(tuple(after)))


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


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the baseline is kept."""
    return tmp_path / "baseline.json"


def test_run_is_kept(path: Path) -> None:
    """A run comes back, but for times, confidences and places, in alphabetical order."""
    told = [replace(t, confidence=0.5, nearest="a", section="S", line=3) for t in _TRIALS]
    save_baseline(path, replace(_RUN, trials=tuple(told)))

    assert load_baseline(path) == replace(_RUN, trials=(_TRIALS[2], *_TRIALS[:2]))
    assert compare(load_baseline(path), _RUN) == ()


def test_file_shows_changes_by_question(path: Path) -> None:
    """Each question has a line, and neither order nor time nor confidence changes the file."""
    save_baseline(path, _RUN)
    first = path.read_text(encoding="utf-8")
    moved = [replace(t, confidence=0.7, milliseconds=3.0, line=9) for t in reversed(_TRIALS)]
    save_baseline(path, replace(_RUN, trials=tuple(moved)))

    assert path.read_text(encoding="utf-8") == first
    assert sum('"ask"' in line for line in first.splitlines()) == 3
    assert "why é" in first


@given(
    asked=st.lists(st.tuples(st.text(), st.lists(st.text(max_size=5)), st.sampled_from(Verdict)))
)
def test_any_run_is_kept(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[str, list[str], Verdict]]
) -> None:
    """Whatever the questions hold, none changes by being kept."""
    path = tmp_path_factory.mktemp("kept") / "baseline.json"
    trials = [Trial(ask, tuple(expect), verdict, tuple(expect)) for ask, expect, verdict in asked]
    save_baseline(path, EvaluationRun(tuple(trials)))

    assert compare(load_baseline(path), EvaluationRun(tuple(trials))) == ()


def _damaged() -> list[bytes]:
    good = {"baseline": 1, "faqbot": "0.1.0", "encoder": "none", "variants": 0, "trials": []}
    trial = {"ask": "why", "verdict": "right"}
    return [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        *(
            json.dumps(value).encode()
            for value in (
                {**good, "baseline": 0},
                {**good, "baseline": "1"},
                {**good, "trials": None},
                {**good, "trials": ["why"]},
                {**good, "variants": "many"},
                {**good, "trials": [{"ask": "why"}]},
                {**good, "trials": [{**trial, "ask": 7}]},
                {**good, "trials": [{**trial, "verdict": "fine"}]},
                {**good, "trials": [{**trial, "entries": "a"}]},
                {**good, "trials": [{**trial, "expect": [1]}]},
            )
        ),
    ]


@pytest.mark.parametrize("data", _damaged(), ids=lambda data: data[-30:].decode("latin-1"))
def test_damaged_file(path: Path, data: bytes) -> None:
    """What is no baseline is told in a sentence that says what to do."""
    path.write_bytes(data)
    with pytest.raises(
        FaqbotError, match=r"is not a baseline .* write it again with  faqbot test --save"
    ):
        load_baseline(path)


def test_newer_file(path: Path) -> None:
    """A baseline of a newer faqbot is told as such."""
    path.write_text('{"baseline": 2}')
    with pytest.raises(FaqbotError, match="was written by a newer faqbot"):
        load_baseline(path)


def test_no_file(path: Path) -> None:
    """Without a file there, the sentence says how to write one."""
    with pytest.raises(
        FaqbotError, match=r"there is no baseline at .*: write one with  faqbot test"
    ):
        load_baseline(path)
    with pytest.raises(FaqbotError, match="cannot be read"):
        load_baseline(path.parent)
