"""Calibration: evidence, logistic curves, fits and thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Caution
from faqbot.retrieval.calibration import (
    Calibration,
    CurvePrior,
    Examples,
    evidence,
    fit,
    prior_calibration,
    thresholds,
)
from faqbot.retrieval.index.weights import EncoderKind
from faqbot.retrieval.scoring.ranking import Ranking

PRIOR = Calibration(intercept=3.0, strength=2.5)


def ranking(*scores: float) -> Ranking:
    """Return a ranking of entries with *scores*, best first."""
    count = len(scores)
    numbers = np.arange(count)
    likeness = np.zeros(count, np.float32)
    return Ranking(numbers, np.array(scores), numbers, likeness, likeness)


def examples(strengths: list[float], right: list[bool]) -> Examples:
    """Return examples of *strengths* with equal weights."""
    return Examples(np.log(strengths), np.array(right, np.bool_), np.ones(len(strengths)))


def test_a_higher_score_gives_a_higher_confidence() -> None:
    """Of two rankings that differ in the best score, the higher one is surer."""
    low = PRIOR.confidences(ranking(0.3, 0.1))[0]
    high = PRIOR.confidences(ranking(0.6, 0.1))[0]

    assert low < high


def test_a_small_lead_gives_a_lower_confidence() -> None:
    """The closer the second entry, the lower the confidence in the first."""
    alone = PRIOR.confidences(ranking(0.5, 0.1))[0]
    close = PRIOR.confidences(ranking(0.5, 0.49))[0]

    assert close < alone


def test_a_single_entry_has_no_lead() -> None:
    """With one entry, strength is its score alone."""
    assert evidence(ranking(0.5)).tolist() == [pytest.approx(np.log(0.5))]
    assert evidence(ranking(0.5, 0.0))[0] == pytest.approx(np.log(0.7))


def test_no_entries_no_confidences() -> None:
    """An empty ranking gives no confidences."""
    assert PRIOR.confidences(ranking()).shape == (0,)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8))
def test_confidences_are_probabilities_that_fall_with_rank(scores: list[float]) -> None:
    """Every confidence lies in 0 to 1, and never rises with rank."""
    found = PRIOR.confidences(ranking(*sorted(scores, reverse=True)))

    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) <= 0).all()


def test_many_examples_move_the_curve() -> None:
    """Five hundred weak entries that were right raise the confidence of a weak entry."""
    taught = fit(examples([0.1] * 500, [True] * 500), PRIOR)

    before = PRIOR.confidences(ranking(0.1, 0.1))[0]
    after = taught.confidences(ranking(0.1, 0.1))[0]
    assert before < 0.3
    assert after > 0.6


def test_few_examples_leave_the_curve_near_the_prior() -> None:
    """Two examples move the weights by less than .2."""
    taught = fit(examples([0.1, 0.1], [True, True]), PRIOR)

    assert taught.weights == pytest.approx(PRIOR.weights, abs=0.2)


def test_no_examples_leave_the_prior() -> None:
    """Without examples, the fit returns the prior."""
    assert fit(examples([], []), PRIOR) is PRIOR


def test_strong_wrong_matches_lower_the_confidence() -> None:
    """If wrong matches are strong, an equally strong match is less likely to be right."""
    shy, bold = (
        prior_calibration(EncoderKind.ABSENT, np.log(np.full(100, level))) for level in (0.1, 0.4)
    )

    assert bold.confidences(ranking(0.5, 0.1))[0] < shy.confidences(ranking(0.5, 0.1))[0]


def test_few_wrong_matches_move_the_prior_little() -> None:
    """One wrong match moves the curve less than a hundred; without any it is the usual curve."""
    habit = CurvePrior(intercept=1.0, strength=2.0, stray=-1.0, usual=0.2, page=0.5)
    none, one, many = (
        habit.calibration(np.log(np.full(count, 0.8)), page=False) for count in (0, 1, 100)
    )

    assert none.intercept == pytest.approx(1.0 - np.log(0.2))
    assert none.intercept - one.intercept < 0.3
    assert none.intercept - many.intercept > 1


def test_a_page_of_answered_questions_raises_confidence() -> None:
    """The same match has a higher confidence on a page of answered questions."""
    plain, page = (
        prior_calibration(EncoderKind.ABSENT, np.zeros(0), page=page) for page in (False, True)
    )

    assert plain.confidences(ranking(0.3, 0.1))[0] < page.confidences(ranking(0.3, 0.1))[0]


def test_single_phrasings_lower_confidence_except_on_a_page() -> None:
    """A single phrasing shows less of what its entry covers; the answers of a page make up for it."""
    habit = CurvePrior(intercept=1.0, strength=2.0, stray=-1.0, usual=0.2, page=0.5, single=-0.6)
    several, single, page = (
        habit.calibration(np.zeros(0), single=single, page=page).intercept
        for single, page in ((False, False), (True, False), (True, True))
    )

    assert single == pytest.approx(several - 0.6)
    assert page == pytest.approx(several + 0.5)


def test_the_weight_of_the_lead_stays_in_a_fit() -> None:
    """A curve is fitted to evidence with its weight of the lead, and reads rankings with it."""
    prior = CurvePrior(1.0, 2.0, stray=-1.0, usual=0.2, page=0.0, lead=0.8).calibration(np.zeros(0))
    taught = fit(examples([0.5] * 20, [True] * 20), prior)

    assert taught.lead == prior.lead == 0.8
    assert evidence(ranking(0.5, 0.0), 0.8)[0] == pytest.approx(np.log(0.9))
    lead = Calibration(0.0, 1.0, lead=0.8).confidences(ranking(0.5, 0.0))[0]
    assert lead == pytest.approx(0.9 / 1.9)


def test_a_calibration_is_restored_from_its_weights() -> None:
    """A calibration built from the weights of another is equal to it."""
    assert Calibration.of(PRIOR.weights) == PRIOR


def test_caution_moves_both_thresholds() -> None:
    """More caution raises the thresholds to answer and to offer choices."""
    low, normal, high = (
        thresholds(caution) for caution in (Caution.LOW, Caution.NORMAL, Caution.HIGH)
    )

    assert low.answer < normal.answer < high.answer
    assert low.suggest < normal.suggest < high.suggest
    assert all(limits.suggest < limits.answer for limits in (low, normal, high))
