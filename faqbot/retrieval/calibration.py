"""From a score to a confidence: the probability that an entry is the right one.

The curve starts from one fitted on public question sets and is then fitted to each knowledge base by a
rehearsal (`faqbot.retrieval.rehearsal`), so that a confidence means the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Caution
from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.ranking import Ranking

__all__ = [
    "Calibration",
    "Examples",
    "Thresholds",
    "calibration_for",
    "evidence",
    "fit",
    "thresholds",
]

LEAD = 0.4
"""What an entry's lead over the next one counts beside its score. More of it tells right entries from
their neighbours better, and questions that no entry answers worse."""

_PRIOR_EXAMPLES = 15.0
_NEWTON_STEPS = 25


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


def evidence(ranking: Ranking, unknown: float) -> NDArray[np.float64]:
    """Return what a confidence is made from, one row an entry: float64 (entries, 2).

    The columns are the entry's strength (its score and its lead) and *unknown*, the share, 0 to 1, of
    what the question is about that the knowledge base has no word for.
    """
    scores = ranking.scores
    leads = scores - scores[:1]
    leads[:1] = scores[:1] - (scores[1] if len(scores) > 1 else 0.0)
    rows = np.full((len(scores), 2), unknown)
    rows[:, 0] = scores + LEAD * leads
    return rows


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over an entry's evidence."""

    intercept: float
    strength: float
    unknown: float

    @classmethod
    def of(cls, weights: NDArray[np.float64]) -> Self:
        """Make a calibration of its *weights*, float64 (3,), in the order of the fields."""
        return cls(*map(float, weights))

    @property
    def weights(self) -> NDArray[np.float64]:
        """The fields as float64 (3,)."""
        return np.array((self.intercept, self.strength, self.unknown))

    def confidences(self, ranking: Ranking, unknown: float) -> NDArray[np.float64]:
        """Return each entry's probability of being right, float64 (entries,), never rising with rank."""
        probability = _logistic(_design(evidence(ranking, unknown)) @ self.weights)
        falling: NDArray[np.float64] = np.minimum.accumulate(probability)
        return falling


@dataclass(frozen=True, slots=True)
class Examples:
    """Rankings whose outcome is known.

    *evidence* is that of their best entries, float64 (examples, 2); *right* whether that entry was
    right, bool (examples,); *weight* how much the example counts, float64 (examples,).
    """

    evidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: NDArray[np.float64]


def fit(examples: Examples, prior: Calibration) -> Calibration:
    """Fit a logistic regression to *examples*, drawn towards *prior* the more the fewer they are."""
    count = len(examples.right)
    if not count:
        return prior
    rows, share = _design(examples.evidence), examples.weight / examples.weight.sum()
    pull = _PRIOR_EXAMPLES / count * np.eye(rows.shape[1])
    weights = start = prior.weights
    for _ in range(_NEWTON_STEPS):
        chance = _logistic(rows @ weights)
        slope = rows.T @ (share * (chance - examples.right)) + pull @ (weights - start)
        curve = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + pull
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-6:  # noqa: PLR2004 - far below what a confidence shows
            break
    return Calibration.of(weights)


def _design(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    rows = np.ones((len(evidence), evidence.shape[1] + 1))
    rows[:, 1:] = evidence
    return rows


def _logistic(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return chance


# Fitted on the dev splits of four public question sets, hold-outs included, each set weighing the same.
_LEXICAL = Calibration(intercept=-1.85, strength=8.55, unknown=0.0)
_WORDS = Calibration(intercept=-1.97, strength=7.23, unknown=0.0)
_SENTENCES = Calibration(intercept=-1.79, strength=7.96, unknown=0.0)


def calibration_for(encoder: Encoder | None) -> Calibration:
    """Return the shipped curve for *encoder*."""
    if encoder is None:
        return _LEXICAL
    return _WORDS if isinstance(encoder, WordEncoder) else _SENTENCES
