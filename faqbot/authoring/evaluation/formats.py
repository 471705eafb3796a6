"""A run of the tests as a person reads it: plain lines of 80 columns, in the same order each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from faqbot.authoring.changes import Change, ChangeKind
from faqbot.authoring.evaluation.gate import Ruling
from faqbot.authoring.evaluation.runner import Run, Trial, Verdict
from faqbot.authoring.sentences import answered, expected, location, on_one_line
from faqbot.authoring.tallies import grouped, tally
from faqbot.models import Outcome

__all__ = ["change_lines", "ruling_lines", "run_lines"]

_WIDTH = 80
_NAME = 37
_COLUMNS = {"Tests": 6, "Right": 6, "Offered": 8, "Missed": 7, "Declined": 9, "Wrong": 6}
_TITLES = {
    Verdict.WRONG: "Wrong: answered with an entry that is not expected",
    Verdict.MISSED: "Missed: choices, none of them expected",
    Verdict.DECLINED: "Declined: no answer, though one is expected",
    Verdict.OFFERED: "Offered: an expected entry was among the choices",
}
_CHANGES = {
    ChangeKind.WORSE: "Worse than in the baseline",
    ChangeKind.BETTER: "Better than in the baseline",
    ChangeKind.OTHER: "Answered otherwise, neither better nor worse",
    ChangeKind.NEW: "New",
    ChangeKind.GONE: "Gone",
}


def run_lines(run: Run, slowest: int = 0) -> Iterator[str]:
    """Yield the counts by section, each test that is not right, and the *slowest* questions."""
    yield from _table(run)
    for verdict, title in _TITLES.items():
        trials = [trial for trial in run.plain if trial.verdict is verdict]
        yield from _listed(title, trials)
    right = {trial.ask for trial in run.plain if trial.verdict is not Verdict.WRONG}
    slips = [t for t in run.misspelled if t.verdict is Verdict.WRONG and t.original in right]
    yield from _listed("Wrong only when misspelled", slips)
    yield from _slowest(run, slowest)


def _table(run: Run) -> Iterator[str]:
    yield _row("Section", _COLUMNS)
    for name, trials in grouped(run.plain).items():
        yield _counts(name, trials)
    yield "-" * (_NAME + sum(_COLUMNS.values()))
    yield _counts("All tests", run.plain)
    if run.misspelled:
        yield _counts("Misspelled", run.misspelled)


def _counts(name: str, trials: Iterable[Trial]) -> str:
    found = tally(trials)
    return _row(name, [found.total, *(found.counts[verdict] for verdict in Verdict)])


def _row(name: str, cells: Iterable[object]) -> str:
    shown = on_one_line(name)
    short = shown if len(shown) < _NAME else f"{shown[: _NAME - 4]}..."
    widths = _COLUMNS.values()
    return f"{short:{_NAME}}" + "".join(f"{c!s:>{w}}" for c, w in zip(cells, widths, strict=True))


def _listed(title: str, trials: Sequence[Trial]) -> Iterator[str]:
    if not trials:
        return
    yield ""
    yield f"{title} ({len(trials)})"
    for trial in trials:
        yield from _asked(trial)
        yield from _indented(f"{answered(trial)}; {expected(trial)}")


def _asked(trial: Trial) -> list[str]:
    where = location(trial)
    text = on_one_line(trial.ask)
    return _wrapped(f"{where}: {text}" if where else text, "  ")


def _indented(text: str) -> list[str]:
    return _wrapped(text, "      ", "      ")


def _wrapped(text: str, first: str = "", rest: str = "    ") -> list[str]:
    return wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _slowest(run: Run, count: int) -> Iterator[str]:
    trials = sorted(run.trials, key=lambda trial: -trial.milliseconds)[:count]
    if not trials:
        return
    yield ""
    yield "Slowest"
    for trial in trials:
        text = f"{trial.milliseconds:8.1f} ms  {on_one_line(trial.ask)}"
        yield text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Yield each of *changes* since the baseline, the worse ones first."""
    if not changes:
        yield ""
        yield "Every question has the same answer as in the baseline."
    for kind, title in _CHANGES.items():
        chosen = [change for change in changes if change.kind is kind]
        if chosen:
            yield ""
            yield f"{title} ({len(chosen)})"
        for change in chosen:
            yield from _asked(change.trial)
            yield from _indented(_change(change))


def _change(change: Change) -> str:
    before, now = change.before, change.trial
    if change.kind is ChangeKind.GONE:
        return f"was {now.verdict}; {expected(now)}"
    if before is None:
        return f"{now.verdict}: {answered(now)}; {expected(now)}"
    verdicts = dict.fromkeys((before.verdict, now.verdict))
    return (
        f"{' -> '.join(verdicts)}: {_before(before)} before, now {answered(now)}; {expected(now)}"
    )


def _before(trial: Trial) -> str:
    if trial.outcome is Outcome.ANSWERED:
        return f"answered {' and '.join(trial.entries)}"
    return "choices" if trial.outcome is Outcome.AMBIGUOUS else "declined"


def ruling_lines(ruling: Ruling, run: Run) -> Iterator[str]:
    """Yield how much was right, and whether the run passed, and why not."""
    right, slips = tally(run.plain).share(Verdict.RIGHT), tally(run.misspelled)
    misspelled = f", {slips.share(Verdict.RIGHT):.1%} when misspelled" if slips.total else ""
    yield ""
    yield f"{right:.1%} of the tests are right{misspelled}."
    yield from _wrapped("Passed." if ruling.passed else f"Failed: {'; '.join(ruling.reasons)}.")
