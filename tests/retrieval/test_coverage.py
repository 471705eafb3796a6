"""How much of what a question is about an entry speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.scoring.similarity import Query, coverage
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

_ENTRIES = (
    Entry("a", "who signs a treaty", "", ("parties to a treaty",)),
    Entry("b", "where is the embassy", "", not_for=("treaty",)),
    Entry("c", "???", ""),
)


def covered(
    *content: str, without: int | None = None, encoder: Letters | None = None
) -> list[float]:
    """Return the share of *content* that each entry covers."""
    index = build_index(_ENTRIES, Synonyms([]), encoder)
    vectors = encoder.encode_words(content) if hasattr(encoder, "encode_words") else None
    query = Query(content, content, content_vectors=vectors)
    return [float(share) for share in coverage(index, query, np.arange(3), without)]


def test_known_words_are_covered() -> None:
    """All of it, none of it; what an entry is not for covers nothing."""
    assert covered("treaty", "parties") == pytest.approx([1, 0, 0])
    assert covered("embassy") == pytest.approx([0, 1, 0])
    assert covered("zebra") == [0, 0, 0]


def test_a_share_is_weighed_by_rarity() -> None:
    """The rarer word of two counts more: `treaty` is in three phrasings, `embassy` in one."""
    shares = covered("treaty", "embassy")

    assert 0 < shares[0] < 0.5 < shares[1] < 1
    assert sum(shares) == pytest.approx(1)


def test_look_alikes_cover_in_part() -> None:
    """An inflection covers some of the word."""
    assert 0.2 < covered("embassies")[1] < 0.9


def test_nothing_asked_is_nothing_covered() -> None:
    """A question about nothing gives zeros."""
    assert covered() == [0, 0, 0]


def test_a_row_can_be_left_out() -> None:
    """What no other phrasing of the entry says is not covered then, and other entries are as before."""
    assert covered("treaty", without=0)[0] == pytest.approx(1)
    assert covered("signs", without=0)[0] == 0
    assert covered("embassy", without=0)[1] == pytest.approx(1)
    assert covered("embassy", without=2)[1] == 0


def test_words_cover_by_meaning(letters: Letters, word_letters: WordLetters) -> None:
    """With vectors of words, one that means the same covers fully; without, letters alone decide."""
    assert covered("singes", encoder=word_letters)[0] > covered("singes", encoder=letters)[0]
    assert covered("basseym", encoder=word_letters)[1] == pytest.approx(1)
