"""Candidates: the rows that a question is compared with. Of few, all; of many, those that share its words.

So that a question costs little more among a million phrasings than among thousands, the rows are found
from their words, those that tell most first, until enough have been read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Query, answer_activation, word_activation
from faqbot.retrieval.sparse import Sparse

__all__ = ["candidate_entries", "candidate_rows"]

_FEW = 2_000
"""So many rows, or entries, are all compared."""

_READ = 32_768
"""How many uses of words are read to find candidates."""

_ROWS, _ENTRIES = 512, 64


def candidate_rows(
    index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """Return the rows to compare with *query*, rising; those of entries that are not *allowed* may lack."""
    count = len(index.words)
    if count <= _FEW:
        return np.arange(count)
    activation = word_activation(index, query)
    if query.content_vectors is not None:
        meaning = index.mixture.meaning
        activation *= 1 - meaning
        activation += meaning * _meant(index, query.content, query.content_vectors)
    sums = _overlap(index.postings, activation, index.lexicon.rarity, count)
    if allowed is not None:
        sums[~allowed[index.entry_of]] = -1
    best = _best(sums, _ROWS)
    if query.vector is not None and query.content_vectors is None:
        best = np.union1d(best, _best(np.vecdot(index.vectors, query.vector), _ROWS))
    return best


def candidate_entries(index: Index, query: Query, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the entries to consider, rising: those of *rows*, and those whose answers share words."""
    count = index.entry_count
    if count <= _FEW:
        return np.arange(count)
    activation = answer_activation(index, query)
    sums = _overlap(index.answer_postings, activation, index.answer_lexicon.rarity, count)
    return np.union1d(_best(sums, _ENTRIES), index.entry_of[rows])


def _meant(
    index: Index, content: Sequence[str], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return what each known word counts for meaning what a word of *content* does, float32 (words,).

    *vectors* are those of *content*, float32 (len(content), dimensions).
    """
    lexicon = index.lexicon
    meant = np.zeros(len(lexicon.words), np.float32)
    square = 0.0
    for word, vector in zip(content, vectors, strict=True):
        weight = lexicon.rarity_of(word)
        square += weight * weight
        near = index.meanings.near(word, vector)
        meant[near.ids] += weight * near.likeness
    meant /= np.float32(square**0.5 or 1)
    return meant


def _overlap(
    postings: Sparse, activation: NDArray[np.float32], rarity: NDArray[np.float32], count: int
) -> NDArray[np.float64]:
    """Return how much each of *count* rows shares of what is active, as far as is read: float64 (count,)."""
    active = np.flatnonzero(activation)
    active = active[np.argsort(-activation[active] * rarity[active], kind="stable")]
    read = np.cumsum(postings.starts[active + 1] - postings.starts[active])
    found = postings.take(active[: max(1, int(np.searchsorted(read, _READ, side="right")))])
    weights = np.repeat(activation[active[: len(found)]], np.diff(found.starts)) * found.weights
    return np.asarray(np.bincount(found.ids, weights, count), np.float64)


def _best(values: NDArray[np.floating], most: int) -> NDArray[np.intp]:
    """Return the places of the *most* largest values above 0, rising; of the first zeros if none is."""
    places = np.flatnonzero(values > 0)
    if not len(places):
        return np.flatnonzero(values == 0)[:most]
    if len(places) > most:
        places = places[np.argpartition(-values[places], most)[:most]]
    return np.sort(places)
