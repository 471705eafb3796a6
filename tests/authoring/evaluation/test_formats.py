"""JUnit XML: what CI servers read, whatever the questions hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.evaluation.baseline import compare
from faqbot.authoring.evaluation.formats import (
    change_lines,
    gate_lines,
    junit_xml,
    run_lines,
    save_junit,
)
from faqbot.authoring.evaluation.gate import Gate, GateResult, apply_gate
from faqbot.authoring.evaluation.runner import EvaluationRun, Trial, Verdict

_OUTLINE_RIGHT = Trial(
    "how do I print",
    ("a",),
    Verdict.RIGHT,
    ("a",),
    nearest="a",
    confidence=0.9,
    section="Office",
    milliseconds=1.0,
)
_OUTLINE_SLIP = replace(_OUTLINE_RIGHT, ask="how do I prnit", original="how do I print", variant=1)
_TRIALS = {
    verdict: replace(
        _OUTLINE_RIGHT,
        ask=f"{verdict} one",
        verdict=verdict,
        entries=(),
        path=Path("kb.yaml"),
        line=n,
    )
    for n, verdict in enumerate(Verdict)
}
_OFFERED = replace(_TRIALS[Verdict.OFFERED], choices=("b", "a"))
_MISSED = replace(_TRIALS[Verdict.MISSED], choices=("b", "c"))
_OUTLINE_WRONG = replace(_TRIALS[Verdict.WRONG], entries=("b",))
_DECLINED = _TRIALS[Verdict.DECLINED]
_OUTLINE_STRAY = replace(_OUTLINE_WRONG, ask="bread", expect=(), section="")
_RIGHT = Trial(
    "why?", ("a",), Verdict.RIGHT, ("a",), confidence=0.9, section="1.2 Basics", milliseconds=1.5
)
_WRONG = replace(
    _RIGHT, ask="what?", verdict=Verdict.WRONG, entries=("b",), path=Path("kb.yaml"), line=7
)
_SLIP = replace(_RIGHT, ask="whty?", original="why?", variant=1, milliseconds=0.5)
_STRAY = Trial("bread?", (), Verdict.MISSED, (), ("a", "b"))
_RUN = EvaluationRun((_RIGHT, _SLIP, _WRONG, _STRAY))

# What the schemas in use agree on: Jenkins's junit-10.xsd and the older one of Ant.
_REQUIRED = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "system-out": set(),
}
_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "system-out"},
    "failure": set(),
    "system-out": set(),
}


def test_table() -> None:
    """A row for each section, for all tests, and apart from them for the misspelled ones."""
    run = EvaluationRun((_OUTLINE_RIGHT, _OUTLINE_SLIP, _OUTLINE_RIGHT, _OUTLINE_STRAY))

    assert [line.split() for line in list(run_lines(run))[:6]] == [
        ["Section", "Tests", "Right", "Offered", "Missed", "Declined", "Wrong"],
        ["Office", "2", "2", "0", "0", "0", "0"],
        ["Out", "of", "scope", "1", "0", "0", "0", "0", "1"],
        ["-" * 79],
        ["All", "tests", "3", "2", "0", "0", "0", "1"],
        ["Misspelled", "1", "1", "0", "0", "0", "0"],
    ]


def test_columns_stand_below_each_other() -> None:
    """Figures end where their heading does, and a long name of a section is cut."""
    head, row = list(run_lines(EvaluationRun((replace(_OUTLINE_RIGHT, section="Long " * 20),))))[:2]

    assert len(head) == len(row) == 79
    assert row.startswith("Long Long Long Long Long Long Lon...")
    assert row[: head.index("Tests") + len("Tests")].endswith("  1")


def _listed(*trials: Trial) -> str:
    return "\n".join(run_lines(EvaluationRun(trials))).partition("\n\n")[2]


def test_what_is_not_right_is_listed() -> None:
    """Wrong ones first, each with file, line, what was said, how sure, and what was expected."""
    assert _listed(_OUTLINE_RIGHT, _OFFERED, _MISSED, _DECLINED, _OUTLINE_WRONG).splitlines() == [
        "Wrong: answered with an entry that is not expected (1)",
        "  kb.yaml:4: wrong one",
        "      answered b (90%); expected a",
        "",
        "Missed: choices, none of them expected (1)",
        "  kb.yaml:2: missed one",
        "      offered b, c (90%); expected a",
        "",
        "Declined: no answer, though one is expected (1)",
        "  kb.yaml:3: declined one",
        "      declined, nearest a (90%); expected a",
        "",
        "Offered: an expected entry was among the choices (1)",
        "  kb.yaml:1: offered one",
        "      offered b, a (90%); expected a",
    ]


def test_greeting_is_told() -> None:
    """What the bot took for thanks is not said to be declined."""
    thanks = replace(_DECLINED, nearest="", manners=True)

    assert _listed(thanks).endswith("taken for small talk; expected a")


def test_misspelled_ones_are_listed_when_only_they_are_wrong() -> None:
    """A question that is wrong as written is not listed again."""
    slip = replace(_OUTLINE_SLIP, verdict=Verdict.WRONG, entries=("b",))
    wrong = replace(_OUTLINE_RIGHT, verdict=Verdict.WRONG, entries=("b",))

    assert _listed(_OUTLINE_RIGHT, slip).splitlines() == [
        "Wrong only when misspelled (1)",
        "  how do I prnit",
        "      answered b (90%); expected a",
    ]
    assert "misspelled" not in _listed(wrong, slip)


def test_slowest() -> None:
    """As many as asked for, the slowest first."""
    slow, slower = (
        replace(_OUTLINE_RIGHT, ask=f"{ms} slow", milliseconds=ms) for ms in (20.0, 300.0)
    )
    run = EvaluationRun((_OUTLINE_RIGHT, slow, slower))

    assert list(run_lines(run, 2))[-4:] == [
        "",
        "Slowest",
        "   300.0 ms  300.0 slow",
        "    20.0 ms  20.0 slow",
    ]
    assert "Slowest" not in list(run_lines(run, 0))


def test_changes() -> None:
    """Each question that changed, what it was and is; the worse ones first."""
    now = replace(_OUTLINE_RIGHT, verdict=Verdict.WRONG, entries=("b",), confidence=0.5)
    gone = replace(_MISSED, ask="gone")
    new = replace(_DECLINED, ask="new", expect=(), verdict=Verdict.RIGHT)
    better = replace(_OFFERED, verdict=Verdict.RIGHT, entries=("a",), choices=())
    other = replace(_OUTLINE_WRONG, entries=("c",))
    before, after = (
        EvaluationRun((_OFFERED, _OUTLINE_RIGHT, gone, _OUTLINE_WRONG)),
        EvaluationRun((better, now, new, other)),
    )

    assert list(change_lines(compare(before, after))) == [
        "",
        "Worse than in the baseline (1)",
        "  how do I print",
        "      right -> wrong: answered a before, now answered b (50%); expected a",
        "",
        "Better than in the baseline (1)",
        "  kb.yaml:1: offered one",
        "      offered -> right: choices before, now answered a (90%); expected a",
        "",
        "Answered otherwise, neither better nor worse (1)",
        "  kb.yaml:4: wrong one",
        "      wrong: answered b before, now answered c (90%); expected a",
        "",
        "New (1)",
        "  kb.yaml:3: new",
        "      right: declined; expected no answer",
        "",
        "Gone (1)",
        "  kb.yaml:2: gone",
        "      was missed; expected a",
    ]


def test_no_changes() -> None:
    """That nothing changed is said."""
    assert list(change_lines(())) == ["", "Every question has the same answer as in the baseline."]


@pytest.mark.parametrize(
    ("gate_result", "last"),
    [
        (GateResult(), "Passed."),
        (GateResult(("this", "that")), "Failed: this; that."),
    ],
)
def test_ruling(gate_result: GateResult, last: str) -> None:
    """The last line says whether the run passed, and why not."""
    assert list(
        gate_lines(gate_result, EvaluationRun((_OUTLINE_RIGHT, _OUTLINE_SLIP, _OUTLINE_WRONG)))
    ) == [
        "",
        "50.0% of the tests are right, 100.0% when misspelled.",
        last,
    ]


def test_place_is_from_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file below the current folder is shown from there, any other as it is."""
    monkeypatch.chdir(tmp_path)
    inside, outside = (
        replace(_OUTLINE_WRONG, path=path / "kb.yaml") for path in (tmp_path, Path("/other"))
    )

    assert "  kb.yaml:4: wrong one" in _listed(inside)
    assert "  /other/kb.yaml:4: wrong one" in _listed(outside)


@given(st.text(), st.text())
def test_lines_fit(ask: str, section: str) -> None:
    """No line is longer than 80 characters but for a word that is, and none holds what moves a cursor."""
    trial = replace(_OUTLINE_WRONG, ask=ask, section=section)
    run = EvaluationRun((trial, replace(trial, ask=f"{ask} word" * 40)))
    lines = [*run_lines(run, 2), *change_lines(compare(EvaluationRun(()), run))]

    assert all(len(line) <= 80 or max(map(len, line.split())) > 60 for line in lines)
    assert not any(char in line for line in lines for char in "\n\r\x1b\x9b\u202e")


def _check(element: ET.Element) -> None:
    """Check the structure, and that every count is that of the elements below."""
    assert set(element.attrib) == _REQUIRED[element.tag]
    assert {child.tag for child in element} <= _CHILDREN[element.tag]
    if "tests" in element.attrib:
        assert int(element.attrib["tests"]) == len(list(element.iter("testcase")))
        assert int(element.attrib["failures"]) == len(list(element.iter("failure")))
    if "time" in element.attrib:
        assert float(element.attrib["time"]) >= 0
    for child in element:
        _check(child)


def _parsed(run: EvaluationRun, gate_result: GateResult) -> ET.Element:
    root = ET.fromstring(junit_xml(run, gate_result))  # noqa: S314 - our own XML
    _check(root)
    return root


def test_suites_are_sections() -> None:
    """Each section has a suite, its misspelled questions one of their own, what is out of scope the last."""
    root = _parsed(_RUN, GateResult())

    assert [(suite.get("name"), suite.get("tests"), suite.get("time")) for suite in root] == [
        ("1.2 Basics", "2", "0.003000"),
        ("1.2 Basics (misspelled)", "1", "0.000500"),
        ("Out of scope", "1", "0.000000"),
    ]
    assert [case.get("name") for case in root.iter("testcase")] == [
        "why?",
        "what?",
        "whty?",
        "bread?",
    ]
    assert root.find(".//testcase").get("classname") == "faqbot.1 2 Basics"


def test_failure_says_what_was_expected_and_where() -> None:
    """The message has the answer and what was expected, the text besides file, line and question."""
    root = _parsed(_RUN, apply_gate(_RUN, Gate(max_wrong=0.0)))
    (failure,) = root.iter("failure")

    assert failure.get("message") == "answered b (90%); expected a"
    assert failure.get("type") == "wrong"
    assert failure.text == "kb.yaml:7: what?\nanswered b (90%); expected a"


def test_what_is_tolerated_does_not_fail() -> None:
    """A case fails just when it is at fault; any other says what came of it."""
    root = _parsed(_RUN, GateResult(("worse",), {_SLIP: "offered in the baseline"}))
    (failure,) = root.iter("failure")
    said = [out.text for out in root.iter("system-out")]

    assert failure.get("message") == "answered a (90%); expected a; offered in the baseline"
    assert said == [
        "right: answered a (90%); expected a",
        "wrong: answered b (90%); expected a",
        "missed: offered a, b (0%); expected no answer",
    ]


def test_limit_is_a_case() -> None:
    """With too few right ones, of which none is at fault alone, a case of its own fails."""
    root = _parsed(_RUN, apply_gate(_RUN, Gate(min_right=0.9)))
    (failure,) = root.iter("failure")

    assert root[-1].get("name") == "Limits"
    assert failure.get("message") == "1 of 3 tests is right (33.33%), and at least 90% must be"


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_makes_xml(ask: str, section: str) -> None:
    """Markup is escaped, and what XML cannot hold is marked."""
    trial = replace(_WRONG, ask=ask, section=section)
    run = EvaluationRun((trial, replace(_RIGHT, ask="\0\x1b]]>\ud800\ufffe<&\"'é😀")))

    _parsed(run, apply_gate(run, Gate(max_wrong=0.0)))


def test_file_is_utf_8(tmp_path: Path) -> None:
    """The file begins with its declaration and is in that encoding."""
    save_junit(tmp_path / "junit.xml", EvaluationRun((replace(_RIGHT, ask="é😀"),)), GateResult())
    data = (tmp_path / "junit.xml").read_bytes()

    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    assert "é😀" in data.decode()


@pytest.mark.parametrize("run", [EvaluationRun(()), _RUN])
def test_same_run_makes_same_file(run: EvaluationRun) -> None:
    """Nothing in the file is of the moment: no date, no host."""
    assert junit_xml(run, GateResult()) == junit_xml(run, GateResult())
