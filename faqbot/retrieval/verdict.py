"""Verdict on a ranking: its entries in another order, with the reason not to answer with the best one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.contradictions import Abstention
from faqbot.retrieval.scoring.ranking import Ranking

# Ranked entries that are compared with the best one. Chosen by hand.
MAX_RIVALS = 6

# Entries that are offered together, at most. Chosen by hand: people read few.
MAX_OFFERED = 3

# Ratio of the second confidence to the first from which both entries are offered. On the dev splits,
# about as many of the answers withheld by this rule were wrong as right.
CLOSE_RATIO = 0.85

# Confidence of a rival, as a share of the best entry's, if neither has all words of the question. From
# this share the question may leave open which entry it means. Below it, 6 of 6 withheld answers were
# right on the dev splits of five sets, above it 10 of 24.
MIN_CONFIDENCE_RATIO = 0.4

# Phrasings of a knowledge base in which no confidence outweighs a word that the best entry lacks. With twice
# as many, half a confidence does. Chosen by hand, on the dev splits.
WELL_FOUNDED_PHRASINGS = 320

# Confidence of the best entry that outweighs a name that it lacks, and rivals that are unlikely beside it. On
# the dev splits of ten sets, 86 of 97 answers that were withheld so were right.
MIN_CONFIDENCE_WITHOUT_NAME = 0.9


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

    def is_sure(self, least: float, phrasing_count: int) -> bool:
        """Return True if the confidence of the best entry is at least *least*, and well founded.

        The fewer phrasings a knowledge base has, the less its confidences say of words that it lacks.
        *phrasing_count* is their number.
        """
        founded = WELL_FOUNDED_PHRASINGS / max(phrasing_count, 1)
        return bool(self.confidences[0] >= max(least, founded))

    def is_similar(self, place: int, ratio: float) -> bool:
        """Return True if the entry at *place* is about as similar to the question as the best one."""
        return bool(self.ranking.similarity[place] >= ratio * self.ranking.similarity[0])

    def is_likely(self, place: int, ratio: float = MIN_CONFIDENCE_RATIO) -> bool:
        """Return True if the entry at *place* is likely enough beside the best one to be meant instead."""
        return bool(self.confidences[place] >= ratio * self.confidences[0])

    def is_second_likely(self, ratio: float = MIN_CONFIDENCE_RATIO) -> bool:
        """Return True if there is a second entry, and it is likely enough beside the best one."""
        return len(self.confidences) > 1 and self.is_likely(1, ratio)

    def is_close(self) -> bool:
        """Return True if two entries are about equally likely."""
        return self.is_second_likely(CLOSE_RATIO)


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
