"""From a score to a confidence: the probability that an entry is the right one.

A curve fitted on public question sets knows how strong a match is that happens to be the best though no
entry is right: as strong as those that a knowledge base finds for phrasings whose entry is left out. With
that it starts near the truth even where an entry has one phrasing; where more can be left out, it is
then fitted to the knowledge base itself (`faqbot.retrieval.self_calibration`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Caution
from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.scoring.ranking import Ranking

__all__ = [
    "Calibration",
    "CurvePrior",
    "Examples",
    "Thresholds",
    "evidence",
    "fit",
    "prior_calibration",
    "thresholds",
]

LEAD = 0.4
"""What an entry's lead over the next one counts beside its score. More of it tells right entries from
their neighbours better, and questions that no entry answers worse."""

_LEAST_STRENGTH = 0.01
"""A strength counts by its logarithm, from here on."""

_PRIOR_EXAMPLES = 300.0
_USUAL_EXAMPLES = 20.0
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


def evidence(ranking: Ranking) -> NDArray[np.float64]:
    """Return what confidences are made from: the logarithm of each entry's strength, float64 (entries,).

    An entry's strength is its score and its lead.
    """
    scores = ranking.scores
    strength = scores - scores[:1]
    strength[:1] = scores[0] - scores[1] if len(scores) > 1 else 0.0
    strength *= LEAD
    strength += scores
    np.maximum(strength, _LEAST_STRENGTH, out=strength)
    return np.log(strength, out=strength)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over an entry's evidence."""

    intercept: float
    strength: float

    @classmethod
    def of(cls, weights: NDArray[np.float64]) -> Self:
        """Make a calibration of its *weights*, float64 (2,), in the order of the fields."""
        return cls(*map(float, weights))

    @property
    def weights(self) -> NDArray[np.float64]:
        """The fields as float64 (2,)."""
        return np.array((self.intercept, self.strength))

    def confidences(self, ranking: Ranking) -> NDArray[np.float64]:
        """Return each entry's probability of being right, float64 (entries,), never rising with rank."""
        probability = _logistic(self.intercept + self.strength * evidence(ranking))
        falling: NDArray[np.float64] = np.minimum.accumulate(probability)
        return falling


@dataclass(frozen=True, slots=True)
class Examples:
    """Rankings whose outcome is known.

    *evidence* is that of their best entries, float64 (examples,); *right* whether that entry was right,
    bool (examples,); *weight* how much the example counts, float64 (examples,).
    """

    evidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: NDArray[np.float64]


def fit(examples: Examples, prior: Calibration) -> Calibration:
    """Fit a logistic regression to *examples*, drawn towards *prior* the more the fewer they are."""
    count = len(examples.right)
    if not count:
        return prior
    rows = np.column_stack([np.ones(count), examples.evidence])
    share = examples.weight / examples.weight.sum()
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


def _logistic(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = 1 / (1 + np.exp(np.minimum(np.maximum(-logit, -30), 30)))
    return chance


@dataclass(frozen=True, slots=True)
class CurvePrior:
    """What an encoder's curves have in common.

    A curve's intercept is *intercept* + *stray* times the logarithm of how strong the best match is when
    no entry is right, which is *usual* in most knowledge bases; its slope is *strength*. On a page of
    answered questions, one phrasing each, *page* is added to the intercept: such questions are written to be
    told apart, and the answers help to, which no single example of an intent does.
    """

    intercept: float
    strength: float
    stray: float
    usual: float
    page: float

    def calibration(self, strays: NDArray[np.float64], *, page: bool) -> Calibration:
        """Return the curve for a knowledge base, maybe a *page*, of such matches' log strengths, *strays*."""
        count = len(strays)
        mean = (np.exp(strays).sum() + _USUAL_EXAMPLES * self.usual) / (count + _USUAL_EXAMPLES)
        intercept = self.intercept + self.stray * float(np.log(mean)) + self.page * page
        return Calibration(intercept, self.strength)


# Fitted on the dev splits of four public question sets, on their hold-outs, and on parts of them with one to
# five phrasings an entry, each weighing the same.
_LEXICAL = CurvePrior(intercept=1.97, strength=2.57, stray=-1.31, usual=0.172, page=0.86)
_WORDS = CurvePrior(intercept=1.25, strength=2.93, stray=-1.87, usual=0.350, page=0.69)
_SENTENCES = CurvePrior(intercept=-0.49, strength=2.82, stray=-3.29, usual=0.250, page=0.39)


def prior_calibration(
    encoder: Encoder | None, strays: NDArray[np.float64], *, page: bool = False
) -> Calibration:
    """Return the curve for *encoder* and a knowledge base of those *strays*: log strengths, float64 (n,).

    They are of the best matches for questions like its own that no entry answers; there may be none. *page*
    says that its entries have answers, and hardly any more than one phrasing.
    """
    habit = _LEXICAL if encoder is None else _SENTENCES
    return (_WORDS if isinstance(encoder, WordEncoder) else habit).calibration(strays, page=page)
