"""A run of the tests as plain data: what `faqbot test --json` prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faqbot.authoring.changes import Change
from faqbot.authoring.evaluation.gate import Ruling
from faqbot.authoring.evaluation.runner import Run, Trial
from faqbot.authoring.tallies import grouped, tally

__all__ = ["describe_run"]


def describe_run(run: Run, ruling: Ruling, changes: Sequence[Change] | None) -> dict[str, object]:
    """Return *run*, its *ruling* and its *changes* (None without a baseline), figures to four decimals."""
    return {
        "faqbot": run.faqbot,
        "encoder": run.encoder,
        "passed": ruling.passed,
        "reasons": list(ruling.reasons),
        "totals": _counts(run.plain),
        "misspelled": _counts(run.misspelled),
        "sections": [
            {"section": name, **_counts(trials)} for name, trials in grouped(run.plain).items()
        ],
        "tests": [_describe_trial(trial) for trial in run.trials],
        "changes": None if changes is None else [_describe_change(change) for change in changes],
    }


def _counts(trials: Iterable[Trial]) -> dict[str, int]:
    found = tally(trials)
    return {"tests": found.total, **{name.value: count for name, count in found.counts.items()}}


def _describe_trial(trial: Trial) -> dict[str, object]:
    return {
        "ask": trial.ask,
        "misspelling_of": trial.original or None,
        "file": None if trial.path is None else str(trial.path),
        "line": trial.line,
        "section": trial.section,
        "expect": list(trial.expect),
        "verdict": trial.verdict.value,
        "outcome": trial.outcome.value,
        "entries": list(trial.entries),
        "choices": list(trial.choices),
        "nearest": trial.nearest or None,
        "manners": trial.manners,
        "confidence": round(trial.confidence, 4),
        "milliseconds": round(trial.milliseconds, 4),
    }


def _describe_change(change: Change) -> dict[str, object]:
    """Return a change; a baseline keeps no confidence, time or place of what was before."""
    then = change.before
    return {
        "kind": change.kind.value,
        "ask": change.trial.ask,
        "misspelling_of": change.trial.original or None,
        "expect": list(change.trial.expect),
        "before": None if then is None else _given(then),
        "after": None if change.trial is then else _given(change.trial),
    }


def _given(trial: Trial) -> dict[str, object]:
    return {
        "verdict": trial.verdict.value,
        "outcome": trial.outcome.value,
        "entries": list(trial.entries),
        "choices": list(trial.choices),
    }
