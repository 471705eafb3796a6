"""Quality gate: limits on a run of the tests, and the reasons why a run fails them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from faqbot.authoring.evaluation.baseline import Change, ChangeKind
from faqbot.authoring.evaluation.runner import (
    EvaluationRun,
    Trial,
    Verdict,
    VerdictCounts,
    count_verdicts,
)
from faqbot.plurals import counted


@dataclass(frozen=True, slots=True)
class Gate:
    """Limits on a run, as shares from 0 to 1.

    None means no limit. *min_right* and *max_wrong* are shares of the tests as written. *max_worse*
    is a share of all questions, misspelled ones too.
    """

    min_right: float | None = None
    max_wrong: float | None = None
    max_worse: float | None = 0.0


@dataclass(frozen=True, slots=True)
class GateResult:
    """Result of a gate: *reasons* in sentences, and the trials *at_fault*, each with its reason.

    *too_few_right* is the reason for which no single trial is at fault.
    """

    reasons: tuple[str, ...] = ()
    at_fault: Mapping[Trial, str] = field(default_factory=dict)
    too_few_right: str = ""

    @property
    def passed(self) -> bool:
        """True if no limit was exceeded."""
        return not self.reasons


def apply_gate(run: EvaluationRun, gate: Gate, changes: Sequence[Change] = ()) -> GateResult:
    """Check *run* and its *changes* since a baseline against the limits of *gate*.

    New tests that are answered wrong fail the run as well.
    """
    wrong, too_many_wrong = limit_wrong(run, gate.max_wrong)
    too_few_right = require_right(run, gate.min_right)
    worse, too_many_worse = limit_worse(run, changes, gate.max_worse)
    new = {
        change.trial: "a new test"
        for change in changes
        if change.kind is ChangeKind.NEW and change.trial.verdict is Verdict.WRONG
    }
    reasons = [too_many_wrong, too_few_right, too_many_worse]
    if new:
        reasons.append(f"{counted(len(new), 'new test is', 'new tests are')} answered wrong")
    at_fault = {**dict.fromkeys(wrong, ""), **worse, **new}
    return GateResult(tuple(filter(None, reasons)), at_fault, too_few_right)


def limit_wrong(run: EvaluationRun, limit: float | None) -> tuple[Sequence[Trial], str]:
    """Return the wrong tests and a reason, both empty if the *limit* is kept."""
    found = count_verdicts(run.plain)
    share = found.share(Verdict.WRONG)
    if limit is None or share <= limit:
        return (), ""
    wrong = [trial for trial in run.plain if trial.verdict is Verdict.WRONG]
    allowed = f"at most {_percent(limit)} may be" if limit else "none may be"
    return wrong, f"{_of_all(len(wrong), found)} answered wrong ({_percent(share)}), and {allowed}"


def require_right(run: EvaluationRun, limit: float | None) -> str:
    """Return a reason if too few tests are right, otherwise an empty text."""
    found = count_verdicts(run.plain)
    share = found.share(Verdict.RIGHT)
    if limit is None or share >= limit:
        return ""
    right = _of_all(found.counts[Verdict.RIGHT], found)
    return f"{right} right ({_percent(share)}), and at least {_percent(limit)} must be"


def limit_worse(
    run: EvaluationRun, changes: Sequence[Change], limit: float | None
) -> tuple[Mapping[Trial, str], str]:
    """Return the worse trials with their former verdict, and a reason.

    The result is empty if *limit* is kept.
    """
    worse = {
        change.trial: f"{change.before.verdict} in the baseline"
        for change in changes
        if change.before and change.kind is ChangeKind.WORSE
    }
    share = len(worse) / (len(run.trials) or 1)
    if limit is None or share <= limit:
        return {}, ""
    does = counted(len(worse), "question does", "questions do")
    above = f" ({_percent(share)}), and at most {_percent(limit)} may" if limit else ""
    return worse, f"{does} worse than in the baseline{above}"


def _of_all(count: int, found: VerdictCounts) -> str:
    return f"{count} of {counted(found.total, 'test', 'tests')} {'is' if count == 1 else 'are'}"


def _percent(share: float) -> str:
    return f"{share:.2%}".replace(".00%", "%")
