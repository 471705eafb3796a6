"""JUnit XML: what CI servers read, whatever the questions hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.evaluation.formats import junit_xml, save_junit
from faqbot.authoring.evaluation.gate import Gate, Ruling, judge_run
from faqbot.authoring.evaluation.runner import Run, Trial, Verdict

_RIGHT = Trial(
    "why?", ("a",), Verdict.RIGHT, ("a",), confidence=0.9, section="1.2 Basics", milliseconds=1.5
)
_WRONG = replace(
    _RIGHT, ask="what?", verdict=Verdict.WRONG, entries=("b",), path=Path("kb.yaml"), line=7
)
_SLIP = replace(_RIGHT, ask="whty?", original="why?", variant=1, milliseconds=0.5)
_STRAY = Trial("bread?", (), Verdict.MISSED, (), ("a", "b"))
_RUN = Run((_RIGHT, _SLIP, _WRONG, _STRAY))

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


def _parsed(run: Run, ruling: Ruling) -> ET.Element:
    root = ET.fromstring(junit_xml(run, ruling))  # noqa: S314 - our own XML
    _check(root)
    return root


def test_suites_are_sections() -> None:
    """Each section has a suite, its misspelled questions one of their own, what is out of scope the last."""
    root = _parsed(_RUN, Ruling())

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
    root = _parsed(_RUN, judge_run(_RUN, Gate(max_wrong=0.0)))
    (failure,) = root.iter("failure")

    assert failure.get("message") == "answered b (90%); expected a"
    assert failure.get("type") == "wrong"
    assert failure.text == "kb.yaml:7: what?\nanswered b (90%); expected a"


def test_what_is_tolerated_does_not_fail() -> None:
    """A case fails just when it is at fault; any other says what came of it."""
    root = _parsed(_RUN, Ruling(("worse",), {_SLIP: "offered in the baseline"}))
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
    root = _parsed(_RUN, judge_run(_RUN, Gate(min_right=0.9)))
    (failure,) = root.iter("failure")

    assert root[-1].get("name") == "Limits"
    assert failure.get("message") == "1 of 3 tests is right (33.33%), and at least 90% must be"


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_makes_xml(ask: str, section: str) -> None:
    """Markup is escaped, and what XML cannot hold is marked."""
    trial = replace(_WRONG, ask=ask, section=section)
    run = Run((trial, replace(_RIGHT, ask="\0\x1b]]>\ud800\ufffe<&\"'é😀")))

    _parsed(run, judge_run(run, Gate(max_wrong=0.0)))


def test_file_is_utf_8(tmp_path: Path) -> None:
    """The file begins with its declaration and is in that encoding."""
    save_junit(tmp_path / "junit.xml", Run((replace(_RIGHT, ask="é😀"),)), Ruling())
    data = (tmp_path / "junit.xml").read_bytes()

    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    assert "é😀" in data.decode()


@pytest.mark.parametrize("run", [Run(()), _RUN])
def test_same_run_makes_same_file(run: Run) -> None:
    """Nothing in the file is of the moment: no date, no host."""
    assert junit_xml(run, Ruling()) == junit_xml(run, Ruling())
