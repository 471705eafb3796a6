"""What words add to everything in a small index."""

from __future__ import annotations

import numpy as np
import pytest

from faqbot.retrieval.index import columns as module
from faqbot.retrieval.index.columns import Columns
from faqbot.retrieval.index.csr import Sparse
from faqbot.retrieval.index.vocabulary import Resemblance


def postings() -> Sparse:
    """Return two words among three rows: the first in rows 0 and 1, the second in rows 1 and 2."""
    return Sparse(
        np.array([0, 2, 4]),
        np.array([0, 1, 1, 2], np.int32),
        np.array([0.5, 0.25, 1, 2], np.float32),
    )


def near(_: int) -> Resemblance:
    """Return that a word counts as both words, as the second in part."""
    return Resemblance(np.array([0, 1], np.int32), np.array([1, 0.5], np.float32))


def test_a_row_adds_up_what_it_has_of_a_word() -> None:
    """Words count their weights, and the words they count as their likeness."""
    mixed = Columns(postings(), 3).mix(["a", "b"], [1.0, 2.0], near)

    assert mixed.dtype == np.float32
    assert mixed.tolist() == pytest.approx([1.5, 2.25, 3.0])


def test_or_takes_the_most_of_it() -> None:
    """Of the words that a word counts as, only the one that counts most does."""
    assert Columns(postings(), 3, best=True).mix(["a"], [1.0], near).tolist() == [0.5, 0.5, 1.0]


def test_nothing_adds_nothing() -> None:
    """No words, and words that count as none, are zeros."""
    columns = Columns(postings(), 3)
    nothing = Resemblance(np.zeros(0, np.int32), np.zeros(0, np.float32))

    assert columns.mix([], [], near).tolist() == [0, 0, 0]
    assert columns.mix(["a"], [1.0], lambda _: nothing).tolist() == [0, 0, 0]


def test_a_word_is_looked_up_once() -> None:
    """What a word adds is remembered, and is not changed by what it is mixed with."""
    columns, asked = Columns(postings(), 3), list[int]()

    def noted(place: int) -> Resemblance:
        asked.append(place)
        return near(place)

    first = columns.mix(["a", "b"], [1.0, 2.0], noted).tolist()

    assert columns.mix(["a", "b"], [1.0, 2.0], noted).tolist() == first
    assert asked == [0, 1]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many words the remembered ones are dropped, and results stay the same."""
    monkeypatch.setattr(module, "_MOST_BYTES", 24)
    monkeypatch.setattr(module, "_LEAST_WORDS", 1)
    columns = Columns(postings(), 3)
    words = [f"word{number}" for number in range(20)]

    mixed = [columns.mix([word], [1.0], near).tolist() for word in words]

    assert mixed == [mixed[0]] * 20
    assert len(columns._columns) <= 2
