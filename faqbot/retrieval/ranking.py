"""From what counts for each phrasing to a ranking of entries."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.coverage import coverage
from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Query, answer_support, likeness, ridge_weights

__all__ = ["Ranking", "rank_entries", "unknown_share"]

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
    alike = likeness(index, query)
    if allowed is not None:
        alike[~allowed[index.entry_of]] = -1
    if without is not None:
        alike[without] = -1
    support = answer_support(index, query)
    rows = _candidates(index, alike, support)
    if include is not None:
        rows = np.union1d(rows, include)
    if allowed is not None:
        rows = rows[allowed[index.entry_of[rows]]]
    rows = rows[rows != without]
    if not (rows < index.asking).any():
        return _NOTHING
    scores = _votes(index, rows, ridge_weights(index, rows, alike[rows])) + support
    return _rank(index, query, rows, alike[rows], scores, without)


def unknown_share(index: Index, query: Query, gone: Container[str] = ()) -> float:
    """Return the share, 0 to 1, of the query's content, weighed by rarity, that no phrasing or answer names.

    *gone* are words to take as unknown.
    """
    total = missing = 0.0
    for word in query.content:
        rarity = index.lexicon.rarity_of(word)
        total += rarity
        named = word in index.answer_lexicon.id_of or word in index.lexicon.id_of
        if not named or word in gone:
            missing += rarity
    return missing / total if total else 0.0


def _candidates(
    index: Index, alike: NDArray[np.float32], support: NDArray[np.float32]
) -> NDArray[np.intp]:
    """Return the rows nearest to the question, and the questions of entries whose answers are nearest."""
    nearest = np.arange(len(alike))
    if len(alike) > NEIGHBOURS:
        nearest = np.argpartition(-alike, NEIGHBOURS)[:NEIGHBOURS]
    by_answer = np.argsort(-support, kind="stable")[:_BY_ANSWER]
    return np.union1d(nearest, index.first_row[by_answer[support[by_answer] > 0]])


def _votes(
    index: Index, rows: NDArray[np.intp], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Add up what *rows* say for each entry, float64 (entries,).

    A phrasing's label is 1 for its entry and -1/(entries - 1) for every other; the label of one that
    its entry is not for is _NOT_FOR for that entry.
    """
    sign = np.where(rows < index.asking, 1.0, _NOT_FOR)
    votes = np.bincount(index.entry_of[rows], weights * sign, index.entry_count)
    others = weights[sign > 0].sum() - votes
    total: NDArray[np.float64] = votes - others / max(index.entry_count - 1, 1)
    return total


def _rank(
    index: Index,
    query: Query,
    rows: NDArray[np.intp],
    alike: NDArray[np.float32],
    scores: NDArray[np.float64],
    without: int | None,
) -> Ranking:
    rows, alike = _nearest_of_each_entry(index, rows, alike)
    entries = index.entry_of[rows].astype(np.intp)
    totals = scores[entries]
    first = np.argsort(-totals, kind="stable")[:_COVERAGE_CONSIDERED]
    covered = np.zeros(len(entries), np.float32)
    covered[first] = coverage(index, query, entries[first], without)
    totals += index.mixture.coverage * covered
    order = np.lexsort((entries, -alike, -np.round(totals, 9)))
    return Ranking(entries[order], totals[order], rows[order], alike[order], covered[order])


def _nearest_of_each_entry(
    index: Index, rows: NDArray[np.intp], alike: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    asking = rows < index.asking
    rows, alike = rows[asking], alike[asking]
    order = np.lexsort((rows, -alike))
    first = np.unique(index.entry_of[rows[order]], return_index=True)[1]
    return rows[order][first], alike[order][first]
