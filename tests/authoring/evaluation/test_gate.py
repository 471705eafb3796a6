"""The gate: what fails a run of the tests, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faqbot.authoring.evaluation.baseline import Change, ChangeKind
from faqbot.authoring.evaluation.gate import Gate, GateResult, apply_gate
from faqbot.authoring.evaluation.runner import EvaluationRun, Trial, Verdict


def _trials(verdicts: str, **fields: object) -> tuple[Trial, ...]:
    """Return a trial for each letter: right, offered, missed, declined, wrong."""
    named = {verdict.value[0]: verdict for verdict in Verdict}
    return tuple(
        replace(Trial(f"q{n}", ("a",), named[letter]), **fields)
        for n, letter in enumerate(verdicts)
    )


@pytest.mark.parametrize(
    ("verdicts", "gate", "passed"),
    [
        ("rrrrw", Gate(), True),
        ("rrrrw", Gate(max_wrong=0.0), False),
        ("rrrrw", Gate(max_wrong=0.2), True),
        ("rrrww", Gate(max_wrong=0.39), False),
        ("romd", Gate(max_wrong=0.0), True),
        ("rrrrrrrrro", Gate(min_right=0.9), True),
        ("rrrrrrrroo", Gate(min_right=0.9), False),
        ("rw", Gate(min_right=0.5, max_wrong=0.5), True),
    ],
)
def test_limits(verdicts: str, gate: Gate, *, passed: bool) -> None:
    """A share of wrong ones above the limit fails, and one of right ones below it; at it, both pass."""
    assert apply_gate(EvaluationRun(_trials(verdicts)), gate).passed is passed


def test_limits_are_of_the_tests_as_written() -> None:
    """Misspellings count for no limit."""
    slips = _trials("wwww", original="q", variant=1)

    assert apply_gate(EvaluationRun((*_trials("r"), *slips)), Gate(1.0, 0.0)) == GateResult()


@pytest.mark.parametrize(
    ("verdicts", "gate", "reason"),
    [
        ("rw", Gate(max_wrong=0.0), "1 of 2 tests is answered wrong (50%), and none may be"),
        (
            "rww",
            Gate(max_wrong=0.5),
            "2 of 3 tests are answered wrong (66.67%), and at most 50% may be",
        ),
        ("d", Gate(min_right=0.9), "0 of 1 test are right (0%), and at least 90% must be"),
    ],
)
def test_reason(verdicts: str, gate: Gate, reason: str) -> None:
    """The sentence has the count, the share and the limit."""
    assert apply_gate(EvaluationRun(_trials(verdicts)), gate).reasons == (reason,)


def test_each_wrong_test_is_at_fault() -> None:
    """With too many wrong ones, all of them are at fault; with too few right ones, none is."""
    run = EvaluationRun(_trials("rwdw"))

    assert list(apply_gate(run, Gate(max_wrong=0.0)).at_fault) == [run.trials[1], run.trials[3]]
    few = apply_gate(run, Gate(min_right=1.0))
    assert (few.at_fault, few.too_few_right) == ({}, few.reasons[0])


def test_changes() -> None:
    """What is worse than in the baseline fails, misspelled too, and what is new and wrong; else nothing."""
    right, offered, wrong, slip = *_trials("row"), *_trials("o", original="q", variant=1)
    worse = [
        Change(ChangeKind.WORSE, trial, replace(trial, verdict=Verdict.RIGHT))
        for trial in (offered, slip)
    ]
    fine = [
        Change(ChangeKind.BETTER, right, offered),
        Change(ChangeKind.OTHER, wrong, wrong),
        Change(ChangeKind.NEW, offered),
        Change(ChangeKind.GONE, wrong, wrong),
    ]
    new = Change(ChangeKind.NEW, wrong)
    run = EvaluationRun((right, offered, wrong, slip))
    failed = apply_gate(run, Gate(), [*worse, *fine, new])

    assert apply_gate(run, Gate(), fine).passed
    assert failed.reasons == (
        "2 questions do worse than in the baseline",
        "1 new test is answered wrong",
    )
    assert failed.at_fault == {
        offered: "right in the baseline",
        slip: "right in the baseline",
        wrong: "a new test",
    }


@pytest.mark.parametrize(
    ("limit", "reasons"),
    [
        (0.25, ()),
        (0.2, ("1 question does worse than in the baseline (25%), and at most 20% may",)),
        (None, ()),
    ],
)
def test_some_may_be_worse(limit: float | None, reasons: tuple[str, ...]) -> None:
    """A limit lets a share of all questions do worse; then none of them is at fault."""
    *others, offered = _trials("rrro")
    worse = Change(ChangeKind.WORSE, offered, replace(offered, verdict=Verdict.RIGHT))
    gate_result = apply_gate(EvaluationRun((*others, offered)), Gate(max_worse=limit), [worse])

    assert gate_result.reasons == reasons
    assert list(gate_result.at_fault) == [offered] * len(reasons)
