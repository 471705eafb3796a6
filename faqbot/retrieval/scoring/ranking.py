"""From what counts for each phrasing to a ranking of entries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.ridge import NOT_FOR, kernel, local_weights, other_label
from faqbot.retrieval.scoring.candidates import answering_entries, candidate_rows, rising
from faqbot.retrieval.scoring.dense import compare_whole
from faqbot.retrieval.scoring.similarity import Comparison, coverage

__all__ = ["Ranking", "rank_entries"]

NEIGHBOURS = 32
_BY_ANSWER = 5
_COVERAGE_CONSIDERED = 12
_ABSENT = -2.0
"""Less alike than any row is: one that is left out."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The entries a question may mean, best first; all arrays have one element an entry.

    *entries* are entry numbers, *scores* order them, *rows* are their nearest phrasings and *alike* how
    alike those are to the question (1 is equal). *covered* is the share, 0 to 1, of what the question is
    about that the entry's phrasings speak of; it is reckoned for the first dozen, and 0 for the rest.
    """

    entries: NDArray[np.intp]
    scores: NDArray[np.float64]
    rows: NDArray[np.intp]
    alike: NDArray[np.float32]
    covered: NDArray[np.float32]


_NOTHING = Ranking(
    np.zeros(0, np.intp), np.zeros(0), np.zeros(0, np.intp), *np.zeros((2, 0), np.float32)
)


def rank_entries(
    index: Index,
    query: Query,
    allowed: NDArray[np.bool_] | None = None,
    include: NDArray[np.intp] | None = None,
    without: int | None = None,
) -> Ranking:
    """Rank the entries that *query* may mean; of equal scores, the one with the nearest phrasing wins.

    *allowed*, bool (entries,), leaves out the entries that may not be shown; *include* are rows to
    consider however unlike the question they are; *without* is a row to do as if there were none.
    """
    if not index.phrasing_count:
        return _NOTHING
    if index.dual.size:
        return _rank_whole(index, query, allowed, without)
    return _rank_nearest(index, query, allowed, include, without)


def _rank_whole(
    index: Index, query: Query, allowed: NDArray[np.bool_] | None, without: int | None
) -> Ranking:
    """Rank all entries, by all of the rows."""
    compared = compare_whole(index, query)
    alike, covered, dual = compared.alike, compared.covered, index.dual
    usable = _usable(index, None, allowed, without)
    if usable is not None:
        dual = index.ridge.without(tuple((~usable).nonzero()[0].tolist()))
        alike[~usable] = _ABSENT
    if without is not None:
        own = index.entry_of[[without]].astype(np.intp)
        covered[own] = coverage(index, query, own, without)
    scores = compared.support + np.vecdot(dual, kernel(alike, index.weights)).astype(np.float64)
    scores += index.weights.coverage * covered
    nearest = np.maximum.reduceat(alike[: index.phrasing_count], index.first_row[:-1])
    order = np.lexsort((-nearest, -scores.round(9)))
    if usable is not None:
        order = order[nearest[order] > _ABSENT]
    rows = _first_at(alike[: index.phrasing_count], nearest, index.first_row)
    return Ranking(order, scores[order], rows[order], nearest[order], covered[order])


def _first_at(
    alike: NDArray[np.float32], nearest: NDArray[np.float32], first_row: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return each entry's first row that is as *alike* as its *nearest*: (entries,)."""
    rows = (alike == nearest.repeat(first_row[1:] - first_row[:-1])).nonzero()[0]
    found: NDArray[np.intp] = rows[rows.searchsorted(first_row[:-1])]
    return found


def _rank_nearest(
    index: Index,
    query: Query,
    allowed: NDArray[np.bool_] | None,
    include: NDArray[np.intp] | None,
    without: int | None,
) -> Ranking:
    """Rank the entries that the rows most like the question speak for."""
    asked = Comparison(index, query)
    own = np.zeros(0, np.intp) if include is None else include
    forced = np.concatenate([own, index.first_row[answering_entries(asked, _BY_ANSWER)]])
    rows = _joined(candidate_rows(asked, allowed), forced, len(index.row_terms))
    alike = asked.similarity(rows)
    chosen = _chosen(alike, rows.searchsorted(forced), _usable(index, rows, allowed, without))
    rows, alike = rows[chosen], alike[chosen]
    if not len(rows) or rows[0] >= index.positive_count:
        return _NOTHING
    weights = local_weights(
        index.row_terms.take(rows), index.vectors.take(rows, axis=0), alike, index.weights
    )
    voted = _voted(index, rows, alike, weights, without)
    scores = asked.support(voted.entries) + voted.scores
    return _rank(index, query, voted, scores, without)


def _joined(rows: NDArray[np.intp], more: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return *rows* and *more*, rising and none twice; there are *count* in all."""
    return rows if len(rows) == count or not len(more) else rising(rows, more)


def _usable(
    index: Index,
    rows: NDArray[np.intp] | None,
    allowed: NDArray[np.bool_] | None,
    without: int | None,
) -> NDArray[np.bool_] | None:
    """Tell which of *rows*, or of all, may be used, bool (len(rows),); None when each may."""
    if allowed is None and without is None:
        return None
    if rows is None:
        rows = np.arange(len(index.row_terms))
    others: NDArray[np.bool_] = rows != without
    if allowed is None:
        return others
    usable: NDArray[np.bool_] = allowed[index.entry_of[rows]]
    return usable if without is None else usable & others


def _chosen(
    alike: NDArray[np.float32], forced: NDArray[np.intp], usable: NDArray[np.bool_] | None
) -> NDArray[np.intp]:
    """Return the places of the rows most alike, and of those *forced* in, that are *usable*."""
    if usable is not None:
        alike = np.where(usable, alike, -1)
    chosen = np.full(len(alike), len(alike) <= NEIGHBOURS)
    if len(alike) > NEIGHBOURS:
        chosen[np.argpartition(-alike, NEIGHBOURS)[:NEIGHBOURS]] = True
    chosen[forced] = True
    return (chosen if usable is None else chosen & usable).nonzero()[0]


def _voted(
    index: Index,
    rows: NDArray[np.intp],
    alike: NDArray[np.float32],
    weights: NDArray[np.float64],
    without: int | None,
) -> Ranking:
    """Add up what *rows*, which rise, say for each entry that they speak for, in rising order.

    The label of a row is as in `Index.ridge`. An entry's row is the phrasing most alike, or its question
    where only a label is near; if it is row *without*, the entry has no other phrasing, and is not there.
    """
    asking, speaking, against = (
        index.phrasing_count,
        index.positive_count,
        -other_label(index.entry_count),
    )
    nearest: dict[int, tuple[int, float]] = {}
    votes: dict[int, float] = {}
    owners = index.entry_of.take(rows).tolist()
    told = zip(rows.tolist(), owners, alike.tolist(), weights.tolist(), strict=True)
    for row, entry, like, weight in told:
        label = 1 + against if row < speaking else NOT_FOR
        votes[entry] = votes.get(entry, 0.0) + label * weight
        if row < asking:
            if entry not in nearest or like > nearest[entry][1]:
                nearest[entry] = (row, like)
        elif row < speaking and entry not in nearest:
            nearest[entry] = (int(index.first_row[entry]), like)
    entries = [entry for entry in sorted(nearest) if nearest[entry][0] != without]
    lost = against * float(weights[: rows.searchsorted(index.positive_count)].sum())
    shown = [nearest[entry] for entry in entries]
    return Ranking(
        np.array(entries, np.intp),
        np.array([votes[entry] for entry in entries]) - lost,
        np.array([row for row, _ in shown], np.intp),
        np.array([like for _, like in shown], np.float32),
        np.zeros(len(entries), np.float32),
    )


def _rank(
    index: Index, query: Query, voted: Ranking, scores: NDArray[np.float64], without: int | None
) -> Ranking:
    """Put what is *voted* for in order by *scores*, with coverage reckoned and added."""
    first = (-scores).argsort(kind="stable")[:_COVERAGE_CONSIDERED]
    covered = voted.covered
    covered[first] = coverage(index, query, voted.entries[first], without)
    scores += index.weights.coverage * covered
    order = np.lexsort((voted.entries, -voted.alike, -scores.round(9)))
    return Ranking(
        voted.entries[order], scores[order], voted.rows[order], voted.alike[order], covered[order]
    )
