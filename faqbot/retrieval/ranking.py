"""From what counts for each phrasing to a ranking of entries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.candidates import candidate_entries, candidate_rows, rising
from faqbot.retrieval.coverage import coverage
from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Comparison, Query, ridge_weights

__all__ = ["Ranking", "rank_entries"]

NEIGHBOURS = 64
_BY_ANSWER = 5
_NOT_FOR = -0.5  # at -1, a phrasing that an entry is not for pushed away good paraphrases as well
_COVERAGE_CONSIDERED = 12


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
    if not index.asking:
        return _NOTHING
    asked = Comparison(index, query)
    own = np.zeros(0, np.intp) if include is None else include
    rows = _joined(candidate_rows(asked, allowed), own, len(index.words))
    entries = candidate_entries(asked, rows)
    support = asked.support(entries)
    forced = np.concatenate([own, _by_answer(index, entries, support)])
    rows = _joined(rows, forced, len(index.words))
    alike = asked.likeness(rows)
    chosen = _chosen(alike, rows.searchsorted(forced), _usable(index, rows, allowed, without))
    rows, alike = rows[chosen], alike[chosen]
    if not len(rows) or rows[0] >= index.asking:
        return _NOTHING
    scores = support + _votes(index, entries, rows, ridge_weights(index, rows, alike))
    near = _nearest_of_each_entry(index, rows, alike)
    return _rank(index, query, near, scores[entries.searchsorted(near[0])], without)


def _joined(rows: NDArray[np.intp], more: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return *rows* and *more*, rising and none twice; there are *count* in all."""
    return rows if len(rows) == count or not len(more) else rising(rows, more)


def _by_answer(
    index: Index, entries: NDArray[np.intp], support: NDArray[np.float32]
) -> NDArray[np.intp]:
    """Return the questions of the *entries* whose answers have most *support*."""
    found = (support > 0).nonzero()[0]
    if len(found) > _BY_ANSWER:
        least = np.partition(support[found], -_BY_ANSWER)[-_BY_ANSWER]
        found = found[support[found] >= least]
    best = found[(-support[found]).argsort(kind="stable")[:_BY_ANSWER]]
    return index.first_row[entries[best]]


def _usable(
    index: Index, rows: NDArray[np.intp], allowed: NDArray[np.bool_] | None, without: int | None
) -> NDArray[np.bool_] | None:
    """Tell which *rows* may be used, bool (len(rows),); None when all may."""
    if allowed is None:
        return None if without is None else rows != without
    usable: NDArray[np.bool_] = allowed[index.entry_of[rows]]
    return usable if without is None else usable & (rows != without)


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


def _votes(
    index: Index,
    entries: NDArray[np.intp],
    rows: NDArray[np.intp],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Add up what *rows*, which rise, say for each of *entries*, which hold theirs: float64 (len(entries),).

    A phrasing's label is 1 for its entry and -1/(entries - 1) for every other; the label of one that
    its entry is not for is _NOT_FOR for that entry.
    """
    asking = rows.searchsorted(index.asking)
    labels = weights.copy()
    labels[asking:] *= _NOT_FOR
    votes = np.bincount(entries.searchsorted(index.entry_of[rows]), labels, len(entries))
    others = weights[:asking].sum() - votes
    total: NDArray[np.float64] = votes - others / max(index.entry_count - 1, 1)
    return total


def _rank(
    index: Index,
    query: Query,
    near: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]],
    scores: NDArray[np.float64],
    without: int | None,
) -> Ranking:
    entries, rows, alike = near
    first = np.argsort(-scores, kind="stable")[:_COVERAGE_CONSIDERED]
    covered = np.zeros(len(entries), np.float32)
    covered[first] = coverage(index, query, entries[first], without)
    totals = scores + index.mixture.coverage * covered
    order = np.lexsort((entries, -alike, -totals.round(9)))
    return Ranking(entries[order], totals[order], rows[order], alike[order], covered[order])


def _nearest_of_each_entry(
    index: Index, rows: NDArray[np.intp], alike: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return the entries that *rows*, which rise, ask for, each with its row most *alike*, and how alike."""
    asking = rows.searchsorted(index.asking)
    rows, alike = rows[:asking], alike[:asking]
    entries = index.entry_of[rows]
    order = np.lexsort((-alike, entries))
    first = np.ones(len(entries), np.bool_)
    np.not_equal(entries[1:], entries[:-1], out=first[1:])
    nearest = order[first]
    return entries[first].astype(np.intp), rows[nearest], alike[nearest]
