"""A run as JUnit XML, which GitLab, Jenkins, GitHub and others show test by test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from faqbot.authoring.evaluation.gate import Ruling
from faqbot.authoring.evaluation.runner import Run, Trial
from faqbot.authoring.sentences import answered, expected, location
from faqbot.authoring.tallies import grouped
from faqbot.kb.saving import save_text

__all__ = ["junit_xml", "save_junit"]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LIMITS = "Limits"
_MISSPELLED = "Misspelled"


def save_junit(path: Path, run: Run, ruling: Ruling) -> None:
    """Write *run* to *path* as JUnit XML. Raises FaqbotError when that cannot be done."""
    save_text(path, junit_xml(run, ruling))


def junit_xml(run: Run, ruling: Ruling) -> str:
    """Return *run* as JUnit XML: a suite for each section, a case for each question.

    A case fails when it is at fault in *ruling*; a limit that is not kept is a case of its own. So there
    is a failure in the XML just when the run did not pass.
    """
    suites = ET.Element("testsuites", name="faqbot test")
    misspelled = grouped(run.misspelled)
    for section, trials in grouped(run.plain).items():
        _add_suite(suites, section, trials, ruling)
        _add_suite(
            suites, f"{section} ({_MISSPELLED.lower()})", misspelled.get(section, ()), ruling
        )
    if ruling.too_few_right:
        _add_limit(suites, ruling.too_few_right)
    for count in ("tests", "failures"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    suites.set("errors", "0")
    suites.set("time", _seconds(run.trials))
    ET.indent(suites)
    body = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _add_suite(suites: ET.Element, name: str, trials: Sequence[Trial], ruling: Ruling) -> None:
    if not trials:
        return
    failed = sum(trial in ruling.at_fault for trial in trials)
    suite = _suite(suites, name, len(trials), failed)
    suite.set("time", _seconds(trials))
    for trial in trials:
        case = _case(suite, name, " ".join(trial.ask.split()), _seconds([trial]))
        said = _legal(f"{answered(trial)}; {expected(trial)}")
        if trial in ruling.at_fault:
            why = "; ".join(filter(None, (said, ruling.at_fault[trial])))
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
    """Add a case; a dot in its class name would make a package of what stands before."""
    classname = f"faqbot.{_legal(section).replace('.', ' ')}"
    case = {"classname": classname, "name": _legal(name), "time": seconds}
    return ET.SubElement(suite, "testcase", case)


def _seconds(trials: Sequence[Trial]) -> str:
    return f"{sum(trial.milliseconds for trial in trials) / 1000:.6f}"


def _legal(text: str) -> str:
    """Return *text* with a mark for each character that XML cannot hold, escaped or not."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
