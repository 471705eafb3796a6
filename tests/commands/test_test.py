"""`faqbot test`: its exit codes, its files, and what it prints, in a pipe and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from faqbot import cli

_KB = """\
version: 1
entries:
  - id: printer
    question: How do I print?
    alternates: [Where is the printer?]
    answer: Pick floor 2.
    section: Office
  - id: parking
    question: Where is the car park?
    answer: Behind the house.
"""
_TESTS = """\
tests:
  - {ask: where is the printer, expect: printer}
  - {ask: where is the car park, expect: parking}
  - {ask: "???", expect: none}
"""
_WRONG = "  - {ask: how do I print, expect: parking}\n"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a knowledge base in the current folder whose tests are right."""
    monkeypatch.chdir(tmp_path)
    path = Path("kb.yaml")
    path.write_text(_KB + _TESTS)
    return path


@pytest.fixture
def run(kb: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs the command and returns its exit code and all that it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        code = cli.main(["test", "--kb", str(kb), "--encoder", "none", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def _add(kb: Path, text: str) -> None:
    kb.write_text(kb.read_text() + text)


def test_passes(run: Run) -> None:
    """Right tests pass, and the last lines say so."""
    code, printed = run("--no-misspelled")

    assert code == 0
    assert printed.endswith("\n\n100.0% of the tests are right.\nPassed.\n")
    assert "Misspelled" not in printed


def test_wrong_test_fails(run: Run, kb: Path) -> None:
    """One wrong answer is exit code 5, and is listed with its file and line."""
    _add(kb, _WRONG)
    code, printed = run()

    assert code == 5
    assert (
        "  kb.yaml:15: how do I print\n      answered printer (100%); expected parking" in printed
    )
    assert printed.endswith("Failed: 1 of 4 tests is answered wrong (25%), and none may be.\n")


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (["--max-wrong", "0.25"], 0),
        (["--max-wrong", "25%"], 0),
        (["--max-wrong", "24.9 %"], 5),
        (["--max-wrong", "1", "--min-right", "75%"], 0),
        (["--max-wrong", "1", "--min-right", ".751"], 5),
        (["--max-wrong", "90"], 2),
        (["--max-wrong", "-1%"], 2),
        (["--min-right", "most"], 2),
        (["--min-right", "1/0"], 2),
        (["--min-right", "nan"], 2),
    ],
)
def test_limits(run: Run, kb: Path, limits: list[str], code: int) -> None:
    """A share is a fraction or a percentage, of the tests as written; anything else is bad usage."""
    _add(kb, _WRONG)

    assert run(*limits)[0] == code


def test_path_is_an_argument(kb: Path) -> None:
    """The knowledge base may be given as for `faqbot check`."""
    assert cli.main(["test", str(kb), "--encoder", "none"]) == 0


def test_base_without_tests(run: Run, kb: Path) -> None:
    """That there are no tests is an error, and one sentence says what to add."""
    kb.write_text(_KB)

    assert run() == (
        2,
        (
            "Error: kb.yaml has no tests: add a list  tests:  of items such as"
            "  {ask: a question in other words, expect: the-id-of-its-entry}\n"
        ),
    )


def test_help_lists_what_fails(run: Run) -> None:
    """The conditions of exit code 5 stand on lines of their own."""
    code, printed = run("--help")

    assert code == 0
    assert "and 5 when\n  - a larger share than --max-wrong is wrong" in printed


def test_misspelled_ones(run: Run) -> None:
    """Each test is asked misspelled too, as often as asked for, and counted apart."""
    counts = [
        json.loads(run("--json", *more)[1])["misspelled"]["tests"]
        for more in ([], ["--variants", "3"], ["--variants", "0"], ["--no-misspelled"])
    ]

    assert counts == [2, 6, 0, 0]


def test_json(run: Run, kb: Path) -> None:
    """One object has the totals, the sections, each test, and whether it passed and why not."""
    _add(kb, _WRONG)
    code, printed = run("--json", "--no-misspelled")
    found: dict[str, Any] = json.loads(printed)

    assert code == 5
    assert found["passed"] is False
    assert found["reasons"] == ["1 of 4 tests is answered wrong (25%), and none may be"]
    assert found["totals"] == {
        "tests": 4,
        "right": 3,
        "offered": 0,
        "missed": 0,
        "declined": 0,
        "wrong": 1,
    }
    assert [section["section"] for section in found["sections"]] == [
        "Office",
        "No section",
        "Out of scope",
    ]
    assert found["changes"] is None
    last = found["tests"][-1]
    assert last.pop("milliseconds") > 0
    assert last == {
        "ask": "how do I print",
        "misspelling_of": None,
        "file": "kb.yaml",
        "line": 15,
        "section": "",
        "expect": ["parking"],
        "verdict": "wrong",
        "outcome": "answered",
        "entries": ["printer"],
        "choices": [],
        "nearest": "printer",
        "manners": False,
        "confidence": 1.0,
    }


def test_baseline(run: Run, kb: Path) -> None:
    """Known faults pass, a question that does worse fails and is shown, and saving anew accepts it."""
    _add(kb, _WRONG)
    assert run("--save", "base.json")[0] == 5
    code, printed = run("--baseline", "base.json")
    assert code == 0
    assert "Every question has the same answer as in the baseline." in printed

    kb.write_text(kb.read_text().replace("expect: printer", "expect: parking"))
    code, printed = run("--baseline", "base.json", "--save", "base.json")
    assert code == 5
    assert "right -> wrong: answered printer before, now answered printer" in printed
    assert printed.endswith("Failed: 2 questions do worse than in the baseline.\n")
    assert run("--baseline", "base.json")[0] == 0


def test_some_may_be_worse(run: Run, kb: Path) -> None:
    """--max-worse tolerates a share of changes for the worse, which are shown all the same."""
    run("--save", "base.json")
    kb.write_text(kb.read_text().replace("expect: printer", "expect: parking"))
    code, printed = run("--baseline", "base.json", "--max-worse", "40%")

    assert code == 0
    assert "Worse than in the baseline (2)" in printed
    assert run("--baseline", "base.json", "--max-worse", "39%")[0] == 5
    assert run("--max-worse", "39%")[0] == 2


def test_baseline_of_moved_tests(run: Run, kb: Path) -> None:
    """The order of the tests means nothing."""
    run("--save", "base.json")
    head, *tests = _TESTS.splitlines(keepends=True)
    kb.write_text(_KB + head + "".join(reversed(tests)))

    assert "Every question has the same answer" in run("--baseline", "base.json")[1]


def test_new_wrong_test_fails(run: Run, kb: Path) -> None:
    """A baseline excuses what it has, and a limit may be set besides."""
    run("--save", "base.json")
    _add(kb, _WRONG)
    code, printed = run("--baseline", "base.json", "--max-wrong", "50%")

    assert code == 5
    assert "Failed: 1 new test is answered wrong.\n" in printed


def test_changes_as_json(run: Run, kb: Path) -> None:
    """Each change has its kind, and the answer before and after."""
    run("--save", "base.json")
    kb.write_text(
        kb.read_text().replace(
            "where is the car park, expect: parking", "how do I print, expect: printer"
        )
    )
    changes = json.loads(run("--json", "--baseline", "base.json")[1])["changes"]
    parking, printer = (
        {"verdict": "right", "outcome": "answered", "entries": [name], "choices": []}
        for name in ("parking", "printer")
    )

    assert changes == [
        {
            "kind": kind,
            "ask": ask,
            "misspelling_of": None,
            "expect": expect,
            "before": before,
            "after": after,
        }
        for kind, ask, expect, before, after in (
            ("new", "how do I print", ["printer"], None, printer),
            ("gone", "where is the car park", ["parking"], parking, None),
        )
    ]


def test_other_encoder_is_told(run: Run) -> None:
    """A baseline of another encoder or version is compared, and that is said."""
    run("--save", "base.json")
    base = Path("base.json")
    base.write_text(
        base.read_text().replace('"none"', '"wordy"').replace('"faqbot": "', '"faqbot": "9')
    )
    printed = run("--baseline", "base.json")[1]

    assert "The baseline was made with the encoder wordy, this run with none." in printed
    assert "The baseline was made with faqbot 9" in printed


@pytest.mark.parametrize(
    ("text", "said"), [(None, "there is no baseline"), ("{", "is not a baseline of")]
)
def test_bad_baseline(run: Run, text: str | None, said: str) -> None:
    """A baseline that is missing or damaged is bad usage, told in one line."""
    if text is not None:
        Path("base.json").write_text(text)
    code, printed = run("--baseline", "base.json")

    assert code == 2
    assert printed.startswith("Error: ")
    assert said in printed
    assert printed.count("\n") == 1


def test_junit(run: Run, kb: Path) -> None:
    """The XML has a failure just when the exit code is 5."""
    assert run("--junit", "reports/junit.xml")[0] == 0
    assert not list(ET.parse("reports/junit.xml").iter("failure"))  # noqa: S314 - our own XML
    _add(kb, _WRONG)
    assert run("--junit", "reports/junit.xml")[0] == 5
    assert len(list(ET.parse("reports/junit.xml").iter("failure"))) == 1  # noqa: S314 - the same


def test_file_that_cannot_be_written(run: Run) -> None:
    """Where nothing can be written, a sentence says so."""
    code, printed = run("--junit", "kb.yaml/junit.xml")

    assert code == 2
    assert "kb.yaml/junit.xml cannot be written" in printed


def test_output_is_the_same_each_time(run: Run) -> None:
    """Without times nothing varies, and nothing is coloured."""
    first, second = (run("--slowest", "0")[1] for _ in range(2))

    assert first == second
    assert "\x1b" not in first
