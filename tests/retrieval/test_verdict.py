"""Comparison of the best entry of a verdict with others, by confidence and similarity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from faqbot.retrieval.scoring.ranking import Ranking
from faqbot.retrieval.verdict import Verdict


def _verdict(confidences: Sequence[float], similarity: Sequence[float] | None = None) -> Verdict:
    numbers, ones = np.arange(len(confidences)), np.ones(len(confidences))
    given = ones if similarity is None else np.array(similarity)
    return Verdict(Ranking(numbers, ones, numbers, given, ones), np.array(confidences))


@pytest.mark.parametrize(
    ("confidence", "phrasings", "sure"),
    [(0.9, 1000, True), (0.7, 1000, False), (0.9, 340, False), (0.9, 400, True), (0.9, 0, False)],
)
def test_confidence_of_few_phrasings_is_not_sure(
    confidence: float,
    phrasings: int,
    sure: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """A high confidence must be learned from enough phrasings."""
    assert _verdict([confidence]).is_sure(0.8, phrasings) is sure


def test_likely_entry_has_a_share_of_the_best_confidence() -> None:
    """By default the share is two fifths."""
    found = _verdict([0.8, 0.4, 0.2])

    assert [found.is_likely(1), found.is_likely(2)] == [True, False]
    assert found.is_likely(2, 0.2)


def test_single_entry_has_no_likely_second() -> None:
    """Nothing is close to it, either."""
    found = _verdict([0.8])

    assert not found.is_second_likely(0.0)
    assert not found.is_close()


def test_close_entries_are_about_equally_likely() -> None:
    """A likely second entry need not be close."""
    assert _verdict([0.8, 0.7]).is_close()
    assert not _verdict([0.8, 0.6]).is_close()
    assert _verdict([0.8, 0.6]).is_second_likely()


def test_similar_entry_has_a_share_of_the_best_similarity() -> None:
    """Confidences do not count."""
    found = _verdict([0.8, 0.1], [1.0, 0.9])

    assert found.is_similar(1, 0.85)
    assert not found.is_similar(1, 0.95)
