"""Calibration of scores: the probability that an entry is the right one.

A logistic curve maps an entry's evidence to its probability. The prior curve was fitted on public question
sets, and is shifted by the strength of wrong matches in the knowledge base. Entries with several phrasings
then give examples to fit it to the knowledge base (`faqbot.retrieval.self_calibration`).

Source: Platt (1999), Probabilistic outputs for support vector machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Caution
from faqbot.retrieval.index.weights import EncoderKind
from faqbot.retrieval.scoring.ranking import Ranking

# Weight of an entry's lead over the next one, beside its score. More of it separates right entries from
# similar ones better, and out-of-scope queries worse (benchmarks/README).
LEAD_WEIGHT = 0.4
# The same for the multilingual encoder alone, where out-of-scope queries are separated as well with it.
MULTILINGUAL_LEAD_WEIGHT = 0.8

# Smallest strength: lower ones count as this, since evidence is the logarithm. Chosen by hand.
MIN_STRENGTH = 0.01

# Weight of the prior curve in a fit, in examples. Chosen by hand.
PRIOR_EXAMPLES = 300.0

# Weight of `CurvePrior.usual` in the mean strength of wrong matches, in matches. Chosen by hand.
USUAL_EXAMPLES = 20.0

# Steps of Newton's method, at most. It converges in far fewer. Chosen by hand.
MAX_NEWTON_STEPS = 25

# Largest change of a weight in the last step: invisible in a confidence. Chosen by hand.
NEWTON_TOLERANCE = 1e-6

# Largest absolute logit: exp(30) is far from overflow, and its probability rounds to 1. Chosen by hand.
MAX_LOGIT = 30.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Smallest confidences, 0 to 1, to answer and to offer choices."""

    answer: float
    suggest: float


# Confidences, 0 to 1. Chosen by hand.
THRESHOLDS = {
    Caution.LOW: Thresholds(answer=0.50, suggest=0.20),
    Caution.NORMAL: Thresholds(answer=0.65, suggest=0.30),
    Caution.HIGH: Thresholds(answer=0.80, suggest=0.40),
}


def thresholds(caution: Caution) -> Thresholds:
    """Return the thresholds for an author's *caution*."""
    return THRESHOLDS[caution]


def evidence(ranking: Ranking, lead_weight: float = LEAD_WEIGHT) -> NDArray[np.float64]:
    """Return each entry's evidence, the logarithm of its strength.

    The result is float64 (entries,). Strength is the score plus *lead_weight* times the lead. The
    best entry's lead is that over the second. Any other entry's lead is that over the best, and
    negative.
    """
    scores = ranking.scores
    strength = scores - scores[:1]
    strength[:1] = scores[0] - scores[1] if len(scores) > 1 else 0.0
    strength *= lead_weight
    strength += scores
    np.maximum(strength, MIN_STRENGTH, out=strength)
    return np.log(strength, out=strength)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic curve over evidence: logit = *intercept* + *strength* times evidence.

    *lead* is the weight of the lead in the evidence.
    """

    intercept: float
    strength: float
    lead: float = LEAD_WEIGHT

    @classmethod
    def of(cls, weights: NDArray[np.float64]) -> Self:
        """Return the calibration with *weights*, float64 (3,), in field order."""
        return cls(*map(float, weights))

    @property
    def weights(self) -> NDArray[np.float64]:
        """Fields in order: float64 (3,)."""
        return np.array((self.intercept, self.strength, self.lead))

    def confidences(self, ranking: Ranking) -> NDArray[np.float64]:
        """Return each entry's probability to be right, falling with rank.

        The result is float64 (entries,).
        """
        logit = evidence(ranking, self.lead)
        logit *= self.strength
        logit += self.intercept
        probability = _logistic(logit)
        falling: NDArray[np.float64] = np.minimum.accumulate(probability)
        return falling


@dataclass(frozen=True, slots=True)
class Examples:
    """Rankings with a known outcome, as parallel arrays of shape (examples,).

    *evidence* float64 is that of the best entry, *right* bool whether it was the right one, and *weight*
    float64 the weight of the example.
    """

    evidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: NDArray[np.float64]


def fit(examples: Examples, prior: Calibration) -> Calibration:
    """Fit a logistic regression to *examples*, regularized towards *prior*.

    The evidence of the examples has the same weight of the lead as *prior*. Uses Newton's method. The fewer
    examples, the nearer the result is to the prior.
    """
    count = len(examples.right)
    if not count:
        return prior
    rows = np.column_stack([np.ones(count), examples.evidence])
    share = examples.weight / examples.weight.sum()
    penalty = PRIOR_EXAMPLES / count * np.eye(rows.shape[1])
    weights = start = np.array((prior.intercept, prior.strength))
    for _ in range(MAX_NEWTON_STEPS):
        chance = _logistic(rows @ weights)
        gradient = rows.T @ (share * (chance - examples.right)) + penalty @ (weights - start)
        hessian = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + penalty
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < NEWTON_TOLERANCE:
            break
    return Calibration(float(weights[0]), float(weights[1]), prior.lead)


def _logistic(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    chance = -logit
    np.maximum(chance, -MAX_LOGIT, out=chance)
    np.minimum(chance, MAX_LOGIT, out=chance)
    np.exp(chance, out=chance)
    chance += 1
    return np.reciprocal(chance, out=chance)


@dataclass(frozen=True, slots=True)
class CurvePrior:
    """Prior curve of an encoder kind, adjusted per knowledge base.

    The slope is *strength*. The intercept is *intercept* + *stray* times the logarithm of the mean strength
    of wrong matches, *usual* in most knowledge bases. A page of answered questions adds *page*. Its
    questions are written to differ from each other, and its answers help. Other entries with one
    phrasing each add *single*: a single phrasing shows less of what its entry covers. *lead* is the
    weight of the lead in all evidence.
    """

    intercept: float
    strength: float
    stray: float
    usual: float
    page: float
    single: float = 0.0
    lead: float = LEAD_WEIGHT

    def calibration(
        self, out_of_scope: NDArray[np.float64], *, page: bool = False, single: bool = False
    ) -> Calibration:
        """Return the curve for a knowledge base; see `prior_calibration`."""
        count = len(out_of_scope)
        total = np.exp(out_of_scope).sum() + USUAL_EXAMPLES * self.usual
        mean = float(np.log(total / (count + USUAL_EXAMPLES)))
        few = self.page if page else self.single * single
        intercept = self.intercept + self.stray * mean + few
        return Calibration(intercept, self.strength, self.lead)


# Natural log odds, and strengths. Fitted on the dev splits of four public question sets, their hold-outs, and
# samples with one to five phrasings per entry, all with the same weight.
CURVE_PRIORS = {
    EncoderKind.ABSENT: CurvePrior(1.97, 2.57, stray=-1.31, usual=0.172, page=0.86),
    EncoderKind.WORDS: CurvePrior(1.25, 2.93, stray=-1.87, usual=0.350, page=0.69),
    EncoderKind.SENTENCES: CurvePrior(-0.49, 2.82, stray=-3.29, usual=0.250, page=0.39),
    # The curve of `SENTENCES`, fitted again for its weight of the lead. Moved by three offsets for several phrasings
    # per entry, for one, and for pages: on the dev splits of 20 sets in five languages it was too high.
    EncoderKind.MULTILINGUAL: CurvePrior(
        *(-0.43, 2.56),
        stray=-2.90,
        usual=0.250,
        page=0.35,
        single=-0.45,
        lead=MULTILINGUAL_LEAD_WEIGHT,
    ),
}


def prior_calibration(
    kind: EncoderKind, out_of_scope: NDArray[np.float64], *, page: bool = False
) -> Calibration:
    """Return the prior curve for *kind*, adjusted to a knowledge base.

    *out_of_scope*, float64 (queries,), is the evidence of the best entry for queries that no entry answers;
    it may be empty. *page* says that entries have answers, and about one phrasing each.
    """
    return CURVE_PRIORS[kind].calibration(out_of_scope, page=page)
