"""Candidates of a query in a large index."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.models import Entry, Question
from faqbot.retrieval import open_retriever
from faqbot.retrieval.encoders import CombinedEncoder, Encoder
from faqbot.retrieval.index import columns
from faqbot.retrieval.index import index as index_module
from faqbot.retrieval.index.index import Index, Query, build_index
from faqbot.retrieval.languages import content_words, tokenize
from faqbot.retrieval.scoring import candidates as module
from faqbot.retrieval.scoring.candidates import answering_entries, candidate_rows
from faqbot.retrieval.scoring.ranking import rank_entries
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import Letters, WordLetters
    from numpy.typing import NDArray

_THINGS = [
    f"{first}{last}"
    for first in ("bel", "cor", "dim", "fal", "gon")
    for last in ("ora", "use", "ity")
]
_VERBS = ["renew", "cancel", "print", "share", "lend", "repair", "paint", "sell", "measure", "hide"]
_FRAMES = ("how do i {} my {}", "{} {}", "i want to {} the {}", "who may {} a {} here")


def many() -> list[Entry]:
    """Return 150 entries of four phrasings each."""
    return [Entry(f"{verb} {thing}", *_texts(verb, thing)) for verb in _VERBS for thing in _THINGS]


def _texts(verb: str, thing: str) -> tuple[str, str, tuple[str, ...]]:
    first, *others = (frame.format(verb, thing) for frame in _FRAMES)
    return first, f"Ask for the {thing} desk to {verb} it.", tuple(others)


def query(text: str, encoder: Letters | None = None) -> Query:
    """Return the query of *text*."""
    words = tuple(tokenize(text))
    content = content_words(words)
    if encoder is None:
        return Query(words, content)
    of_words = encoder.encode_words(content) if hasattr(encoder, "encode_words") else None
    return Query(words, content, encoder.encode([text])[0], of_words)


def index_of(encoder: Encoder | None = None) -> Index:
    """Return the index of `many` entries."""
    return build_index(many(), Synonyms([]), encoder)


def few(monkeypatch: pytest.MonkeyPatch, rows: int = 40, read: int = 1500) -> None:
    """Treat the index as a large one, with few candidates."""
    monkeypatch.setattr(index_module, "MAX_DENSE_ROWS", 10)
    for name, value in (("MIN_CANDIDATES", rows), ("MAX_ANSWER_POSTINGS", read), ("BLOCKS", 128)):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(columns, "MAX_POSTINGS_PER_QUERY", read)


def questions() -> list[str]:
    """Return changed phrasings: a word dropped, or two letters of a word swapped."""
    draw = random.Random(5)
    asked = []
    for entry in draw.sample(many(), 40):
        words = draw.choice(entry.phrasings).split()
        if len(words) > 3:
            words.pop(draw.randrange(2))
        word = words[-1]
        asked.append(" ".join([*words[:-1], word[:2] + word[3] + word[2] + word[4:]]))
    return asked


def test_all_rows_of_a_small_index_are_candidates() -> None:
    """A small index has no candidate selection."""
    index = index_of()

    rows = np.arange(len(index.row_terms))
    assert len(rows) >= 600
    assert np.array_equal(candidate_rows(index, query("cancel")), rows)


@pytest.mark.parametrize("encoded", [False, True])
def test_candidates_contain_the_best_row(
    monkeypatch: pytest.MonkeyPatch, word_letters: WordLetters, *, encoded: bool
) -> None:
    """The best entry, its row and its similarity equal those of scoring every row."""
    encoder = word_letters if encoded else None
    index = index_of(encoder)
    asked = [query(text, encoder) for text in questions()]
    whole = [rank_entries(index, one) for one in asked]
    few(monkeypatch, rows=100)

    for one, full in zip(asked, whole, strict=True):
        found = rank_entries(index, one)
        assert (found.entries[0], found.rows[0]) == (full.entries[0], full.rows[0])
        assert found.similarity[0] == pytest.approx(full.similarity[0])


def test_candidates_are_bounded_rising_and_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are distinct and rising, their number is bounded, and calls repeat."""
    few(monkeypatch)
    index = index_of()

    for text in questions():
        rows = candidate_rows(index, query(text))
        assert len(rows) == 40
        assert (np.diff(rows) > 0).all()
        assert rows.tolist() == candidate_rows(index_of(), query(text)).tolist()
        entries = answering_entries(index, query(text), 10)
        assert len(entries) <= 10
        assert (np.diff(entries) > 0).all()


@pytest.mark.parametrize("encoded", [False, True])
def test_sparse_sums_equal_dense_sums(
    monkeypatch: pytest.MonkeyPatch, word_letters: WordLetters, *, encoded: bool
) -> None:
    """Summing only the rows read gives the rows and entries of summing all."""
    few(monkeypatch)
    encoder = word_letters if encoded else None
    index = index_of(encoder)
    asked = [query(text, encoder) for text in questions()]
    full = [module.posting_sums(index, one)[1] for one in asked]
    answering = [answering_entries(index, one, 200) for one in asked]
    monkeypatch.setattr(module, "MAX_DENSE_SUMS", 10)

    for one, sums, entries in zip(asked, full, answering, strict=True):
        rows, some = module.posting_sums(index, one)
        assert rows is not None
        assert rows.tolist() == np.flatnonzero(sums).tolist()
        assert some == pytest.approx(sums[rows])
        assert set(candidate_rows(index, one).tolist()) <= set(rows.tolist())
        assert answering_entries(index, one, 200).tolist() == entries.tolist()
    assert rank_entries(index, asked[0], np.arange(150) == 149).entries.tolist() == [149]


def test_answers_are_found_by_content_words() -> None:
    """Entries whose answers share content words are found; without any, the result is empty."""
    index = index_of()
    found = answering_entries(index, query("for the belora desk or zxqv"), 150)

    assert {many()[entry].id.split()[1] for entry in found} >= {"belora"}
    assert not len(answering_entries(index, query("for the zxqv"), 150))


def test_terms_with_high_idf_are_read_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a small budget, rare terms are read and common terms are not."""
    few(monkeypatch, read=60)
    index = index_of()
    rows = candidate_rows(index, query("how do i repair my coruse"))
    words = [
        {index.vocabulary.words[word] for word in index.row_terms.row(int(row))} for row in rows
    ]

    assert all("coruse" in row or "repair" in row for row in words)


def test_an_answer_makes_its_entry_a_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry with a matching answer alone is ranked."""
    few(monkeypatch)
    entries = [*many(), Entry("far", "zebra", "Bring a passport.")]
    index = build_index(entries, Synonyms([]), None)

    assert 150 in rank_entries(index, query("passport")).entries


def test_entries_not_allowed_are_no_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hidden entries, however many, do not displace allowed entries."""
    few(monkeypatch)
    index = index_of()
    allowed = np.arange(150) == 149

    found = rank_entries(index, query("how do i hide my gonity"), allowed)

    assert found.entries.tolist() == [149]


def test_an_unrelated_query_still_has_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that shares no term is scored against the first rows."""
    few(monkeypatch)
    index = index_of()

    assert len(rank_entries(index, query("zxqv")).entries)
    assert len(rank_entries(index, query("zxqv"), np.arange(150) > 100).entries)


def test_only_vectors_that_say_more_than_words_are_scanned(
    letters: Letters, word_letters: WordLetters
) -> None:
    """Those of sentences, alone or beside vectors of words."""
    both = CombinedEncoder(word_letters, letters)

    assert not module.vectors_say_more(index_of(word_letters))
    assert not module.vectors_say_more(index_of(None))
    assert module.vectors_say_more(index_of(letters))
    assert module.vectors_say_more(index_of(both))


def test_an_encoder_of_sentences_adds_candidates_by_vector(
    monkeypatch: pytest.MonkeyPatch, letters: Letters
) -> None:
    """Without word vectors, the vectors of all rows are compared."""
    few(monkeypatch)
    index = index_of(letters)
    anagram = query("".join(sorted("sellgonity")), letters)

    assert index.vocabulary.similar_terms(anagram.words[0]).similarity.max(initial=0) < 0.01
    assert many()[rank_entries(index, anagram).entries[0]].id == "sell gonity"


def test_another_source_chooses_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its rows are scored, besides those of entries whose answers fit."""
    few(monkeypatch)
    index, asked = index_of(), query("how do i hide my gonity")
    asked_with = []

    def source(
        index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.intp]:
        asked_with.append((query, allowed))
        return np.arange(*index.first_row[[3, 4]])

    found = rank_entries(index, asked, candidates=source)
    answering = answering_entries(index, asked, 5)
    assert {*found.entries.tolist()} == {3, *answering.tolist()}
    assert asked_with == [(asked, None)]


def test_a_retriever_takes_another_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """The retriever that it is made from keeps its own."""
    few(monkeypatch)
    monkeypatch.setattr(index_module, "MAX_DUAL_COEFFICIENTS", 0)
    own = open_retriever(many(), (), "none", cache=False)
    text = "how i hide my gonity"
    asked = []

    def source(
        index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.intp]:
        asked.append(query.words)
        return candidate_rows(index, query, allowed)

    other = own.with_candidates(source)
    assert other.retrieve(Question(text), 3) == own.retrieve(Question(text), 3)
    assert asked == [tuple(text.split())]
