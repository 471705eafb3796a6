"""Kernel ridge regression over phrasings: what the likeness of each counts for each entry.

The kernel of two texts is exp(sharpness * (alike - 1)), where *alike*, at most 1, mixes the encoder's cosine
with a lexical one. Each phrasing is an example whose label is its entry, so that ten phrasings which say the
same do not outvote one that says another. A small knowledge base is solved once, for all questions.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import CsrMatrix, mutual
from faqbot.retrieval.index.weights import ScoringWeights

__all__ = ["NOT_FOR", "Ridge", "kernel", "local_weights", "other_label"]

NOT_FOR = -0.5  # at -1, a phrasing that an entry is not for pushed away good paraphrases as well
_MOST_CACHED = 8

Floats = NDArray[np.float32]


def other_label(entry_count: int) -> float:
    """Return the label of a row for each of *entry_count* entries but its own, for which it is 1."""
    return -1 / max(entry_count - 1, 1)


def kernel(alike: Floats, weights: ScoringWeights) -> Floats:
    """Return the kernel of texts that are so much *alike*, 1 at most; any shape."""
    found: Floats = np.exp(np.float32(weights.sharpness) * (alike - np.float32(1)))
    return found


def local_weights(
    words: CsrMatrix, vectors: Floats, alike: Floats, weights: ScoringWeights
) -> NDArray[np.float64]:
    """Solve the regression on a few rows, which are *alike* float32 (len(words),) to the question.

    Returns how much the label of each row counts, float64 (len(words),).
    """
    gram = _regular(kernel(mutual(_mixed(words, vectors, weights)), weights), weights)
    values = kernel(alike, weights).astype(np.float64)
    return np.asarray(np.linalg.solve(gram, values), np.float64)


def _mixed(words: CsrMatrix, vectors: Floats, weights: ScoringWeights) -> Floats:
    """Return dense rows whose inner products are how alike the rows are: float32 (rows, features)."""
    between = words.dense()
    if not vectors.shape[1]:
        return between
    lexical = np.float32((1 - weights.meaning) ** 0.5) * between
    return np.concatenate([lexical, np.float32(weights.meaning**0.5) * vectors], axis=1)


def _regular(gram: Floats, weights: ScoringWeights) -> NDArray[np.float64]:
    """Return *gram* as float64, each text being alike to itself, with what is taken for chance added."""
    regular = gram.astype(np.float64)
    regular.flat[:: len(gram) + 1] = 1 + weights.ridge
    return regular


class Ridge:
    """The regression on all rows of a small index. Safe to share between threads."""

    def __init__(
        self,
        words: CsrMatrix,
        vectors: Floats,
        weights: ScoringWeights,
        labels: NDArray[np.float64],
    ) -> None:
        """Take the rows' *words* and *vectors*, and their *labels*, float64 (rows, entries)."""
        self._rows = (words, vectors, weights)
        self._labels = labels
        self.without = lru_cache(_MOST_CACHED)(self._without)

    @property
    def dual(self) -> Floats:
        """What the kernel of each row counts for each entry: float32 (entries, rows)."""
        return np.ascontiguousarray(self._solution.T, np.float32)

    @cached_property
    def _solution(self) -> NDArray[np.float64]:
        solution: NDArray[np.float64] = self._inverse @ self._labels
        return solution

    @cached_property
    def _inverse(self) -> NDArray[np.float64]:
        words, vectors, weights = self._rows
        between = _mixed(words, vectors, weights)
        gram = _regular(kernel(between @ between.T, weights), weights)
        return np.asarray(np.linalg.inv(gram), np.float64)

    def _without(self, gone: tuple[int, ...]) -> Floats:
        """Return the dual as if the rows *gone* were not there, which count nothing: float32 (entries, rows).

        It is had from the inverse by the Schur complement, and not by solving the rest anew.
        """
        rows = list(gone)
        between = self._inverse[:, rows]
        lost = between @ np.linalg.solve(between[rows], self._solution[rows])
        dual = np.ascontiguousarray((self._solution - lost).T, np.float32)
        dual[:, rows] = 0
        return dual
