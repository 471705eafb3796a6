"""Stable numbers of names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from faqbot import StoreError, open_store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_name_keeps_its_number(tmp_path: Path) -> None:
    """Numbers begin at 1, are in the order of the names, and outlive the process."""
    path = str(tmp_path / "store.db")
    with open_store(path) as store:
        assert store.numbers(["oil", "tyre"]) == {"oil": 1, "tyre": 2}
        assert store.numbers(["brake", "tyre", "brake"]) == {"brake": 3, "tyre": 2}
    with open_store(path) as store:
        assert store.numbers(["bell", "oil"]) == {"bell": 4, "oil": 1}
        assert store.numbers([]) == {}


def test_many_names_are_numbered_at_once(tmp_path: Path) -> None:
    """A knowledge base of more entries than a page of the database is numbered in one call."""
    names = [f"entry-{number}" for number in range(1_200)]
    with open_store(str(tmp_path / "store.db")) as store:
        first = store.numbers(names)

        assert sorted(first.values()) == [*range(1, 1_201)]
        assert store.numbers(reversed(names)) == first


def test_two_processes_never_give_a_number_twice(tmp_path: Path) -> None:
    """Names that several stores number at once get different numbers, the same in each."""
    path = str(tmp_path / "store.db")
    with open_store(path) as first, open_store(path) as second, ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(store.numbers, [f"n{number}", f"n{number + 1}"])
            for number in range(10)
            for store in (first, second)
        ]
        for job in jobs:
            job.result()
        known = first.numbers([f"n{number}" for number in range(11)])

        assert len(set(known.values())) == 11
        assert second.numbers(known) == known


def test_a_broken_store_says_so(tmp_path: Path) -> None:
    """There is no number without a database to keep it."""
    (tmp_path / "store.db").write_bytes(b"this is no database" * 100)
    with (
        open_store(str(tmp_path / "store.db")) as store,
        pytest.raises(StoreError, match="damaged"),
    ):
        store.numbers(["oil"])
