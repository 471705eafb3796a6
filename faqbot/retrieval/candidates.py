"""Candidates: the rows that a question is compared with. Of few, all; of many, those that share its words.

So that a question costs little more among a million phrasings than among thousands, the rows are found
from their words, those that tell most first, until enough have been read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Activation, Query, answer_activation, word_activation
from faqbot.retrieval.sparse import Sparse

__all__ = ["candidate_entries", "candidate_rows"]

_FEW = 2_000
"""So many rows, or entries, are all compared."""

_READ = 16_384
"""How many uses of words are read to find candidates."""

_ROWS, _ENTRIES = 384, 64


def candidate_rows(
    index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """Return the rows to compare with *query*, rising; those of entries that are not *allowed* may lack."""
    count = len(index.words)
    if count <= _FEW:
        return np.arange(count)
    ids, weights = word_activation(index, query)
    if query.content_vectors is not None:
        meant, meaning = _meant(index, query.content, query.content_vectors), index.mixture.meaning
        ids = np.concatenate([ids, meant[0]])
        weights = np.concatenate([(1 - meaning) * weights, meaning * meant[1]])
    sums = _overlap(index.postings, ids, weights * index.lexicon.rarity[ids], count)
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
    ids, weights = answer_activation(index, query)
    worth = weights * index.answer_lexicon.rarity[ids]
    return np.union1d(
        _best(_overlap(index.answer_postings, ids, worth, count), _ENTRIES), index.entry_of[rows]
    )


def _meant(index: Index, content: Sequence[str], vectors: NDArray[np.float32]) -> Activation:
    """Return which known words mean nearly what a word of *content* does, and what each counts.

    *vectors* are those of *content*, float32 (len(content), dimensions).
    """
    near = [
        index.meanings.near(word, vector) for word, vector in zip(content, vectors, strict=True)
    ]
    rarity = np.array([index.lexicon.rarity_of(word) for word in content], np.float32)
    rarity /= np.sqrt(rarity @ rarity)
    shares = rarity.repeat([len(one.ids) for one in near])
    ids, likeness = (
        np.concatenate([getattr(one, name) for one in near]) for name in ("ids", "likeness")
    )
    return ids, shares * likeness


def _overlap(
    postings: Sparse, ids: NDArray[np.integer], worth: NDArray[np.float32], count: int
) -> NDArray[np.float32]:
    """Return how much each of *count* rows shares of the features *ids*, as far as is read: float32 (count,).

    The features of most *worth*, float32 (len(ids),), are read first.
    """
    order = np.argsort(-worth, kind="stable")
    read = (postings.starts[ids + 1] - postings.starts[ids])[order].cumsum()
    first = order[: max(1, int(read.searchsorted(_READ, side="right")))]
    return postings.mix(ids[first], worth[first], count)


def _best(values: NDArray[np.floating], most: int) -> NDArray[np.intp]:
    """Return the places of the *most* largest values above 0, rising; of the first zeros if none is."""
    places = np.flatnonzero(values > 0)
    if not len(places):
        return np.flatnonzero(values == 0)[:most]
    if len(places) > most:
        places = places[np.argpartition(-values[places], most)[:most]]
    return np.sort(places)
