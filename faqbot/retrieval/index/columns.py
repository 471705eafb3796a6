"""Caches of a query term's scores, postings and nearest terms.

A small index adds up one dense column of scores per query term. A large index reads the postings of the
terms that weigh most. Both are computed on a term's first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.bounded_cache import BoundedCache
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.vocabulary import SimilarTerms, Vocabulary

# Nearest terms by vector that count as a query term, at most. Chosen by hand.
MAX_NEAREST_TERMS = 32

# Cosine of two word vectors above which the words count as near. Chosen by hand.
MIN_COSINE = 0.4

# Capacity of the cache of nearest terms, in query terms: about 10 MB. Chosen by hand.
MAX_CACHED_TERMS = 20_000

# Postings read for a query, at most: this many, or this share of the rows if that is more. Chosen by
# hand, for a cost per query that grows little with the index.
MAX_POSTINGS_PER_QUERY, MIN_ROW_SHARE = 4_096, 1 / 32

# Postings of similar terms read for a query term, at most, beside its own. Chosen by hand.
MAX_POSTINGS_OF_SIMILAR_TERMS = 1_024

# Similarity of spelling, 0 to 1, below which postings of a similar term are not read. These terms are
# many, and are rarely meant. Chosen by hand.
MIN_SPELLING_SIMILARITY = 0.2

# Capacity of a `PostingsCache`, in bytes. Chosen by hand.
MAX_POSTINGS_BYTES = 8_000_000

# Capacity of a `TermScoreCache`, in bytes: 750 columns of 2,000 rows. With 250, half of the words of a
# hundred questions were computed again (benchmarks/README, "Speed").
MAX_COLUMNS_BYTES = 6_000_000

# Columns that a `TermScoreCache` holds even above its capacity in bytes. They cover a long question.
# Chosen by hand.
MIN_CACHED_COLUMNS = 64

# Bytes of one float32 score.
FLOAT32_BYTES = 4

QueryVectors: TypeAlias = Mapping[str, NDArray[np.float32] | None]
"""Query terms, each with its unit vector float32 (dimensions,), or None."""


class NearestTerms:
    """Known terms nearest to a query term by word vector, cached.

    Thread-safe.
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Take the known terms' unit *vectors*, float32 (terms, dimensions)."""
        self._vectors = vectors
        self._nearest = BoundedCache[str, SimilarTerms](MAX_CACHED_TERMS)

    def near(self, word: str, vector: NDArray[np.float32]) -> SimilarTerms:
        """Return the known terms nearest to *word*, whose unit *vector* is float32 (dimensions,).

        Similarity is the cosine. Ids rise.
        """
        found = self._nearest.get(word)
        return self._nearest.store(word, self._compare(vector)) if found is None else found

    def _compare(self, vector: NDArray[np.float32]) -> SimilarTerms:
        cosine = np.vecdot(self._vectors, vector)
        ids = np.flatnonzero(cosine > MIN_COSINE)
        if len(ids) > MAX_NEAREST_TERMS:
            nearest = np.argpartition(-cosine[ids], MAX_NEAREST_TERMS)[:MAX_NEAREST_TERMS]
            ids = np.sort(ids[nearest])
        return SimilarTerms(ids.astype(np.int32), cosine[ids])


@dataclass(frozen=True, slots=True)
class TermPostings:
    """Postings of a query term and its similar terms: *rows* int32 (k,), *scores* float32 (k,).

    A row occurs once for each of these terms that it contains.
    """

    rows: NDArray[np.int32]
    scores: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Size of both arrays, in bytes."""
        return self.rows.nbytes + self.scores.nbytes


class PostingsCache:
    """Postings of query terms in a large index, expanded by similar terms.

    Thread-safe. Holds at most `MAX_POSTINGS_BYTES`, then clears.
    """

    def __init__(
        self,
        postings: CsrMatrix,
        vocabulary: Vocabulary,
        nearest_terms: NearestTerms,
        meaning: float,
        row_count: int,
    ) -> None:
        """Read the *postings* of the terms of *vocabulary* among *row_count* rows.

        *meaning*, 0 to 1, is the share of a score that goes to terms near by vector.
        """
        self._postings = postings
        self._vocabulary = vocabulary
        self._nearest_terms = nearest_terms
        self._meaning = meaning
        self._row_count = row_count
        self._budget = max(MAX_POSTINGS_PER_QUERY, int(row_count * MIN_ROW_SHARE))
        self._read = BoundedCache[tuple[str, bool], TermPostings](
            MAX_POSTINGS_BYTES, lambda found: found.nbytes
        )

    def select(self, terms: QueryVectors) -> list[tuple[float, TermPostings]]:
        """Return the postings of the *terms* with the highest idf, each with that idf.

        The first term is always read. Others follow within `MAX_POSTINGS_PER_QUERY`.
        """
        ranked = sorted(((self._vocabulary.idf_of(term), term) for term in terms), reverse=True)
        found: list[tuple[float, TermPostings]] = []
        read = 0.0
        for idf, term in ranked:
            df = (1 + self._row_count) * exp(1 - idf) - 1  # the inverse of `Vocabulary.of`
            if found and read + df > self._budget:
                break
            found.append((idf, self._of(term, terms[term])))
            read += df
        return found

    def _of(self, term: str, vector: NDArray[np.float32] | None) -> TermPostings:
        key = (term, vector is not None)
        found = self._read.get(key)
        return self._read.store(key, self._expand(term, vector)) if found is None else found

    def _expand(self, term: str, vector: NDArray[np.float32] | None) -> TermPostings:
        near = [(1 - self._meaning, _clearly_similar(self._vocabulary.similar_terms(term)))]
        if vector is not None:
            near.append((self._meaning, self._nearest_terms.near(term, vector)))
        ids = np.concatenate([terms.ids for _, terms in near])
        scores = np.concatenate([np.float32(share) * terms.similarity for share, terms in near])
        read = self._within_budget(ids, scores, self._vocabulary.id_of.get(term))
        ids = ids[read]
        return TermPostings(*self._postings.products(ids, scores[read] * self._vocabulary.idf[ids]))

    def _within_budget(
        self, ids: NDArray[np.int32], scores: NDArray[np.float32], own: int | None
    ) -> NDArray[np.intp]:
        """Return the places of the *ids* to read: the query term's *own* id, then the best scores."""
        order = (-scores).argsort(kind="stable")
        is_own = ids[order] == own
        others = order[~is_own]
        df = self._postings.starts[ids[others] + 1] - self._postings.starts[ids[others]]
        count = int(df.cumsum().searchsorted(MAX_POSTINGS_OF_SIMILAR_TERMS, side="right"))
        return np.concatenate([order[is_own], others[: max(count, int(own is None))]])


def _clearly_similar(near: SimilarTerms) -> SimilarTerms:
    clear = near.similarity >= MIN_SPELLING_SIMILARITY
    return SimilarTerms(near.ids[clear], near.similarity[clear])


class TermScoreCache(BoundedCache[str, NDArray[np.float32]]):
    """Score column per query term, float32 (*size*,), computed on first use. Thread-safe.

    Holds at most `MAX_COLUMNS_BYTES`, then clears.
    """

    def __init__(self, postings: CsrMatrix, size: int, *, best: bool = False) -> None:
        """Take the *postings* of known terms among *size* rows or entries.

        A row's score is the sum over its terms similar to the query term, or their maximum if *best*.
        """
        column_bytes = FLOAT32_BYTES * max(size, 1)
        super().__init__(max(MIN_CACHED_COLUMNS, MAX_COLUMNS_BYTES // column_bytes))
        self.size = size
        self._postings = postings
        self._reduce = np.maximum if best else np.add

    def compute(self, term: str, near: SimilarTerms) -> NDArray[np.float32]:
        """Store and return the column of *term*, to which the known terms *near* are similar."""
        found = self._postings.take(near.ids)
        similarity = near.similarity.repeat(found.starts[1:] - found.starts[:-1])
        column = np.zeros(self.size, np.float32)
        self._reduce.at(column, found.ids, similarity * found.weights)
        return self.store(term, column)
