"""Question sets are found by their files' names and read as knowledge bases and queries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.data import Query, find_sets, hide_ids, read_base, read_queries
from faqbot import Entry, KnowledgeBase


def _write(path: Path, *lines: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        _write(folder / f"{name}.jsonl")


def test_every_base_is_paired_with_its_queries(tmp_path: Path) -> None:
    """A hold-out base gets the hold-out queries, every other base the plain and the misspelt ones."""
    _touch(
        tmp_path / "bank", "kb_k5", "kb_holdout_k5", "queries", "queries_holdout", "queries_typo"
    )
    found = [(one.name, one.base.stem, one.queries.stem) for one in find_sets(tmp_path)]
    assert found == [
        ("bank holdout_k5", "kb_holdout_k5", "queries_holdout"),
        ("bank k5", "kb_k5", "queries"),
        ("bank k5 misspelt", "kb_k5", "queries_typo"),
    ]


def test_a_base_without_queries_of_its_kind_takes_the_plain_ones(tmp_path: Path) -> None:
    """Queries may say less than the base does, never something else."""
    _touch(tmp_path / "a", "kb_holdout", "queries", "queries_other")
    assert [one.queries.stem for one in find_sets(tmp_path)] == ["queries"]


def test_the_folder_may_be_a_set_itself_and_sets_may_be_nested(tmp_path: Path) -> None:
    """Files are found at the top and at any depth, and named by their folder."""
    _touch(tmp_path, "kb", "queries")
    _touch(tmp_path / "deep" / "er", "kb_k1", "queries")
    assert sorted(one.name for one in find_sets(tmp_path)) == [
        "deep/er k1",
        tmp_path.name,
    ]


def test_a_folder_without_sets_has_none(tmp_path: Path) -> None:
    """A base without any queries is no set."""
    _touch(tmp_path / "a", "kb")
    assert find_sets(tmp_path) == []


def test_sets_know_what_they_are(tmp_path: Path) -> None:
    """Misspelt queries and removed entries show in the files' names."""
    _touch(tmp_path / "a", "kb", "queries_typo", "kb_holdout", "queries_holdout")
    assert {one.name: (one.misspelt, one.held_out) for one in find_sets(tmp_path)} == {
        "a misspelt": (True, False),
        "a holdout": (False, True),
    }


def test_a_base_is_read_with_its_variants_as_alternates(tmp_path: Path) -> None:
    """An entry without an answer, as intent data has, is an entry with an empty one."""
    line = {"id": "An_Id", "question": "q", "variants": ["v", "w"], "answer": None, "section": "s"}
    (entry,) = read_base(_write(tmp_path / "kb.jsonl", line)).entries
    assert (entry.id, entry.phrasings, entry.answer, entry.section) == (
        "An_Id",
        ("q", "v", "w"),
        "",
        "s",
    )


def test_ids_can_be_hidden() -> None:
    """Entries get numbers, and what is right is still right; what no entry has stays."""
    kb = KnowledgeBase((Entry("tea", "q", ""), Entry("bike", "r", "")))
    queries = [
        Query("a", frozenset({"bike"})),
        Query("b", frozenset({"gone"})),
        Query("c", frozenset()),
    ]

    hidden, asked = hide_ids(kb, queries)

    assert [(entry.id, entry.question) for entry in hidden.entries] == [("0", "q"), ("1", "r")]
    assert [set(query.gold) for query in asked] == [{"1"}, {"gone"}, set()]


def test_queries_are_those_of_one_split(tmp_path: Path) -> None:
    """A line that names no split is a test query."""
    path = _write(
        tmp_path / "queries.jsonl",
        {"query": "a", "gold": ["x", "y"], "split": "test"},
        {"query": "b", "gold": [], "split": "dev"},
        {"query": "c", "gold": [], "clean": "k"},
    )
    assert read_queries(path, "test") == [
        Query("a", frozenset({"x", "y"})),
        Query("c", frozenset(), clean="k"),
    ]


@pytest.mark.parametrize("limit", [3, 10, 50])
def test_a_limited_sample_is_the_same_each_time(tmp_path: Path, limit: int) -> None:
    """A sample is drawn from the whole split, not cut from its start, and never changes."""
    lines = [{"query": str(number), "gold": [], "split": "dev"} for number in range(20)]
    path = _write(tmp_path / "queries.jsonl", *lines)
    sample = read_queries(path, "dev", limit)
    assert sample == read_queries(path, "dev", limit)
    assert len({query.text for query in sample}) == min(limit, 20)
    assert limit >= 20 or sample != read_queries(path, "dev")[:limit]
