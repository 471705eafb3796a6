"""Candidates: the rows that a question is compared with. Of few, all; of many, those that share its words.

So that a question costs little more among a million phrasings than among thousands, the rows are found
from their words, those that tell most first, until enough have been read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Activation, Comparison
from faqbot.retrieval.sparse import Sparse

__all__ = ["candidate_entries", "candidate_rows", "rising"]

_FEW = 2_000
"""So many entries are all compared."""

_READ = 16_384
"""How many uses of words are read to find candidates."""

_ROWS, _ENTRIES = 384, 64

_BLOCKS = 1024
_LEAST = 1e-30


def candidate_rows(asked: Comparison, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Return the rows to compare with a question, rising; those of entries that are not *allowed* may lack."""
    index, query, count = asked.index, asked.query, len(asked.index.words)
    if asked.whole:
        return np.arange(count)
    ids, weights = asked.words
    if query.content_vectors is not None:
        meant, meaning = _meant(index, query.content, query.content_vectors), index.mixture.meaning
        ids = np.concatenate([ids, meant[0]])
        weights = np.concatenate([(1 - meaning) * weights, meaning * meant[1]])
    sums = _overlap(index.postings, ids, weights * index.lexicon.rarity[ids], count)
    if allowed is not None:
        sums[~allowed[index.entry_of]] = -1
    best = _best(sums, _ROWS)
    if query.vector is not None and query.content_vectors is None:
        best = rising(best, _best(np.vecdot(index.vectors, query.vector), _ROWS))
    return best


def candidate_entries(asked: Comparison, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the entries to consider, rising: those of *rows*, and those whose answers share words."""
    index, (ids, weights) = asked.index, asked.answer_words
    count = index.entry_count
    if count <= _FEW:
        return np.arange(count)
    worth = weights * index.answer_lexicon.rarity[ids]
    shared = _best(_overlap(index.answer_postings, ids, worth, count), _ENTRIES)
    return rising(shared, index.entry_of[rows])


def rising(*numbers: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return *numbers* in rising order, none twice."""
    ordered = np.concatenate(numbers, dtype=np.intp)
    ordered.sort()
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    distinct: NDArray[np.intp] = ordered[first]
    return distinct


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
    enough = values >= _floor(values, most) if len(values) > _BLOCKS else values > 0
    places: NDArray[np.intp] = enough.nonzero()[0]
    if not len(places):
        places = (values == 0).nonzero()[0][:most]
    if len(places) > most:
        places = places[np.argpartition(-values[places], most)[:most]]
        places.sort()
    return places


def _floor(values: NDArray[np.floating], most: int) -> float:
    """Return a number above 0 that at least *most* of *values* reach, if so many are above 0.

    To find the largest of each of some blocks of *values*, and of these the *most* largest, is quicker
    than to put in order all that are above 0.
    """
    size = len(values) // _BLOCKS
    largest = values[: size * _BLOCKS].reshape(size, _BLOCKS).max(axis=0)
    largest.partition(_BLOCKS - most)
    return max(float(largest[_BLOCKS - most]), _LEAST)
