"""CsrMatrix rows, against the same sums in full."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.index.csr import CsrMatrix, mutual, summed

_SIZE = 8
_ROWS = st.lists(
    st.dictionaries(st.integers(0, _SIZE - 1), st.floats(0.1, 10), max_size=4), max_size=8
)


def dense(rows: list[dict[int, float]]) -> np.ndarray:
    """Return *rows* in full, each scaled to length 1."""
    full = np.zeros((len(rows), _SIZE))
    for number, row in enumerate(rows):
        for feature, weight in row.items():
            full[number, feature] = weight
    return full / np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-12)


@given(_ROWS, st.lists(st.floats(-2, 2, width=32), min_size=_SIZE, max_size=_SIZE))
def test_dot(rows: list[dict[int, float]], activation: list[float]) -> None:
    """Inner products are those of full rows, empty ones anywhere included."""
    vector = np.array(activation, np.float32)
    products = CsrMatrix.of(rows).dot(vector)

    assert products.dtype == np.float32
    assert products == pytest.approx(dense(rows) @ vector, abs=1e-4)


@given(_ROWS, st.data())
def test_take(rows: list[dict[int, float]], data: st.DataObject) -> None:
    """Chosen rows stand in the order asked for, and are repeated where asked twice."""
    chosen = np.array(
        data.draw(st.lists(st.integers(0, max(len(rows) - 1, 0)), max_size=5 if rows else 0)),
        np.intp,
    )
    full = dense(rows)[chosen]
    taken = CsrMatrix.of(rows).take(chosen)

    assert len(taken) == len(chosen)
    assert taken.dense() == pytest.approx(full[:, full.any(axis=0)], abs=1e-4)


@given(_ROWS)
def test_transposed(rows: list[dict[int, float]]) -> None:
    """Rows become features and features rows, weights and all; each feature's rows rise."""
    turned = CsrMatrix.of(rows).transposed(_SIZE)
    full = dense(rows)

    assert len(turned) == _SIZE
    for feature in range(_SIZE):
        assert turned.row(feature).tolist() == np.flatnonzero(full[:, feature]).tolist()
    assert turned.transposed(len(rows)).dot(np.ones(_SIZE, np.float32)) == pytest.approx(
        full.sum(axis=1), abs=1e-4
    )


@given(_ROWS, st.data())
def test_mix(rows: list[dict[int, float]], data: st.DataObject) -> None:
    """Rows are added up by their weights."""
    size = {"min_size": len(rows), "max_size": len(rows)}
    weights = np.array(data.draw(st.lists(st.sampled_from([0, 0.5, 2]), **size)), np.float32)
    mixed = CsrMatrix.of(rows).mix(np.arange(len(rows)), weights, _SIZE)

    assert mixed.dtype == np.float32
    assert mixed == pytest.approx(weights @ dense(rows), abs=1e-4)


@given(_ROWS, st.lists(st.integers(0, _SIZE - 1), unique=True))
def test_dot_few(rows: list[dict[int, float]], few: list[int]) -> None:
    """A few features, in any order, are those of an activation that has no others."""
    ids, weights = np.array(few, np.intp), np.arange(1, len(few) + 1, dtype=np.float32)
    activation = np.zeros(_SIZE, np.float32)
    activation[ids] = weights
    products = CsrMatrix.of(rows).dot_few(ids, weights)

    assert products.dtype == np.float32
    assert products == pytest.approx(dense(rows) @ activation, abs=1e-4)


@given(_ROWS)
def test_summed(rows: list[dict[int, float]]) -> None:
    """Products are added up for each feature that is there, in rising order, as `mix` does for all."""
    sparse, numbers = CsrMatrix.of(rows), np.arange(len(rows))
    weights = np.linspace(0.5, 2, len(rows), dtype=np.float32)
    ids, sums = summed(*sparse.products(numbers, weights))
    full = sparse.mix(numbers, weights, _SIZE)

    assert ids.tolist() == np.flatnonzero(full).tolist()
    assert sums == pytest.approx(full[ids])


@given(st.lists(st.lists(st.integers(0, _SIZE - 1), max_size=6), max_size=6))
def test_counted(texts: list[list[int]]) -> None:
    """Uses are counted, sublinear_tf and weighed by idf; rows without any stay empty."""
    idf = np.linspace(1, 3, _SIZE, dtype=np.float32)
    starts = np.cumsum([0, *map(len, texts)])
    uses = np.array([use for text in texts for use in text], np.int64)
    rows = [{use: (1 + log(text.count(use))) * float(idf[use]) for use in text} for text in texts]
    counted, expected = CsrMatrix.counted(starts, uses, idf), CsrMatrix.of(rows)

    assert counted.starts.tolist() == expected.starts.tolist()
    assert counted.ids.tolist() == expected.ids.tolist()
    assert counted.weights == pytest.approx(expected.weights)
    assert (counted.starts.dtype, counted.ids.dtype) == (np.int64, np.int32)


@given(_ROWS)
def test_rows_come_back(rows: list[dict[int, float]]) -> None:
    """Each row keeps its features in rising order, and there are as many rows as were put in."""
    sparse = CsrMatrix.of(rows)

    assert len(sparse) == len(rows)
    assert [sparse.row(number).tolist() for number in range(len(rows))] == [
        sorted(row) for row in rows
    ]
    assert (sparse.starts.dtype, sparse.ids.dtype, sparse.weights.dtype) == (
        np.int64,
        np.int32,
        np.float32,
    )


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 5), (3, 5), (2, 32), (5, 33), (4, 256)])
def test_mutual(shape: tuple[int, int]) -> None:
    """Products made in parts are those of the whole, whatever does not fill the last part."""
    rows = np.random.default_rng(7).standard_normal(shape).astype(np.float32)

    assert mutual(rows).shape == (shape[0], shape[0])
    assert mutual(rows).dtype == np.float32
    assert mutual(rows) == pytest.approx(rows @ rows.T, abs=1e-4)
