"""Findings as lines, as a document, and as commands of a workflow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from faqbot.authoring.checks import CheckReport
from faqbot.authoring.checks.findings import RULES, Finding
from faqbot.authoring.checks.formats import FORMATS, as_text
from faqbot.models import Entry, KnowledgeBase

_KB = KnowledgeBase((Entry("one", "One?", "1."),))
_WARNING = Finding(Path("a,b:c.yaml"), 3, "P202", "100 % of it,\nis long.", "Shorten it.")
_FAULT = Finding(Path("kb.yaml"), 0, "E001", "the file is empty", "")
_NOTE = Finding(Path("kb.yaml"), 7, "D605", "`x` is a draft.", "Finish it.")


def test_text() -> None:
    """A finding is a line with its code, sentence and remedy, and a summary closes the list."""
    report = CheckReport((_NOTE, _WARNING), _KB)

    assert FORMATS["text"](report).split("\n")[0] == "kb.yaml:7: D605 `x` is a draft. Finish it."
    assert FORMATS["text"](report).endswith("1 warning, 1 note in 1 entry, 1 phrasing, 0 tests")
    assert FORMATS["text"](CheckReport((), _KB, hidden=2)) == (
        "OK: 1 entry, 1 phrasing, 0 tests; --verbose lists 2 notes"
    )


def test_text_of_faults() -> None:
    """Where a base cannot be loaded, the summary says that the rest waits."""
    text = FORMATS["text"](CheckReport((_FAULT, _FAULT)))

    assert text.split("\n") == [
        *["kb.yaml: error E001 the file is empty"] * 2,
        "2 errors. Fix them to run the remaining checks.",
    ]


def _found(code: str, lines: Iterable[int], file: str = "kb.yaml") -> tuple[Finding, ...]:
    """Return a finding of *code* on each of *lines*."""
    return tuple(Finding(Path(file), line, code, f"Line {line}.", "Mend it.") for line in lines)


def test_many_findings_of_one_code_are_one_line() -> None:
    """A single phrasing in each of forty entries leaves room for the one broken link."""
    link = Finding(Path("kb.yaml"), 60, "A313", "This is no link.", "Write it out.")
    report = CheckReport((*_found("M105", range(4, 44)), link), _KB, hidden=1)

    lines = FORMATS["text"](report).split("\n")

    group = (
        f"kb.yaml:4: M105 40 times: an entry with a single phrasing. {RULES['M105'].remedy} Also at "
        "line 5, line 6, line 7 and 36 more."
    )
    assert lines == [
        group,
        "kb.yaml:60: A313 This is no link. Write it out.",
        "41 warnings in 1 entry, 1 phrasing, 0 tests; --verbose lists each and 1 note",
    ]


def test_ten_findings_of_a_code_are_listed() -> None:
    """The eleventh is the first that makes them one line; --verbose lists them all the same."""
    ten, eleven = (CheckReport(_found("M105", range(count)), _KB) for count in (10, 11))

    assert len(FORMATS["text"](ten).split("\n")) == 11
    assert len(FORMATS["text"](eleven).split("\n")) == 2
    assert len(as_text(eleven, grouped=False).split("\n")) == 12


def test_errors_are_marked_and_never_grouped() -> None:
    """Each error keeps its line, as each keeps the knowledge base or a test from working."""
    report = CheckReport((*_found("P205", range(20)), *_found("M105", [30])), _KB)

    lines = FORMATS["text"](report).split("\n")

    assert [line for line in lines if ": error P205 " in line] == lines[:20]
    assert lines[20].startswith("kb.yaml:30: M105 ")


def test_a_group_names_other_files() -> None:
    """In a folder the places of a group have the names of their files."""
    report = CheckReport(
        (*_found("M105", range(1, 10), "a.yaml"), *_found("M105", [3, 4], "b.yaml")), _KB
    )
    few = CheckReport(report.findings[:1] + report.findings[8:] * 4, _KB)

    assert "Also at line 2, line 3, line 4 and 7 more." in FORMATS["text"](report)
    assert "a.yaml:1: M105 13 times: " in FORMATS["text"](few)
    assert "Also at line 9, b.yaml:3, b.yaml:4 and 9 more." in FORMATS["text"](few)


def test_json() -> None:
    """The document has every finding with its fields, and the counts."""
    document = json.loads(FORMATS["json"](CheckReport((_WARNING,), _KB, skipped=("A311: no.",))))

    assert document["findings"] == [
        {
            "code": "P202",
            "severity": "warning",
            "path": "a,b:c.yaml",
            "line": 3,
            "message": "100 % of it,\nis long.",
            "remedy": "Shorten it.",
        }
    ]
    assert document["counts"] == {"error": 0, "warning": 1, "info": 0}
    assert (document["loaded"], document["skipped"]) == (True, ["A311: no."])


def test_github() -> None:
    """A command escapes what would end its fields or its line; the whole file is marked at line 1."""
    warning, fault, note, _ = FORMATS["github"](CheckReport((_WARNING, _FAULT, _NOTE), _KB)).split(
        "\n"
    )

    assert warning == (
        "::warning file=a%2Cb%3Ac.yaml,line=3,title=P202 a phrasing of over 30 words or 200 characters"
        "::100 %25 of it,%0Ais long. Shorten it."
    )
    assert fault.startswith("::error file=kb.yaml,line=1,title=E001 ")
    assert note.startswith("::notice file=kb.yaml,line=7,title=D605 a draft::")
