"""Vectors in four bytes a number, and in one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.index import vectors as module
from faqbot.retrieval.index.vectors import Vectors


def unit_rows(count: int, dimensions: int, seed: int = 0) -> np.ndarray:
    """Return random rows of length 1."""
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(
    count=st.integers(0, 30), dimensions=st.integers(1, 40), seed=st.integers(0, 5), data=st.data()
)
def test_one_byte_a_number_changes_little(
    count: int, dimensions: int, seed: int, data: st.DataObject
) -> None:
    """No number is off by more than half a step, and a cosine by far less than a decision needs."""
    rows = unit_rows(count, dimensions, seed)
    whole, compact = Vectors.of(rows), Vectors.of(rows, compact=True)
    vector = unit_rows(1, dimensions, seed + 1)[0]

    assert compact.codes.dtype == np.int8
    assert (len(compact), compact.dimensions) == (count, dimensions)
    off = np.abs(compact.full - rows).max(axis=0, initial=0)
    assert (off <= np.abs(rows).max(axis=0, initial=0) / 254 + 1e-6).all()
    assert np.array_equal(whole.full, rows)
    assert np.allclose(whole.dot(vector), rows @ vector, atol=1e-6)
    assert np.allclose(compact.dot(vector), compact.full @ vector, atol=1e-5)
    some = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1)))) if count else [], np.intp)
    for vectors in (whole, compact):
        assert np.array_equal(vectors.take(some), vectors.full[some])
        assert np.allclose(vectors.dot(vector, some), vectors.dot(vector)[some], atol=1e-6)


def test_many_rows_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last block may be smaller."""
    vectors, vector = Vectors.of(unit_rows(23, 5), compact=True), unit_rows(1, 5)[0]
    whole = vectors.dot(vector)
    monkeypatch.setattr(module, "_BLOCK", 20)

    assert np.allclose(vectors.dot(vector), whole, atol=1e-6)


def test_a_column_of_zeros_stays_so() -> None:
    """It has no largest number to divide by."""
    rows = np.array([[0, 1], [0, -1]], np.float32)

    assert np.allclose(Vectors.of(rows, compact=True).full, rows)
