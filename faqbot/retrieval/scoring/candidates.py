"""Candidates of a query: the rows worth scoring in a large index.

Postings of the query's terms are read in falling order of idf, within a budget. A query therefore costs
little more among a million rows than among thousands.
"""

from __future__ import annotations

from math import exp
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.csr import sum_by_id
from faqbot.retrieval.index.index import Index, Query

# Postings of answers read for a query, at most. Chosen by hand.
MAX_ANSWER_POSTINGS = 1_024

# Candidates of a query, in rows: at least, at most, and as a share of all rows in between. With more
# rows, more of them share the same terms. Chosen by hand.
MIN_CANDIDATES, MAX_CANDIDATES, CANDIDATE_SHARE = 64, 384, 1 / 1_000

# Candidates, in rows, of a query that shares no term with the index. Chosen by hand.
MIN_UNRELATED_CANDIDATES = 8

# Largest number of rows or entries whose scores are summed densely. Above it, sorting the postings that
# were read costs less than an array of all rows. Chosen by hand.
MAX_DENSE_SUMS = 50_000

# Blocks of `lower_bound`. Chosen by hand, above `MAX_CANDIDATES`.
BLOCKS = 1_024

# Smallest score that counts as above 0. Below any product of weights.
MIN_SCORE = 1e-30


class CandidateSource(Protocol):
    """Source of the rows of an index that are scored for a query; `candidate_rows` is the default.

    Another one can ask a database about an index that is too large for one process.
    """

    def __call__(
        self, index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.intp]:
        """Return some hundred distinct rows at most, rising."""


def candidate_rows(
    index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """Return the rows to score, rising; all rows of a small index.

    Rows of entries that are not *allowed*, bool (entries,), may be missing.
    """
    if index.is_small:
        return np.arange(index.row_count)
    count = max(MIN_CANDIDATES, min(MAX_CANDIDATES, int(index.row_count * CANDIDATE_SHARE)))
    rows, sums = posting_sums(index, query)
    if allowed is not None:
        sums[~allowed[index.entry_of if rows is None else index.entry_of[rows]]] = -1
    best = largest_places(sums, count)
    if rows is not None:
        best = rows[best]
    if query.vector is not None and vectors_say_more(index):
        best = rising(best, largest_places(index.vectors.dot(query.vector), count))
    if len(best) < MIN_UNRELATED_CANDIDATES:
        best = rising(best, first_allowed_rows(index, allowed))
    return best


def vectors_say_more(index: Index) -> bool:
    """Return True if a row's vector is more than the sum of its words', by which it may be found too."""
    return index.vectors.dimensions > int(index.word_vectors.shape[1])


def first_allowed_rows(index: Index, allowed: NDArray[np.bool_] | None) -> NDArray[np.intp]:
    """Return the first rows of *allowed* entries, for a query that shares no term with the index."""
    if allowed is None:
        return np.arange(min(MIN_UNRELATED_CANDIDATES, index.row_count))
    return allowed[index.entry_of].nonzero()[0][:MIN_UNRELATED_CANDIDATES]


def posting_sums(index: Index, query: Query) -> tuple[NDArray[np.intp] | None, NDArray[np.float32]]:
    """Return the rows read, rising, with summed scores, float32 (len(rows),).

    Up to `MAX_DENSE_SUMS` rows, returns None and the sums of all rows, float32 (rows,).
    """
    terms: dict[str, NDArray[np.float32] | None] = dict.fromkeys(query.words)
    if query.content_vectors is not None:
        terms |= zip(query.content, query.content_vectors, strict=True)
    found = index.cached_postings.select(terms)
    if not found:
        return None, np.zeros(index.row_count, np.float32)
    rows = np.concatenate([postings.rows for _, postings in found])
    scores = np.concatenate([np.float32(idf) * postings.scores for idf, postings in found])
    if index.row_count > MAX_DENSE_SUMS:
        return sum_by_id(rows, scores)
    return None, np.bincount(rows, scores, index.row_count).astype(np.float32)


def answering_entries(index: Index, query: Query, count: int) -> NDArray[np.intp]:
    """Return up to *count* entries whose answers share the most content words with *query*, rising."""
    terms = answer_terms(index, query)
    if not terms:
        return np.zeros(0, np.intp)
    idf = np.array([value for value, _ in terms], np.float32)
    postings = index.answer_postings.products(
        np.array([number for _, number in terms], np.intp), idf
    )
    if index.entry_count > MAX_DENSE_SUMS:
        entries, sums = sum_by_id(*postings)
        return entries[largest_places(sums, count)]
    return largest_places(np.asarray(np.bincount(*postings, index.entry_count), np.float32), count)


def answer_terms(index: Index, query: Query) -> list[tuple[float, int]]:
    """Return idf and id of the content words to look up in answers, within `MAX_ANSWER_POSTINGS`."""
    vocabulary = index.answer_vocabulary
    known = [word for word in query.content if word in vocabulary.id_of]
    ranked = sorted(
        ((vocabulary.idf_of(word), vocabulary.id_of[word]) for word in known), reverse=True
    )
    left = float(MAX_ANSWER_POSTINGS)
    terms: list[tuple[float, int]] = []
    for idf, number in ranked:
        left -= (1 + index.entry_count) * exp(1 - idf) - 1  # df, the inverse of `Vocabulary.of`
        if terms and left < 0:
            break
        terms.append((idf, number))
    return terms


def rising(*numbers: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return the distinct *numbers* of all arrays, rising."""
    ordered = np.concatenate(numbers, dtype=np.intp)
    ordered.sort()
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    distinct: NDArray[np.intp] = ordered[first]
    return distinct


def largest_places(values: NDArray[np.floating], count: int) -> NDArray[np.intp]:
    """Return the places of the *count* largest positive values, rising."""
    large = values >= lower_bound(values, count) if len(values) > BLOCKS else values > 0
    places: NDArray[np.intp] = large.nonzero()[0]
    if len(places) > count:
        places = places[np.argpartition(-values[places], count)[:count]]
        places.sort()
    return places


def lower_bound(values: NDArray[np.floating], count: int) -> float:
    """Return a bound above 0 that at least *count* values reach, if that many are above 0.

    Partitions the maxima of blocks instead of all values, which is faster.
    """
    size = len(values) // BLOCKS
    largest = values[: size * BLOCKS].reshape(size, BLOCKS).max(axis=0)
    largest.partition(BLOCKS - count)
    return max(float(largest[BLOCKS - count]), MIN_SCORE)
