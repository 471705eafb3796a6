"""A question set runs through the shipped bot and through peers, and becomes rows, tables and floors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.data import find_sets
from benchmarks.floors import checked
from benchmarks.report import row, tables
from benchmarks.systems import Result, Task, run
from benchmarks.verdicts import Verdict

_BASE = [
    {"id": "tea", "question": "how do I brew tea", "variants": ["tea brewing"], "answer": ""},
    {"id": "bike", "question": "where can I park my bicycle", "variants": [], "answer": ""},
]
_QUERIES = [
    {"query": "How do I brew tea?", "gold": ["tea"], "split": "test"},
    {"query": "bicycle parking where", "gold": ["bike"], "split": "test"},
    {"query": "xylophone zeppelin", "gold": [], "split": "test"},
]
_MISSPELT = [
    {"query": "xyzzy plugh", "gold": ["tea"], "split": "test", "clean": "tea brewing"},
    {"query": "tea brewing", "gold": ["tea"], "split": "test", "clean": "tea brewing"},
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write a set of two entries, with three queries and two misspelt ones."""
    files = {"kb": _BASE, "queries": _QUERIES, "queries_typo": _MISSPELT}
    for name, lines in files.items():
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def _run(data: Path, system: str) -> list[Result]:
    """Run the plain and the misspelt set."""
    return [run(Task(one, system)) for one in find_sets(data)]


def test_the_bot_is_ranked_and_judged(data: Path) -> None:
    """A stored phrasing is answered right, with certainty; a query without gold has no rank."""
    clean, _ = _run(data, "none")
    assert clean.ranks == [1, 1, 0]
    assert clean.inside == [True, True, False]
    assert (clean.verdicts[0], clean.confidences[0]) == (Verdict.RIGHT, 1.0)
    assert clean.verdicts[2] in {Verdict.STRAY_OFFERED, Verdict.STRAY_DECLINED}


def test_a_peer_decides_nothing(data: Path) -> None:
    """A peer has ranks and scores but no verdicts, and so no calibration error."""
    clean, _ = _run(data, "rapidfuzz token_set_ratio")
    assert clean.ranks[:2] == [1, 1]
    assert clean.verdicts == []
    assert row(clean)["ece"] is None
    assert row(clean)["auroc"] == 1.0


def test_a_bot_may_be_run_without_ids(data: Path) -> None:
    """It is judged by the same entries, and is a system of its own."""
    hidden = run(Task(find_sets(data)[0], "none", hidden=True))

    assert hidden.ranks == [1, 1, 0]
    assert hidden.verdicts[0] == Verdict.RIGHT
    assert row(hidden)["system"] == "none, ids hidden"
    assert next(iter(checked([row(hidden)]))).startswith("| floor |  |\n")


def test_misspelling_is_compared_with_the_same_queries(data: Path) -> None:
    """One of two lost is a half; a set that is spelt right loses nothing."""
    clean, misspelt = _run(data, "none")
    assert misspelt.clean_hits == [True, True]
    assert misspelt.ranks[1] == 1
    assert row(misspelt)["lost"] == (0.5 if misspelt.ranks[0] != 1 else 0.0)
    assert row(clean)["lost"] is None


def test_runs_are_the_same_each_time(data: Path) -> None:
    """Only the seconds of two runs differ."""
    first, second = (row(_run(data, "none")[0]) | {"seconds": 0} for _ in range(2))
    assert first == second


def test_tables_have_a_line_for_each_set_and_system(data: Path) -> None:
    """The overview has a line a set, and each set a table with a line a system."""
    rows = [row(one) for one in (*_run(data, "none"), *_run(data, "rapidfuzz WRatio"))]
    text = "\n".join(tables(sorted(rows, key=lambda line: str(line["set"]))))
    assert text.count("\n| none | ") == 2
    assert text.count("\n| rapidfuzz WRatio | ") == 2
    assert f"\n| {data.name} | 1.000 | " in text
    assert f"\n| {data.name} | 1.000, 0.000, 0.000 |" in text


def test_a_label_has_no_path(data: Path) -> None:
    """A model's folder is named by its last part: a saved run says nothing of this machine."""
    assert Task(find_sets(data)[0], "fastembed:/some/where/model").label == "fastembed:model"


def _row(name: str, system: str, **figures: float) -> dict[str, object]:
    columns = dict.fromkeys(["hit1", "auroc", "right", "stray_answered", "ece", "lost"])
    return {"set": name, "system": system, "held_out": "holdout" in name, **columns, **figures}


def test_floors_are_marked() -> None:
    """A figure passes, falls short in bold, or was not run; the worst set is named."""
    rows = [
        _row("clinc150 official_k5", "none", hit1=0.8, ece=0.05),
        _row("stackfaq", "none", hit1=0.5, ece=0.2),
    ]
    lines = list(checked(rows))
    assert lines[0].startswith("| floor | none |\n")
    assert "| CLINC150 5 hit@1 | 0.800 ≥ 0.74 |" in lines
    assert "| StackFAQ hit@1 | **0.500** ≥ 0.76 |" in lines
    assert "| calibration error, worst set | **0.200** ≤ 0.07 (stackfaq) |" in lines
    assert "| CovidFAQ hit@1 | not run ≥ 0.6 |" in lines


def test_floors_have_a_column_for_each_encoder() -> None:
    """Each encoder is compared with its own limit; a model's folder does not change its name."""
    rows = [
        _row("clinc150 official_k5", system, hit1=0.8)
        for system in ("none", "fastembed:model", "none, ids hidden", "rapidfuzz WRatio")
    ]
    lines = list(checked(rows))
    assert lines[0].startswith("| floor | none | fastembed |\n")
    assert "| CLINC150 5 hit@1 | 0.800 ≥ 0.74 | **0.800** ≥ 0.88 |" in lines
