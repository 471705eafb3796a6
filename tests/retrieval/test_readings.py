"""Which rows have something of each word."""

from __future__ import annotations

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index import columns as module
from faqbot.retrieval.index.columns import Readings
from faqbot.retrieval.index.index import Index, build_index
from faqbot.retrieval.text import Synonyms

_PHRASINGS = ("sign the treaty", "break the treaty", "the embassy", "the embassies", "the zebra")


def index() -> Index:
    """Return an index of five phrasings, of which all have one word."""
    entries = [Entry(f"e{number}", text, "") for number, text in enumerate(_PHRASINGS)]
    return build_index(entries, Synonyms([]), None)


def rows(readings: Readings, *words: str) -> list[set[int]]:
    """Return the rows that each of *words* is found in, of those that are read."""
    return [set(found.rows.tolist()) for _, found in readings.of(dict.fromkeys(words))]


def test_a_word_is_found_with_what_looks_like_it() -> None:
    """The word itself is worth more than a look-alike, and what has neither is not found."""
    ((_, found),) = index().readings.of({"embassy": None})

    assert found.rows.tolist() == [2, 3]
    assert found.worth[0] > found.worth[1] > 0


def test_the_rarest_word_is_read_first() -> None:
    """And what all phrasings have, last."""
    assert rows(index().readings, "the", "zebra", "treaty") == [{4}, {0, 1}, {0, 1, 2, 3, 4}]


def test_what_is_read_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One word always is, however common, and further ones while little has been read."""
    monkeypatch.setattr(module, "_READ", 3)

    assert rows(index().readings, "the", "zebra", "treaty") == [{4}, {0, 1}]
    assert rows(index().readings, "the") == [{0, 1, 2, 3, 4}]
    monkeypatch.setattr(module, "_READ_A_WORD", 0)
    assert rows(index().readings, "embassy") == [{2}]


def test_what_means_the_same_is_found_where_a_word_has_a_meaning() -> None:
    """By the share that meaning has; a word without a vector is found by its looks alone."""
    plain = index()
    vectors = np.zeros((len(plain.lexicon.words), 2), np.float32)
    vectors[plain.lexicon.id_of["zebra"]] = 1, 0
    meanings = type(plain.meanings)(vectors)
    readings = Readings(plain.postings, plain.lexicon, meanings, 0.5, len(_PHRASINGS))
    horse = np.array([1, 0], np.float32)

    assert [set(one.rows.tolist()) for _, one in readings.of({"horse": horse})] == [{4}]
    assert rows(readings, "horse") == [set()]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many bytes what is remembered is dropped, and is found again the same."""
    monkeypatch.setattr(module, "_MOST_BYTES", 60)
    readings = index().readings
    words = ("the", "zebra", "treaty", "embassy")
    first = [rows(readings, word) for word in words]

    assert [rows(readings, word) for word in words] == first
    assert sum(found.rows.nbytes + found.worth.nbytes for found in readings._found.values()) <= 60
