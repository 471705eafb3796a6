"""What the phrasings of an entry say."""

from __future__ import annotations

import pytest

from faqbot.models import Entry
from faqbot.retrieval.contradictions import Spoken
from faqbot.retrieval.contradictions.numbers import numerals
from faqbot.retrieval.contradictions.polarity import sides_of
from faqbot.retrieval.index.index import build_index, phrasing_at
from faqbot.retrieval.text import Synonyms, split_words

_ENTRIES = (
    Entry("other", "What is it?", "This."),
    Entry("buy", "How do I buy 2 unlisted shares?", "So.", ("no sale", "Buying shares")),
)


class Reader:
    """Splits phrasings, and notes which."""

    def __init__(self) -> None:
        """Start with none."""
        self.index = build_index(_ENTRIES, Synonyms([]), None)
        self.rows: list[int] = []
        self.spoken = Spoken(self.index, range(1, 4), self.split)

    def split(self, row: int) -> tuple[str, ...]:
        """Return the words of *row*."""
        self.rows.append(row)
        return tuple(split_words(phrasing_at(self.index, _ENTRIES, row)))


@pytest.fixture
def reader() -> Reader:
    """Return a reader of the second entry."""
    return Reader()


def test_all_words_are_known_without_splitting(reader: Reader) -> None:
    """They are in the index."""
    assert reader.spoken.words == set(split_words("how do i buy 2 unlisted shares no sale buying"))
    assert reader.spoken.lacking(["how", "it", "xyzzy", "sale"]) == ["it", "xyzzy"]
    assert [*map(reader.spoken.has, ("shares", "it", "xyzzy"))] == [True, False, False]
    assert reader.rows == []


def test_the_rest_is_read_of_every_phrasing(reader: Reader) -> None:
    """Each is split for it."""
    spoken = reader.spoken

    assert spoken.phrasings[1:] == (("no", "sale"), ("buying", "shares"))
    assert spoken.cores[1:] == (("sale",), ("buying", "shares"))
    assert spoken.sides.keys() == {*sides_of(["buy"]), *sides_of(["sale"])}
    assert spoken.numerals == numerals(["buy", "2", "unlisted"])
    assert spoken.negated == {"sale"}
    assert reader.rows == [1, 2, 3]
