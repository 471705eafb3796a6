"""Which known words mean nearly the same."""

from __future__ import annotations

import numpy as np
import pytest

from faqbot.retrieval.index import columns as module
from faqbot.retrieval.index.columns import Meanings

_VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], np.float32)


def test_near_words_are_those_whose_vectors_are() -> None:
    """Each with its cosine; what has little in common is not near."""
    near = Meanings(_VECTORS).near("word", _VECTORS[0])

    assert near.ids.tolist() == [0, 1]
    assert near.likeness == pytest.approx([1, 0.8])
    assert (near.ids.dtype, near.likeness.dtype) == (np.int32, np.float32)


def test_only_the_nearest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the lexicon."""
    monkeypatch.setattr(module, "_MOST", 2)
    near = Meanings(_VECTORS).near("word", np.array([0.6, 0.8], np.float32))

    assert near.ids.tolist() == [1, 2]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word asked about again is not compared again, and few are kept."""
    monkeypatch.setattr(module, "_MOST_CACHED", 2)
    meanings = Meanings(_VECTORS)
    first = meanings.near("a", _VECTORS[0])

    assert meanings.near("a", _VECTORS[2]) is first
    for word in "bcd":
        meanings.near(word, _VECTORS[2])
    assert len(meanings._near) <= 2
