"""Candidates: the rows that a question is compared with. Of few, all; of many, those that share its words.

So that a question costs little more among a million phrasings than among thousands, the rows are found
from their words, those that tell most first, until enough have been read.
"""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import summed
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.scoring.similarity import Comparison

__all__ = ["answering_entries", "candidate_rows", "rising"]

_READ = 1_024
"""How many uses of words are read to find entries by their answers."""

_ROWS, _MOST_ROWS, _SHARE = 64, 384, 1_000
"""So many rows are compared, and of very many more: one in so many, as more of them share the same words."""

_FEWEST = 8
"""So many rows are compared even if they share nothing with the question."""

_DENSE = 50_000
"""So many rows are added up in full; of more, only those that were read."""

_BLOCKS = 1024
_LEAST = 1e-30


def candidate_rows(asked: Comparison, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Return the rows to compare with a question, rising; those of entries that are not *allowed* may lack."""
    index, query, count = asked.index, asked.query, len(asked.index.row_terms)
    if asked.whole:
        return np.arange(count)
    most = max(_ROWS, min(_MOST_ROWS, count // _SHARE))
    rows, sums = _sifted(index, query, count)
    if allowed is not None:
        sums[~allowed[index.entry_of if rows is None else index.entry_of[rows]]] = -1
    best = _best(sums, most)
    if rows is not None:
        best = rows[best]
    if query.vector is not None and query.content_vectors is None:
        best = rising(best, _best(np.vecdot(index.vectors, query.vector), most))
    if len(best) < _FEWEST:
        best = rising(best, _first_allowed(index, allowed))
    return best


def _first_allowed(index: Index, allowed: NDArray[np.bool_] | None) -> NDArray[np.intp]:
    """Return some rows of entries that are *allowed*, for a question that shares nothing with any."""
    if allowed is None:
        return np.arange(min(_FEWEST, len(index.row_terms)))
    return allowed[index.entry_of].nonzero()[0][:_FEWEST]


def _sifted(
    index: Index, query: Query, count: int
) -> tuple[NDArray[np.intp] | None, NDArray[np.float32]]:
    """Return what rows share with *query*, as far as is read.

    That are the rows read, rising, and float32 (len(rows),); or None and float32 (count,), where
    all *count* rows are few.
    """
    words: dict[str, NDArray[np.float32] | None] = dict.fromkeys(query.words)
    if query.content_vectors is not None:
        words |= zip(query.content, query.content_vectors, strict=True)
    found = index.cached_postings.of(words)
    if not found:
        return None, np.zeros(count, np.float32)
    rows = np.concatenate([one.rows for _, one in found])
    worth = np.concatenate([np.float32(weight) * one.worth for weight, one in found])
    if count > _DENSE:
        return summed(rows, worth)
    return None, np.bincount(rows, worth, count).astype(np.float32)


def answering_entries(asked: Comparison, most: int) -> NDArray[np.intp]:
    """Return the entries whose answers share most of what a question is about, rising, at *most* so many."""
    index, vocabulary = asked.index, asked.index.answer_vocabulary
    known = [word for word in asked.query.content if word in vocabulary.id_of]
    told = sorted(
        [(vocabulary.idf_of(word), vocabulary.id_of[word]) for word in known], reverse=True
    )
    left = float(_READ)
    read: list[tuple[float, int]] = []
    for idf, number in told:
        left -= (1 + index.entry_count) * exp(1 - idf) - 1  # about as many answers have it
        if read and left < 0:
            break
        read.append((idf, number))
    if not read:
        return np.zeros(0, np.intp)
    worth = np.array([idf for idf, _ in read], np.float32)
    uses = index.answer_postings.products([number for _, number in read], worth)
    if index.entry_count > _DENSE:
        entries, sums = summed(*uses)
        return entries[_best(sums, most)]
    return _best(np.asarray(np.bincount(*uses, index.entry_count), np.float32), most)


def rising(*numbers: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return *numbers* in rising order, none twice."""
    ordered = np.concatenate(numbers, dtype=np.intp)
    ordered.sort()
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    distinct: NDArray[np.intp] = ordered[first]
    return distinct


def _best(values: NDArray[np.floating], most: int) -> NDArray[np.intp]:
    """Return the places of the *most* largest values above 0, rising."""
    enough = values >= _floor(values, most) if len(values) > _BLOCKS else values > 0
    places: NDArray[np.intp] = enough.nonzero()[0]
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
