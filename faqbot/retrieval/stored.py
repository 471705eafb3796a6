"""Checks of an index that was read from disk: types, sizes, and numbers that lead to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from faqbot.retrieval.calibration import Calibration
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.index import Index

__all__ = ["check_index"]

_Array: TypeAlias = NDArray[Any]
# Rows have length 1, and so no weight is larger, apart from rounding.
_UNIT = 1.01
# Of weights that are tuned or fitted; chosen by hand, far over any that was seen.
_MOST = 1000.0


def check_index(index: Index, calibration: Calibration) -> None:
    """Raise ValueError unless no question can make *index* or *calibration* read outside an array.

    Every array has its documented type and shape, every row and id is in range, and no weight is
    infinite or no number.
    """
    if not all(_checks(index, calibration)):
        raise ValueError("not an index")


def _checks(index: Index, calibration: Calibration) -> Iterator[bool]:
    rows, entries = len(index.entry_of), index.entry_count
    words, pairs = len(index.vocabulary.words), len(index.bigrams.keys)
    yield entries >= 0
    yield 0 <= index.phrasing_count <= index.positive_count <= rows
    yield _is(index.entry_of, np.int32, rows) and _within(index.entry_of, entries)
    yield _is_up_to(index.weights.values, _MOST) and index.weights.ridge > 0
    yield bool((index.weights.values >= 0).all()) and _is_up_to(calibration.weights, _MOST)
    yield _is(index.exact.hashes, np.uint64, len(index.exact.hashes))
    yield _is(index.exact.rows, np.int32, len(index.exact.hashes))
    yield _within(index.exact.rows, rows)
    yield _is_sorted(index.exact.hashes)
    yield index.bigrams.keys.ndim == 1 and _is_sorted(index.bigrams.keys)
    yield _is(index.bigrams.idf, np.float32, pairs) and _is_finite(index.bigrams.idf)
    yield from _vocabulary_checks(index)
    answer_words = len(index.answer_vocabulary.words)
    yield _is_sparse(index.row_terms, rows, words)
    yield _is_sparse(index.postings, words, rows)
    yield _is_sparse(index.content, entries, words)
    yield _is_sparse(index.row_bigrams, rows, pairs)
    yield _is_sparse(index.answers, entries, answer_words)
    yield _is_sparse(index.answer_postings, answer_words, entries)
    yield from _vector_checks(index, rows)


def _vocabulary_checks(index: Index) -> Iterator[bool]:
    for vocabulary in (index.vocabulary, index.answer_vocabulary):
        yield _is(vocabulary.idf, np.float32, len(vocabulary.words)) and _is_finite(vocabulary.idf)
        yield len(vocabulary.id_of) == len(vocabulary.words)


def _vector_checks(index: Index, rows: int) -> Iterator[bool]:
    vectors = (index.word_vectors, index.vectors, index.answer_vectors, index.dual)
    yield all(each.dtype == np.float32 and each.ndim == 2 for each in vectors)  # noqa: PLR2004 - a matrix
    yield all(_is_finite(each) for each in vectors)
    yield len(index.vectors) == rows
    yield len(index.answer_vectors) == index.entry_count
    yield index.vectors.shape[1] == index.answer_vectors.shape[1]
    yield index.word_vectors.shape[1] == 0 or len(index.word_vectors) == len(index.vocabulary.words)
    yield index.dual.shape[1] == 0 or index.dual.shape == (index.entry_count, rows)


def _is(array: _Array, kind: DTypeLike, length: int) -> bool:
    return array.dtype == kind and array.shape == (length,)


def _is_finite(array: _Array) -> bool:
    return bool(np.isfinite(array).all())


def _is_up_to(array: _Array, most: float) -> bool:
    """Return True if no number of *array* is farther than *most* from 0, or no number at all."""
    return bool((np.abs(array) <= most).all())


def _is_sorted(array: _Array) -> bool:
    return bool((array[1:] >= array[:-1]).all())


def _within(ids: _Array, count: int) -> bool:
    """Return True if all *ids* are numbers from 0 to below *count*."""
    return ids.size == 0 or (int(ids.min()) >= 0 and int(ids.max()) < count)


def _is_sparse(sparse: CsrMatrix, rows: int, features: int) -> bool:
    stored = len(sparse.ids)
    return (
        _is(sparse.starts, np.int64, rows + 1)
        and _is(sparse.ids, np.int32, stored)
        and _is(sparse.weights, np.float32, stored)
        and _is_sorted(sparse.starts)
        and (int(sparse.starts[0]), int(sparse.starts[-1])) == (0, stored)
        and _within(sparse.ids, features)
        and _is_up_to(sparse.weights, _UNIT)
    )
