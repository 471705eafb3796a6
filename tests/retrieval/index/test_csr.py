"""Compressed sparse rows, against dense arrays."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.index.bigrams import BigramPostings
from faqbot.retrieval.index.csr import CsrMatrix, gram_matrix, sum_by_id

_SIZE = 8
_ROWS = st.lists(
    st.dictionaries(st.integers(0, _SIZE - 1), st.floats(0.1, 10), max_size=4), max_size=8
)


def dense(rows: list[dict[int, float]]) -> np.ndarray:
    """Return *rows* as a dense array, each scaled to length 1."""
    full = np.zeros((len(rows), _SIZE))
    for number, row in enumerate(rows):
        for feature, weight in row.items():
            full[number, feature] = weight
    return full / np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-12)


def matrix(rows: list[dict[int, float]]) -> CsrMatrix:
    """Return the sparse matrix of *rows*, each a feature to weight mapping, scaled to length 1."""
    full = dense(rows)
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    ids = np.array([feature for row in rows for feature in sorted(row)], np.int32)
    owner = np.repeat(np.arange(len(rows)), np.diff(starts))
    return CsrMatrix(starts, ids, full[owner, ids].astype(np.float32))


@given(_ROWS, st.lists(st.floats(-2, 2, width=32), min_size=_SIZE, max_size=_SIZE))
def test_dot_equals_the_dense_product(
    rows: list[dict[int, float]], activation: list[float]
) -> None:
    """Inner products equal those of dense rows, empty rows included."""
    vector = np.array(activation, np.float32)
    products = matrix(rows).dot(vector)

    assert products.dtype == np.float32
    assert products == pytest.approx(dense(rows) @ vector, abs=1e-4)


@given(_ROWS, st.data())
def test_take_returns_rows_in_the_order_asked_for(
    rows: list[dict[int, float]], data: st.DataObject
) -> None:
    """Rows keep the order asked for, and may repeat."""
    chosen = np.array(
        data.draw(st.lists(st.integers(0, max(len(rows) - 1, 0)), max_size=5 if rows else 0)),
        np.intp,
    )
    full = dense(rows)[chosen]
    taken = matrix(rows).take(chosen)

    assert len(taken) == len(chosen)
    assert taken.to_dense() == pytest.approx(full[:, full.any(axis=0)], abs=1e-4)


@given(_ROWS)
def test_transposed_swaps_rows_and_features(rows: list[dict[int, float]]) -> None:
    """Weights stay, and the rows of each feature rise."""
    turned = matrix(rows).transposed(_SIZE)
    full = dense(rows)

    assert len(turned) == _SIZE
    for feature in range(_SIZE):
        assert turned.row(feature).tolist() == np.flatnonzero(full[:, feature]).tolist()
    assert turned.transposed(len(rows)).dot(np.ones(_SIZE, np.float32)) == pytest.approx(
        full.sum(axis=1), abs=1e-4
    )


@given(_ROWS, st.data())
def test_weighted_sum_equals_the_dense_sum(
    rows: list[dict[int, float]], data: st.DataObject
) -> None:
    """Rows are summed by their weights."""
    size = {"min_size": len(rows), "max_size": len(rows)}
    weights = np.array(data.draw(st.lists(st.sampled_from([0, 0.5, 2]), **size)), np.float32)
    mixed = BigramPostings(matrix(rows), _SIZE).weighted_sum(range(len(rows)), weights)

    assert mixed.dtype == np.float32
    assert mixed == pytest.approx(weights @ dense(rows), abs=1e-4)


@given(_ROWS, st.lists(st.integers(0, _SIZE - 1), unique=True))
def test_dot_sparse_equals_dot(rows: list[dict[int, float]], few: list[int]) -> None:
    """A sparse vector, in any order, equals the dense vector with zeros elsewhere."""
    ids, weights = np.array(few, np.intp), np.arange(1, len(few) + 1, dtype=np.float32)
    activation = np.zeros(_SIZE, np.float32)
    activation[ids] = weights
    products = matrix(rows).dot_sparse(ids, weights)

    assert products.dtype == np.float32
    assert products == pytest.approx(dense(rows) @ activation, abs=1e-4)


@given(_ROWS)
def test_sum_by_id_equals_the_dense_sum(rows: list[dict[int, float]]) -> None:
    """Values are summed for each id that occurs, and ids rise."""
    sparse, numbers = matrix(rows), np.arange(len(rows))
    weights = np.linspace(0.5, 2, len(rows), dtype=np.float32)
    ids, sums = sum_by_id(*sparse.products(numbers, weights))
    full = BigramPostings(sparse, _SIZE).weighted_sum(range(len(rows)), weights)

    assert ids.tolist() == np.flatnonzero(full).tolist()
    assert sums == pytest.approx(full[ids])


@given(st.lists(st.lists(st.integers(0, _SIZE - 1), max_size=6), max_size=6))
def test_tf_idf_weighs_counts_by_idf(texts: list[list[int]]) -> None:
    """Weights are sublinear tf times idf; a row without features stays empty."""
    idf = np.linspace(1, 3, _SIZE, dtype=np.float32)
    starts = np.cumsum([0, *map(len, texts)])
    uses = np.array([use for text in texts for use in text], np.int64)
    rows = [{use: (1 + log(text.count(use))) * float(idf[use]) for use in text} for text in texts]
    counted, expected = CsrMatrix.tf_idf(starts, uses, idf), matrix(rows)

    assert counted.starts.tolist() == expected.starts.tolist()
    assert counted.ids.tolist() == expected.ids.tolist()
    assert counted.weights == pytest.approx(expected.weights)
    assert (counted.starts.dtype, counted.ids.dtype) == (np.int64, np.int32)


@given(_ROWS)
def test_rows_keep_their_features(rows: list[dict[int, float]]) -> None:
    """Each row has its features, rising, and the arrays have their documented dtypes."""
    sparse = matrix(rows)

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
def test_gram_matrix_equals_the_product(shape: tuple[int, int]) -> None:
    """Products of blocks equal the whole product, also with a partial last block."""
    rows = np.random.default_rng(7).standard_normal(shape).astype(np.float32)

    assert gram_matrix(rows).shape == (shape[0], shape[0])
    assert gram_matrix(rows).dtype == np.float32
    assert gram_matrix(rows) == pytest.approx(rows @ rows.T, abs=1e-4)
