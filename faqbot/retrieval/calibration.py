"""From a score to a confidence: the probability that the best entry is the right one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Caution
from faqbot.retrieval.ranking import Ranking

__all__ = ["WITHOUT_ENCODER", "WITH_ENCODER", "Calibration", "Thresholds", "thresholds"]

_LEAD = 0.4
"""What an entry's lead over the next one counts beside its score. More of it tells right entries from
their neighbours better, and questions that no entry answers worse."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidence, 0 to 1, from which a bot answers, and from which it offers choices."""

    answer: float
    suggest: float


_THRESHOLDS = {
    Caution.LOW: Thresholds(answer=0.50, suggest=0.20),
    Caution.NORMAL: Thresholds(answer=0.65, suggest=0.30),
    Caution.HIGH: Thresholds(answer=0.80, suggest=0.40),
}


def thresholds(caution: Caution) -> Thresholds:
    """Return the thresholds for an author's *caution*."""
    return _THRESHOLDS[caution]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over an entry's score and its lead."""

    intercept: float
    slope: float

    def confidences(self, ranking: Ranking) -> NDArray[np.float64]:
        """Return each entry's probability of being right, float64 (entries,), never rising with rank."""
        if not len(ranking.entries):
            return np.zeros(0)
        logit = self.intercept + self.slope * (ranking.scores + _LEAD * _leads(ranking.scores))
        probability = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
        falling: NDArray[np.float64] = np.minimum.accumulate(probability)
        return falling


def _leads(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how much each score is above the best of the others; a lone entry's lead is its score."""
    leads: NDArray[np.float64] = scores - scores[0]
    leads[0] = scores[0] - (scores[1] if len(scores) > 1 else 0.0)
    return leads


# Fitted on the dev splits of four public question sets, hold-outs included, each set weighing the same.
WITHOUT_ENCODER = Calibration(intercept=-1.78, slope=7.71)
WITH_ENCODER = Calibration(intercept=-2.05, slope=7.11)
