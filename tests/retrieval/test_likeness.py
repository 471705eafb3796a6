"""How alike questions are to each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from faqbot.authoring.insights.clusters import likeness

_TEXTS = (
    "how do I reset my password",
    "password reset please",
    "where is the canteen",
    "what does the canteen serve today",
    "who approves my holidays",
)


class _Meanings:
    """An encoder that knows two things: whether a text is about money, and whether it is not."""

    name = "meanings"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one of two vectors a text."""
        money = ("salary", "earn", "wage")
        about = [any(word in text for word in money) for text in texts]
        return np.array([[1, 0] if found else [0, 1] for found in about], np.float32)


def test_shared_content_words_make_alike() -> None:
    """Questions about the same are nearer than others, however many small words those share."""
    alike = likeness(_TEXTS)

    assert alike[0, 1] > 0.4
    assert alike[2, 3] > 0.2
    assert max(alike[0, 2], alike[0, 4], alike[1, 3]) < 0.1


def test_synonyms_and_misspellings_count() -> None:
    """A synonym is its term, and a slip resembles what was meant."""
    texts = ["join the WTO", "join the World Trade Organization", "jion the wto", *_TEXTS]
    alike = likeness(texts, [("wto", "World Trade Organization")])

    assert alike[0, 1] == pytest.approx(1, abs=1e-5)
    assert alike[0, 2] > 0.5


def test_encoder_brings_meanings_together() -> None:
    """Without a word in common, meaning makes alike."""
    texts = ["what salary", "which wage", *_TEXTS]

    assert likeness(texts)[0, 1] < 0.1
    assert likeness(texts, encoder=_Meanings())[0, 1] > 0.3


def test_few_texts_are_compared_before_all_others() -> None:
    """Two questions are alike or not, however few others there are to compare them with."""
    alike = likeness(
        ["how do I reset my password", "how can I reset the password", "is lunch free"]
    )

    assert alike[0, 1] > 0.8
    assert max(alike[0, 2], alike[1, 2]) < 0.1


def test_background_says_what_is_common() -> None:
    """A word that all of a knowledge base has makes nothing alike; elsewhere it may tell."""
    texts = ["the treaty of Westphalia", "who signs a treaty"]
    background = [f"what is treaty {number}x about" for number in range(300)]

    assert likeness(texts, background=background)[0, 1] < likeness(texts)[0, 1] / 2


@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_texts_give_a_symmetric_matrix(texts: list[str]) -> None:
    """Whatever was typed, likeness is finite, symmetric and of the right shape."""
    alike = likeness(texts)

    assert alike.shape == (len(texts), len(texts))
    assert np.isfinite(alike).all()
    assert np.allclose(alike, alike.T, atol=1e-5)


def test_many_texts_are_compared_in_parts() -> None:
    """More texts than are compared at once give the same as few of them would."""
    texts = [f"what about topic{number // 2} number{number}" for number in range(1100)]
    alike = likeness(texts)

    assert np.allclose(alike, alike.T, atol=1e-6)
    assert alike[0, 1] > 0.3
    assert alike[1098, 1099] > 0.3
    assert abs(alike[0, 1099]) < 0.05
