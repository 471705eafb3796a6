"""Opening: the prior calibration that a knowledge base starts from."""

from __future__ import annotations

import pytest

from faqbot.models import Entry
from faqbot.retrieval.calibration import CURVE_PRIORS, CurvePrior
from faqbot.retrieval.index.weights import EncoderKind
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.opening import build
from faqbot.retrieval.text import Synonyms

_PLANTS = ("aster", "basil", "cedar", "daisy", "elm", "fern")


@pytest.mark.parametrize(
    ("phrasings", "answer", "added"),
    [(1, "", -0.7), (1, "Trim it by a third.", 0.4), (2, "", 0.0), (2, "Trim it by a third.", 0.0)],
)
def test_entries_with_one_phrasing_start_from_a_prior_of_their_own(
    monkeypatch: pytest.MonkeyPatch, phrasings: int, answer: str, added: float
) -> None:
    """With answers they are a page. Too few entries for a sample are calibrated by the prior alone."""
    entries = [
        Entry(plant, f"How do I prune the {plant}?", answer, (f"Cut my {plant}",)[: phrasings - 1])
        for plant in _PLANTS
    ]

    def intercept(page: float, single: float) -> float:
        curve = CurvePrior(1.97, 2.57, stray=-1.31, usual=0.172, page=page, single=single)
        monkeypatch.setitem(CURVE_PRIORS, EncoderKind.ABSENT, curve)
        return build(entries, Synonyms([]), None, ENGLISH)[1].intercept

    assert intercept(0.4, -0.7) - intercept(0.0, 0.0) == pytest.approx(added)
