"""The report of a run: what a person reads, at 80 columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.evaluation.baseline import compare
from faqbot.authoring.evaluation.formats import change_lines, ruling_lines, run_lines
from faqbot.authoring.evaluation.gate import Ruling
from faqbot.authoring.evaluation.runner import Run, Trial, Verdict

_RIGHT = Trial(
    "how do I print",
    ("a",),
    Verdict.RIGHT,
    ("a",),
    nearest="a",
    confidence=0.9,
    section="Office",
    milliseconds=1.0,
)
_SLIP = replace(_RIGHT, ask="how do I prnit", original="how do I print", variant=1)
_TRIALS = {
    verdict: replace(
        _RIGHT, ask=f"{verdict} one", verdict=verdict, entries=(), path=Path("kb.yaml"), line=n
    )
    for n, verdict in enumerate(Verdict)
}
_OFFERED = replace(_TRIALS[Verdict.OFFERED], choices=("b", "a"))
_MISSED = replace(_TRIALS[Verdict.MISSED], choices=("b", "c"))
_WRONG = replace(_TRIALS[Verdict.WRONG], entries=("b",))
_DECLINED = _TRIALS[Verdict.DECLINED]
_STRAY = replace(_WRONG, ask="bread", expect=(), section="")


def test_table() -> None:
    """A row for each section, for all tests, and apart from them for the misspelled ones."""
    run = Run((_RIGHT, _SLIP, _RIGHT, _STRAY))

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
    head, row = list(run_lines(Run((replace(_RIGHT, section="Long " * 20),))))[:2]

    assert len(head) == len(row) == 79
    assert row.startswith("Long Long Long Long Long Long Lon...")
    assert row[: head.index("Tests") + len("Tests")].endswith("  1")


def _listed(*trials: Trial) -> str:
    return "\n".join(run_lines(Run(trials))).partition("\n\n")[2]


def test_what_is_not_right_is_listed() -> None:
    """Wrong ones first, each with file, line, what was said, how sure, and what was expected."""
    assert _listed(_RIGHT, _OFFERED, _MISSED, _DECLINED, _WRONG).splitlines() == [
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

    assert _listed(thanks).endswith("taken for a greeting, thanks or the like; expected a")


def test_misspelled_ones_are_listed_when_only_they_are_wrong() -> None:
    """A question that is wrong as written is not listed again."""
    slip = replace(_SLIP, verdict=Verdict.WRONG, entries=("b",))
    wrong = replace(_RIGHT, verdict=Verdict.WRONG, entries=("b",))

    assert _listed(_RIGHT, slip).splitlines() == [
        "Wrong only when misspelled (1)",
        "  how do I prnit",
        "      answered b (90%); expected a",
    ]
    assert "misspelled" not in _listed(wrong, slip)


def test_slowest() -> None:
    """As many as asked for, the slowest first."""
    slow, slower = (replace(_RIGHT, ask=f"{ms} slow", milliseconds=ms) for ms in (20.0, 300.0))
    run = Run((_RIGHT, slow, slower))

    assert list(run_lines(run, 2))[-4:] == [
        "",
        "Slowest",
        "   300.0 ms  300.0 slow",
        "    20.0 ms  20.0 slow",
    ]
    assert "Slowest" not in list(run_lines(run, 0))


def test_changes() -> None:
    """Each question that changed, what it was and is; the worse ones first."""
    now = replace(_RIGHT, verdict=Verdict.WRONG, entries=("b",), confidence=0.5)
    gone = replace(_MISSED, ask="gone")
    new = replace(_DECLINED, ask="new", expect=(), verdict=Verdict.RIGHT)
    better = replace(_OFFERED, verdict=Verdict.RIGHT, entries=("a",), choices=())
    other = replace(_WRONG, entries=("c",))
    before, after = Run((_OFFERED, _RIGHT, gone, _WRONG)), Run((better, now, new, other))

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
    ("ruling", "last"),
    [
        (Ruling(), "Passed."),
        (Ruling(("this", "that")), "Failed: this; that."),
    ],
)
def test_ruling(ruling: Ruling, last: str) -> None:
    """The last line says whether the run passed, and why not."""
    assert list(ruling_lines(ruling, Run((_RIGHT, _SLIP, _WRONG)))) == [
        "",
        "50.0% of the tests are right, 100.0% when misspelled.",
        last,
    ]


def test_place_is_from_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file below the current folder is shown from there, any other as it is."""
    monkeypatch.chdir(tmp_path)
    inside, outside = (
        replace(_WRONG, path=path / "kb.yaml") for path in (tmp_path, Path("/other"))
    )

    assert "  kb.yaml:4: wrong one" in _listed(inside)
    assert "  /other/kb.yaml:4: wrong one" in _listed(outside)


@given(st.text(), st.text())
def test_lines_fit(ask: str, section: str) -> None:
    """No line is longer than 80 characters but for a word that is, and none holds what moves a cursor."""
    trial = replace(_WRONG, ask=ask, section=section)
    run = Run((trial, replace(trial, ask=f"{ask} word" * 40)))
    lines = [*run_lines(run, 2), *change_lines(compare(Run(()), run))]

    assert all(len(line) <= 80 or max(map(len, line.split())) > 60 for line in lines)
    assert not any(char in line for line in lines for char in "\n\r\x1b\x9b\u202e")
