"""The protocol's figures, on cases small enough to work out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics import (
    auroc,
    calibration_error,
    hit_rate,
    mean_reciprocal_rank,
    reliability,
    risk_coverage,
)

_CONFIDENCES = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=12)


def test_hit_rate_counts_ranks_from_one() -> None:
    """A rank of 0 is a miss, at every depth."""
    assert hit_rate([1, 2, 3, 0], 1) == 0.25
    assert hit_rate([1, 2, 3, 0], 3) == 0.75


def test_mean_reciprocal_rank() -> None:
    """First, second and not found give a mean of 1, a half and nothing."""
    assert mean_reciprocal_rank([1, 2, 0]) == pytest.approx(0.5)


def test_figures_of_nothing_are_not_numbers() -> None:
    """With no questions, or none out of scope, there is no figure."""
    assert math.isnan(hit_rate([], 1))
    assert math.isnan(mean_reciprocal_rank([]))
    assert math.isnan(auroc([0.5], []))
    assert math.isnan(calibration_error([], []))


def test_auroc_of_separated_and_of_tied() -> None:
    """Above every one is 1, below every one 0, and equal to all a half."""
    assert auroc([0.8, 0.9], [0.1, 0.2]) == 1
    assert auroc([0.1], [0.8, 0.9]) == 0
    assert auroc([0.5, 0.5], [0.5]) == 0.5


@given(_CONFIDENCES, _CONFIDENCES)
def test_auroc_is_the_share_of_pairs_in_order(inside: list[float], outside: list[float]) -> None:
    """It agrees with counting every pair."""
    pairs = [(high > low) + (high == low) / 2 for high in inside for low in outside]
    assert auroc(inside, outside) == pytest.approx(sum(pairs) / len(pairs))


def test_reliability_has_ten_equal_steps() -> None:
    """0.3 opens a step, 1.0 belongs to the last, and empty steps are left out."""
    bins = reliability([0.3, 0.31, 0.95, 1.0], [True, False, True, True])
    assert [(one.count, round(one.confidence, 3), one.right) for one in bins] == [
        (2, 0.305, 0.5),
        (2, 0.975, 1.0),
    ]


def test_calibration_error_weighs_bins_by_their_counts() -> None:
    """Three right of three at 0.9, and one wrong at 0.1, are 0.1 off each."""
    assert calibration_error([0.9, 0.9, 0.9, 0.1], [1, 1, 1, 0]) == pytest.approx(0.1)
    assert calibration_error([0.9, 0.9, 0.9, 0.1], [0, 0, 0, 0]) == pytest.approx(0.7)


def test_risk_coverage_answers_the_surest_first() -> None:
    """Each threshold gives the share answered and the share of those that is wrong."""
    coverage, risk = risk_coverage([0.2, 0.9, 0.5, 0.5], [False, True, False, True])
    assert coverage.tolist() == [0.25, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 1 / 3, 1 / 2])


@given(_CONFIDENCES)
def test_risk_coverage_has_a_point_for_each_confidence(confidences: list[float]) -> None:
    """The last point answers everything."""
    coverage, risk = risk_coverage(confidences, [True] * len(confidences))
    assert coverage.size == np.unique(confidences).size
    assert coverage[-1] == 1
    assert not risk.any()
