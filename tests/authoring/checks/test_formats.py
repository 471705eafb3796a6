"""Findings as lines, as a document, and as commands of a workflow."""

from __future__ import annotations

import json
from pathlib import Path

from faqbot.authoring.checks import CheckReport
from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.formats import FORMATS
from faqbot.models import Entry, KnowledgeBase

_KB = KnowledgeBase((Entry("one", "One?", "1."),))
_WARNING = Finding(Path("a,b:c.yaml"), 3, "P202", "100 % of it,\nis long.", "Shorten it.")
_FAULT = Finding(Path("kb.yaml"), 0, "E001", "the file is empty", "")
_NOTE = Finding(Path("kb.yaml"), 7, "D605", "`x` is a draft.", "Finish it.")


def test_text() -> None:
    """A finding is a line with its code, sentence and remedy, and a summary closes the list."""
    report = CheckReport((_NOTE, _WARNING), _KB)

    assert FORMATS["text"](report).split("\n")[0] == "kb.yaml:7: D605 `x` is a draft. Finish it."
    assert FORMATS["text"](report).endswith("1 warning, 1 note in 1 entries, 1 phrasings, 0 tests")
    assert FORMATS["text"](CheckReport((), _KB, hidden=2)) == (
        "OK: 1 entries, 1 phrasings, 0 tests; --verbose lists 2 notes"
    )


def test_text_of_faults() -> None:
    """Where a base cannot be loaded, the summary says that the rest waits."""
    text = FORMATS["text"](CheckReport((_FAULT, _FAULT)))

    assert text.split("\n") == [
        *["kb.yaml: E001 the file is empty"] * 2,
        "2 errors. Fix them to run the remaining checks.",
    ]


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
