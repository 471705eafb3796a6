"""Kernel ridge regression over phrasings: the vote of each row for each entry.

The kernel of two texts is exp(sharpness * (similarity - 1)). Their similarity, at most 1, mixes the
encoder's cosine with a lexical cosine. Each row is an example with a label for each entry, so that ten
equal phrasings do not outvote one. A small index is solved once, for all queries.

Source: Murphy (2012), Machine Learning: A Probabilistic Perspective, 14.4.3.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import CsrMatrix, gram_matrix
from faqbot.retrieval.index.weights import ScoringWeights

# Label of a `not_for` text for its entry; a phrasing has 1. At -1 these texts also pushed away good
# paraphrases.
NOT_FOR = -0.5

# Solutions without some rows that are kept: one per combination of audiences in use. Chosen by hand.
MAX_CACHED_SOLUTIONS = 8

Floats = NDArray[np.float32]


def other_label(entry_count: int) -> float:
    """Return a row's label for any entry but its own, given *entry_count* entries.

    Labels sum to 0.
    """
    return -1 / max(entry_count - 1, 1)


def kernel(similarity: Floats, weights: ScoringWeights) -> Floats:
    """Return the kernel of *similarity*, at most 1: float32, same shape."""
    values = similarity - np.float32(1)
    values *= np.float32(weights.sharpness)
    np.exp(values, out=values)
    return values


def local_weights(
    terms: CsrMatrix, vectors: Floats, similarity: Floats, weights: ScoringWeights
) -> NDArray[np.float64]:
    """Solve the regression on the rows nearest to a query.

    *terms* and *vectors*, float32 (rows, dimensions), are those of the rows. *similarity*, float32
    (rows,), is that to the query. Returns the weight of each row's label, float64 (rows,).
    """
    gram = regularized_gram(
        kernel(gram_matrix(regression_features(terms, vectors, weights)), weights), weights
    )
    values = kernel(similarity, weights).astype(np.float64)
    return np.asarray(np.linalg.solve(gram, values), np.float64)


def regression_features(terms: CsrMatrix, vectors: Floats, weights: ScoringWeights) -> Floats:
    """Return dense rows whose inner products are similarities: float32 (rows, features)."""
    lexical = terms.to_dense()
    if not vectors.shape[1]:
        return lexical
    scaled = np.float32((1 - weights.meaning) ** 0.5) * lexical
    return np.concatenate([scaled, np.float32(weights.meaning**0.5) * vectors], axis=1)


def regularized_gram(gram: Floats, weights: ScoringWeights) -> NDArray[np.float64]:
    """Return *gram* as float64, with 1 plus the ridge as diagonal."""
    regularized = gram.astype(np.float64)
    regularized.flat[:: len(gram) + 1] = 1 + weights.ridge
    return regularized


class Ridge:
    """Regression on a small index's rows, solved on first use.

    Thread-safe.
    """

    def __init__(
        self,
        terms: CsrMatrix,
        vectors: Floats,
        weights: ScoringWeights,
        labels: NDArray[np.float64],
    ) -> None:
        """Take the rows' *terms* and *vectors*, and their *labels*, float64 (rows, entries)."""
        self._rows = (terms, vectors, weights)
        self._labels = labels
        self.without = lru_cache(MAX_CACHED_SOLUTIONS)(self._without)

    @property
    def dual(self) -> Floats:
        """Dual coefficients: the factor of each row's kernel per entry.

        Type and shape: float32 (entries, rows).
        """
        return np.ascontiguousarray(self._solution.T, np.float32)

    @cached_property
    def _solution(self) -> NDArray[np.float64]:
        solution: NDArray[np.float64] = self._inverse @ self._labels
        return solution

    @cached_property
    def _inverse(self) -> NDArray[np.float64]:
        terms, vectors, weights = self._rows
        features = regression_features(terms, vectors, weights)
        gram = regularized_gram(kernel(features @ features.T, weights), weights)
        return np.asarray(np.linalg.inv(gram), np.float64)

    def _without(self, omitted: tuple[int, ...]) -> Floats:
        """Return the dual coefficients as if the rows *omitted* were absent.

        The result is float32 (entries, rows). Coefficients of omitted rows are 0. Uses the Schur
        complement of the stored inverse (Boyd & Vandenberghe, 2004, A.5.5) instead of a new solve.
        """
        rows = list(omitted)
        between = self._inverse[:, rows]
        lost = between @ np.linalg.solve(between[rows], self._solution[rows])
        dual = np.ascontiguousarray((self._solution - lost).T, np.float32)
        dual[:, rows] = 0
        return dual
