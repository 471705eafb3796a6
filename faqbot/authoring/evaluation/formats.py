"""Output formats of a run of the tests: lines of 80 columns, JUnit XML, and data for JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from xml.etree import ElementTree as ET

from faqbot.authoring.evaluation.baseline import Change, ChangeKind
from faqbot.authoring.evaluation.gate import GateResult
from faqbot.authoring.evaluation.runner import (
    EvaluationRun,
    Trial,
    Verdict,
    answered,
    count_verdicts,
    expected,
    grouped,
    location,
    on_one_line,
)
from faqbot.kb.saving import save_text
from faqbot.models import Outcome

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LIMITS = "Limits"
_MISSPELLED = "Misspelled"
# Columns of the output, and of a name in its table.
_WIDTH = 80
_NAME = 37
# Title and width of each column of counts.
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


def save_junit(path: Path, run: EvaluationRun, gate_result: GateResult) -> None:
    """Write *run* to *path* as JUnit XML.

    Raises FaqbotError if it cannot be written.
    """
    save_text(path, junit_xml(run, gate_result))


def junit_xml(run: EvaluationRun, gate_result: GateResult) -> str:
    """Return *run* as JUnit XML: a suite for each section, a case for each question.

    A case fails if it is at fault in *gate_result*. A limit that is not kept is a case of its own, so
    the XML has a failure exactly if the run did not pass.
    """
    suites = ET.Element("testsuites", name="faqbot test")
    misspelled = grouped(run.misspelled)
    for section, trials in grouped(run.plain).items():
        _add_suite(suites, section, trials, gate_result)
        _add_suite(
            suites, f"{section} ({_MISSPELLED.lower()})", misspelled.get(section, ()), gate_result
        )
    if gate_result.too_few_right:
        _add_limit(suites, gate_result.too_few_right)
    for count in ("tests", "failures"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    suites.set("errors", "0")
    suites.set("time", _seconds(run.trials))
    ET.indent(suites)
    body = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _add_suite(
    suites: ET.Element, name: str, trials: Sequence[Trial], gate_result: GateResult
) -> None:
    if not trials:
        return
    failed = sum(trial in gate_result.at_fault for trial in trials)
    suite = _suite(suites, name, len(trials), failed)
    suite.set("time", _seconds(trials))
    for trial in trials:
        case = _case(suite, name, " ".join(trial.ask.split()), _seconds([trial]))
        said = _legal(f"{answered(trial)}; {expected(trial)}")
        if trial in gate_result.at_fault:
            why = "; ".join(filter(None, (said, gate_result.at_fault[trial])))
            failure = ET.SubElement(case, "failure", message=why, type=trial.verdict.value)
            failure.text = _legal(f"{location(trial)}: {trial.ask}\n{why}")
        else:
            ET.SubElement(case, "system-out").text = f"{trial.verdict}: {said}"


def _add_limit(suites: ET.Element, sentence: str) -> None:
    case = _case(_suite(suites, _LIMITS, 1, 1), _LIMITS, "share of tests that are right", "0")
    ET.SubElement(case, "failure", message=_legal(sentence), type="limit").text = _legal(sentence)


def _suite(suites: ET.Element, name: str, count: int, failed: int) -> ET.Element:
    counts = {"tests": str(count), "failures": str(failed), "errors": "0", "skipped": "0"}
    return ET.SubElement(suites, "testsuite", {"name": _legal(name), **counts, "time": "0"})


def _case(suite: ET.Element, section: str, name: str, seconds: str) -> ET.Element:
    """Add a case. Its class name has no dots in the section, which readers take for packages."""
    classname = f"faqbot.{_legal(section).replace('.', ' ')}"
    case = {"classname": classname, "name": _legal(name), "time": seconds}
    return ET.SubElement(suite, "testcase", case)


def _seconds(trials: Sequence[Trial]) -> str:
    return f"{sum(trial.milliseconds for trial in trials) / 1000:.6f}"


def _legal(text: str) -> str:
    """Replace each character that XML cannot hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def describe_run(
    run: EvaluationRun, gate_result: GateResult, changes: Sequence[Change] | None
) -> dict[str, object]:
    """Return *run*, *gate_result* and *changes* as data for JSON, figures to four decimals."""
    return {
        "faqbot": run.faqbot,
        "encoder": run.encoder,
        "passed": gate_result.passed,
        "reasons": list(gate_result.reasons),
        "totals": _verdict_counts(run.plain),
        "misspelled": _verdict_counts(run.misspelled),
        "sections": [
            {"section": name, **_verdict_counts(trials)}
            for name, trials in grouped(run.plain).items()
        ],
        "tests": [_describe_trial(trial) for trial in run.trials],
        "changes": None if changes is None else [describe_change(change) for change in changes],
    }


def _verdict_counts(trials: Iterable[Trial]) -> dict[str, int]:
    found = count_verdicts(trials)
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


def describe_change(change: Change) -> dict[str, object]:
    """Return *change* as data.

    A baseline has no confidence, time or line.
    """
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


def run_lines(run: EvaluationRun, slowest: int = 0) -> Iterator[str]:
    """Yield counts by section, the tests that are not right, and the *slowest* questions."""
    yield from _table(run)
    for verdict, title in _TITLES.items():
        trials = [trial for trial in run.plain if trial.verdict is verdict]
        yield from _listed(title, trials)
    right = {trial.ask for trial in run.plain if trial.verdict is not Verdict.WRONG}
    slips = [t for t in run.misspelled if t.verdict is Verdict.WRONG and t.original in right]
    yield from _listed("Wrong only when misspelled", slips)
    yield from _slowest(run, slowest)


def _table(run: EvaluationRun) -> Iterator[str]:
    yield _row("Section", _COLUMNS)
    for name, trials in grouped(run.plain).items():
        yield _counts(name, trials)
    yield "-" * (_NAME + sum(_COLUMNS.values()))
    yield _counts("All tests", run.plain)
    if run.misspelled:
        yield _counts("Misspelled", run.misspelled)


def _counts(name: str, trials: Iterable[Trial]) -> str:
    found = count_verdicts(trials)
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


def _slowest(run: EvaluationRun, count: int) -> Iterator[str]:
    trials = sorted(run.trials, key=lambda trial: -trial.milliseconds)[:count]
    if not trials:
        return
    yield ""
    yield "Slowest"
    for trial in trials:
        text = f"{trial.milliseconds:8.1f} ms  {on_one_line(trial.ask)}"
        yield text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the *changes* since the baseline, worse ones first."""
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


def gate_lines(gate_result: GateResult, run: EvaluationRun) -> Iterator[str]:
    """Yield the share of right tests, and the result of the gate with its reasons."""
    right, slips = count_verdicts(run.plain).share(Verdict.RIGHT), count_verdicts(run.misspelled)
    misspelled = f", {slips.share(Verdict.RIGHT):.1%} when misspelled" if slips.total else ""
    yield ""
    yield f"{right:.1%} of the tests are right{misspelled}."
    yield from _wrapped(
        "Passed." if gate_result.passed else f"Failed: {'; '.join(gate_result.reasons)}."
    )
