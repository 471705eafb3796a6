"""A run kept in a file: what is kept, and what becomes of a file that is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.evaluation.baseline import compare, load_baseline, save_baseline
from faqbot.authoring.evaluation.runner import Run, Trial, Verdict
from faqbot.errors import FaqbotError

_TRIALS = (
    Trial("why é", ("a", "b"), Verdict.RIGHT, ("a",)),
    Trial("wyh", ("a",), Verdict.OFFERED, (), ("c", "a"), original="why é", variant=1),
    Trial("bread?", (), Verdict.RIGHT),
)
_RUN = Run(_TRIALS, "wordllama", 2, "0.9.0")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the baseline is kept."""
    return tmp_path / "baseline.json"


def test_run_is_kept(path: Path) -> None:
    """A run comes back, but for times, confidences and places, in alphabetical order."""
    told = [replace(t, confidence=0.5, nearest="a", section="S", line=3) for t in _TRIALS]
    save_baseline(path, replace(_RUN, trials=tuple(told)))

    assert load_baseline(path) == replace(_RUN, trials=(_TRIALS[2], *_TRIALS[:2]))
    assert compare(load_baseline(path), _RUN) == ()


def test_file_shows_changes_by_question(path: Path) -> None:
    """Each question has a line, and neither order nor time nor confidence changes the file."""
    save_baseline(path, _RUN)
    first = path.read_text(encoding="utf-8")
    moved = [replace(t, confidence=0.7, milliseconds=3.0, line=9) for t in reversed(_TRIALS)]
    save_baseline(path, replace(_RUN, trials=tuple(moved)))

    assert path.read_text(encoding="utf-8") == first
    assert sum('"ask"' in line for line in first.splitlines()) == 3
    assert "why é" in first


@given(
    asked=st.lists(st.tuples(st.text(), st.lists(st.text(max_size=5)), st.sampled_from(Verdict)))
)
def test_any_run_is_kept(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[str, list[str], Verdict]]
) -> None:
    """Whatever the questions hold, none changes by being kept."""
    path = tmp_path_factory.mktemp("kept") / "baseline.json"
    trials = [Trial(ask, tuple(expect), verdict, tuple(expect)) for ask, expect, verdict in asked]
    save_baseline(path, Run(tuple(trials)))

    assert compare(load_baseline(path), Run(tuple(trials))) == ()


def _damaged() -> list[bytes]:
    good = {"baseline": 1, "faqbot": "0.1.0", "encoder": "none", "variants": 0, "trials": []}
    trial = {"ask": "why", "verdict": "right"}
    return [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        *(
            json.dumps(value).encode()
            for value in (
                {**good, "baseline": 0},
                {**good, "baseline": "1"},
                {**good, "trials": None},
                {**good, "trials": ["why"]},
                {**good, "variants": "many"},
                {**good, "trials": [{"ask": "why"}]},
                {**good, "trials": [{**trial, "ask": 7}]},
                {**good, "trials": [{**trial, "verdict": "fine"}]},
                {**good, "trials": [{**trial, "entries": "a"}]},
                {**good, "trials": [{**trial, "expect": [1]}]},
            )
        ),
    ]


@pytest.mark.parametrize("data", _damaged(), ids=lambda data: data[-30:].decode("latin-1"))
def test_damaged_file(path: Path, data: bytes) -> None:
    """What is no baseline is told in a sentence that says what to do."""
    path.write_bytes(data)
    with pytest.raises(
        FaqbotError, match=r"is no baseline .* write it anew with  faqbot test --save"
    ):
        load_baseline(path)


def test_newer_file(path: Path) -> None:
    """A baseline of a newer faqbot is told as such."""
    path.write_text('{"baseline": 2}')
    with pytest.raises(FaqbotError, match="was written by a newer faqbot"):
        load_baseline(path)


def test_no_file(path: Path) -> None:
    """Without a file there, the sentence says how to write one."""
    with pytest.raises(
        FaqbotError, match=r"there is no baseline at .*: write one with  faqbot test"
    ):
        load_baseline(path)
    with pytest.raises(FaqbotError, match="cannot be read"):
        load_baseline(path.parent)
