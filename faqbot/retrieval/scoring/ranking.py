"""Ranking of entries: votes of rows, support by answers, query coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.ridge import NOT_FOR, kernel, local_weights, other_label
from faqbot.retrieval.scoring.candidates import (
    CandidateSource,
    answering_entries,
    candidate_rows,
    rising,
)
from faqbot.retrieval.scoring.scorers import DenseScorer, Scorer, SparseScorer

# Rows of the regression for a query, at most: with 64 the hit rate rose by .001 or less
# (benchmarks/README).
NEIGHBORS = 32

# Entries, at most, that are ranked because of their answer. Chosen by hand.
MAX_ENTRIES_BY_ANSWER = 5

# Entries, by falling score, whose coverage is computed in a large index. Chosen by hand.
MAX_COVERED_ENTRIES = 12

# Similarity of a row that is left out: below the smallest similarity, -1.
ABSENT = -2.0

# Decimal places of a score. Scores that differ less are equal, and the order is the same on all machines.
# Chosen by hand.
SCORE_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries that a query may mean, best first.

    All arrays have one element per entry. *entries* are entry numbers, and *scores* give their
    order. *rows* are the nearest phrasings, and *similarity* that of these rows to the query; 1 is
    equal. *coverage*, 0 to 1, is the share of the query's content that the entry covers. In a large
    index it is 0 after the first `MAX_COVERED_ENTRIES`.
    """

    entries: NDArray[np.intp]
    scores: NDArray[np.float64]
    rows: NDArray[np.intp]
    similarity: NDArray[np.float32]
    coverage: NDArray[np.float32]


EMPTY = Ranking(
    np.zeros(0, np.intp), np.zeros(0), np.zeros(0, np.intp), *np.zeros((2, 0), np.float32)
)


def scorer_for(index: Index, query: Query) -> Scorer:
    """Return the scorer of *query* that is fast for *index*."""
    return DenseScorer(index, query) if index.is_small else SparseScorer(index, query)


def rank_entries(
    index: Index,
    query: Query,
    allowed: NDArray[np.bool_] | None = None,
    include: NDArray[np.intp] | None = None,
    without: int | None = None,
    candidates: CandidateSource = candidate_rows,
) -> Ranking:
    """Rank the entries that *query* may mean.

    Of equal scores, the entry with the nearest row wins. Entries that are not *allowed*, bool
    (entries,), are absent. Rows *include* are always candidates, besides those of *candidates* where
    the index is not solved. Row *without* is ignored.
    """
    if not index.phrasing_count:
        return EMPTY
    scorer = scorer_for(index, query)
    if index.is_solved:
        return rank_all(scorer, allowed, without)
    return rank_nearest(scorer, allowed, include, without, candidates)


def rank_all(scorer: Scorer, allowed: NDArray[np.bool_] | None, without: int | None) -> Ranking:
    """Rank all entries, by the solved regression on all rows."""
    index, dual = scorer.index, scorer.index.dual
    similarity, coverage, support = (
        scorer.similarity(),
        scorer.coverage(without=without),
        scorer.support(),
    )
    usable = None
    if allowed is not None or without is not None:
        usable = usable_rows(index, None, allowed, without)
    if usable is not None:
        dual = index.ridge.without(tuple((~usable).nonzero()[0].tolist()))
        similarity[~usable] = ABSENT
    votes = np.vecdot(dual, kernel(similarity, index.weights))
    scores = support + votes.astype(np.float64)
    scores += index.weights.coverage * coverage
    phrasings = similarity[: index.phrasing_count]
    nearest = np.maximum.reduceat(phrasings, index.first_row[:-1])
    order = np.lexsort((-nearest, -scores.round(SCORE_DECIMALS)))
    if usable is not None:
        order = order[nearest[order] > ABSENT]
    rows = first_nearest(phrasings, nearest, index)
    return Ranking(order, scores[order], rows[order], nearest[order], coverage[order])


def first_nearest(
    similarity: NDArray[np.float32], nearest: NDArray[np.float32], index: Index
) -> NDArray[np.intp]:
    """Return each entry's first row whose *similarity* is its *nearest*.

    The result is intp (entries,).
    """
    rows = (similarity == nearest.repeat(index.phrasing_counts)).nonzero()[0]
    first: NDArray[np.intp] = rows.take(rows.searchsorted(index.first_row[:-1]))
    return first


def rank_nearest(
    scorer: Scorer,
    allowed: NDArray[np.bool_] | None,
    include: NDArray[np.intp] | None,
    without: int | None,
    candidates: CandidateSource,
) -> Ranking:
    """Rank the entries of the rows nearest to the query, by a regression on these rows."""
    index, query = scorer.index, scorer.query
    answering = answering_entries(index, query, MAX_ENTRIES_BY_ANSWER)
    forced = index.first_row[answering]
    if include is not None:
        forced = np.concatenate([include, forced])
    rows = candidates(index, query, allowed)
    if len(forced) and len(rows) < index.row_count:
        rows = rising(rows, forced)
    similarity = scorer.similarity(rows)
    usable = usable_rows(index, rows, allowed, without)
    chosen = nearest_rows(similarity, rows.searchsorted(forced), usable)
    rows, similarity = rows[chosen], similarity[chosen]
    if not len(rows) or rows[0] >= index.positive_count:
        return EMPTY
    terms, vectors = index.row_terms.take(rows), index.vectors.take(rows)
    label_weights = local_weights(terms, vectors, similarity, index.weights)
    voted = votes_of(index, rows, similarity, label_weights, without)
    scores = scorer.support(voted.entries) + voted.scores
    return ordered(scorer, voted, scores, without)


def usable_rows(
    index: Index,
    rows: NDArray[np.intp] | None,
    allowed: NDArray[np.bool_] | None,
    without: int | None,
) -> NDArray[np.bool_] | None:
    """Return whether each of *rows*, or all, may be used, bool (rows,).

    The result is None if all may.
    """
    if allowed is None and without is None:
        return None
    rows = np.arange(index.row_count) if rows is None else rows
    others: NDArray[np.bool_] = rows != without
    return others if allowed is None else others & allowed[index.entry_of[rows]]


def nearest_rows(
    similarity: NDArray[np.float32], forced: NDArray[np.intp], usable: NDArray[np.bool_] | None
) -> NDArray[np.intp]:
    """Return the places of the `NEIGHBORS` nearest rows, and of the *forced* rows, that are *usable*."""
    if usable is not None:
        similarity = np.where(usable, similarity, ABSENT)
    chosen = np.full(len(similarity), len(similarity) <= NEIGHBORS)
    if len(similarity) > NEIGHBORS:
        chosen[np.argpartition(-similarity, NEIGHBORS)[:NEIGHBORS]] = True
    chosen[forced] = True
    return (chosen if usable is None else chosen & usable).nonzero()[0]


def votes_of(
    index: Index,
    rows: NDArray[np.intp],
    similarity: NDArray[np.float32],
    label_weights: NDArray[np.float64],
    without: int | None,
) -> Ranking:
    """Return the entries of *rows*, by number, with the sums of their weighted labels as scores.

    Labels are those of `Index.labels`. An entry's row is its nearest phrasing, or its question if only
    its id phrasing is near. An entry whose only phrasing is row *without* is absent.
    """
    against = -other_label(index.entry_count)
    nearest: dict[int, tuple[int, float]] = {}
    votes: dict[int, float] = {}
    owners = index.entry_of.take(rows).tolist()
    values = zip(rows.tolist(), owners, similarity.tolist(), label_weights.tolist(), strict=True)
    for row, entry, near, weight in values:
        label = 1 + against if row < index.positive_count else NOT_FOR
        votes[entry] = votes.get(entry, 0.0) + label * weight
        if row < index.phrasing_count:
            if entry not in nearest or near > nearest[entry][1]:
                nearest[entry] = (row, near)
        elif row < index.positive_count and entry not in nearest:
            nearest[entry] = (int(index.first_row[entry]), near)
    entries = [entry for entry in sorted(nearest) if nearest[entry][0] != without]
    lost = against * float(label_weights[: rows.searchsorted(index.positive_count)].sum())
    shown = [nearest[entry] for entry in entries]
    return Ranking(
        np.array(entries, np.intp),
        np.array([votes[entry] for entry in entries]) - lost,
        np.array([row for row, _ in shown], np.intp),
        np.array([near for _, near in shown], np.float32),
        np.zeros(len(entries), np.float32),
    )


def ordered(
    scorer: Scorer, voted: Ranking, scores: NDArray[np.float64], without: int | None
) -> Ranking:
    """Return *voted* in the order of *scores*, with the coverage of the first entries added."""
    first = np.sort((-scores).argsort(kind="stable")[:MAX_COVERED_ENTRIES])
    coverage = voted.coverage.copy()
    coverage[first] = scorer.coverage(voted.entries[first], without)
    scores = scores + scorer.index.weights.coverage * coverage
    order = np.lexsort((voted.entries, -voted.similarity, -scores.round(SCORE_DECIMALS)))
    return Ranking(
        voted.entries[order],
        scores[order],
        voted.rows[order],
        voted.similarity[order],
        coverage[order],
    )
