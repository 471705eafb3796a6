"""Verdict on a ranking: its entries in another order, with the reason not to answer with the best one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.contradictions import Abstention
from faqbot.retrieval.scoring.ranking import Ranking

# Entries that are offered together, at most. Chosen by hand: people read few.
MAX_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Ranking after the comparison of its entries, with their *confidences*, float64 (entries,).

    *abstention* is the reason not to answer with the best entry; None without a reason. *named* is True
    if the question is a keyword of the best entry.
    """

    ranking: Ranking
    confidences: NDArray[np.float64]
    abstention: Abstention | None = None
    named: bool = False


def moved_first(found: Verdict, places: Sequence[int]) -> Verdict:
    """Return *found* with the entries at *places* first, in order.

    A score orders matches, so that each moved entry has at least the score of those after it.
    """
    is_other = np.ones(len(found.confidences), np.bool_)
    is_other[[*places]] = False
    order = np.concatenate([np.array(places, np.intp), is_other.nonzero()[0]])
    ranking = found.ranking
    moved = Ranking(
        ranking.entries[order],
        np.maximum.accumulate(ranking.scores[order][::-1])[::-1],
        ranking.rows[order],
        ranking.similarity[order],
        ranking.coverage[order],
    )
    return replace(found, ranking=moved, confidences=found.confidences[order])


def falling(confidences: NDArray[np.float64], moved: Verdict) -> NDArray[np.float64]:
    """Return *confidences*, of the order before, for the first entry of *moved* and those after it."""
    given = moved.confidences.copy()
    given[0] = confidences[0]
    given[1:] = np.minimum(given[1:], confidences[1] if len(confidences) > 1 else 0.0)
    falling: NDArray[np.float64] = np.minimum.accumulate(given)
    return falling


def offered(
    found: Verdict, places: Sequence[int], abstention: Abstention, least: float = 0.0
) -> Verdict:
    """Return *found* with the entries at *places* first.

    Each is as likely as the others.
    """
    places = places[:MAX_OFFERED]
    moved = moved_first(found, places)
    count = len(places)
    shared = max(float(moved.confidences[:count].sum()), least) / count
    confidences = moved.confidences.copy()
    confidences[:count] = shared
    np.minimum(confidences[count:], shared, out=confidences[count:])
    return Verdict(moved.ranking, confidences, abstention)
