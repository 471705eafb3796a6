"""The protocol's figures, from ranks, confidences and whether each was right. All arguments are arrays of one axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_BINS = 10


def hit_rate(ranks: ArrayLike, within: int) -> float:
    """Return the share of *ranks* (from 1; 0 is not found) that are *within* the first so many."""
    found = np.asarray(ranks)
    return float(np.mean((found > 0) & (found <= within))) if found.size else float("nan")


def mean_reciprocal_rank(ranks: ArrayLike) -> float:
    """Return the mean of 1 / rank; a rank of 0, not found, counts as nothing."""
    found = np.asarray(ranks, np.float64)
    if not found.size:
        return float("nan")
    return float(np.mean(np.divide(1, found, out=np.zeros_like(found), where=found > 0)))


def auroc(inside: ArrayLike, outside: ArrayLike) -> float:
    """Return how often a confidence from *inside* is above one from *outside*; a tie counts half."""
    high, low = np.asarray(inside, np.float64), np.sort(np.asarray(outside, np.float64))
    if not high.size or not low.size:
        return float("nan")
    below = np.searchsorted(low, high, side="left") + np.searchsorted(low, high, side="right")
    return float(np.mean(below) / 2 / low.size)


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in one of ten equal steps from 0 to 1."""

    count: int
    confidence: float
    right: float


def reliability(confidences: ArrayLike, right: ArrayLike) -> list[Bin]:
    """Return the mean confidence and the share *right* in each of ten equal steps that holds any."""
    sure, correct = np.asarray(confidences, np.float64), np.asarray(right, np.float64)
    step = np.clip((sure * _BINS).astype(int), 0, _BINS - 1)
    return [
        Bin(int(here.sum()), float(sure[here].mean()), float(correct[here].mean()))
        for here in (step == number for number in range(_BINS))
        if here.any()
    ]


def calibration_error(confidences: ArrayLike, right: ArrayLike) -> float:
    """Return the mean gap between confidence and share *right*, over ten equal bins by their counts."""
    bins = reliability(confidences, right)
    total = sum(one.count for one in bins)
    if not total:
        return float("nan")
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total


def risk_coverage(
    confidences: ArrayLike, right: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (coverage, risk) for every threshold: the share answered, and the share of those wrong.

    Equal confidences are answered together or not at all.
    """
    sure, correct = np.asarray(confidences, np.float64), np.asarray(right, np.bool_)
    order = np.argsort(-sure, kind="stable")
    answered = np.arange(1, sure.size + 1)
    wrong = np.cumsum(~correct[order])
    last = np.append(np.diff(sure[order]) != 0, np.ones(min(sure.size, 1), np.bool_))
    return answered[last] / max(sure.size, 1), wrong[last] / answered[last]
