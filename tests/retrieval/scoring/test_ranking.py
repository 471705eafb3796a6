"""Ranking of entries, by all rows and by the nearest rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Entry
from faqbot.retrieval.index.index import Query, build_index, solve_ridge
from faqbot.retrieval.languages import content_words, tokenize
from faqbot.retrieval.scoring import ranking as module
from faqbot.retrieval.scoring.ranking import Ranking, rank_entries
from faqbot.retrieval.text import Synonyms

_ENTRIES = (
    Entry("treaty", "who signs a treaty", "", ("signing treaties", "treaty parties")),
    Entry("embassy", "where is the embassy", "Beside the treaty hall.", ("embassy address",)),
    Entry("visa", "how do I get a visa", "", not_for=("where is the visa embassy",)),
)


def query(text: str) -> Query:
    """Return *text* as it is compared without an encoder."""
    words = tuple(tokenize(text))
    return Query(words, content_words(words))


def rank(
    text: str,
    entries: tuple[Entry, ...] = _ENTRIES,
    **limits: np.ndarray | int,
) -> Ranking:
    """Return the ranking of *entries* for *text* by the nearest rows of an index."""
    return rank_entries(build_index(entries, Synonyms([]), None), query(text), **limits)  # type: ignore[arg-type]


def rank_whole(
    text: str, entries: tuple[Entry, ...] = _ENTRIES, **limits: np.ndarray | int
) -> Ranking:
    """Return the same by all rows, of an index that is solved."""
    index = solve_ridge(build_index(entries, Synonyms([]), None))
    return rank_entries(index, query(text), **limits)  # type: ignore[arg-type]


def ids(ranking: Ranking, entries: tuple[Entry, ...] = _ENTRIES) -> list[str]:
    """Return the ids of what is ranked, best first."""
    return [entries[number].id for number in ranking.entries]


def test_the_entry_with_the_same_words_comes_first() -> None:
    """All entries are ranked, with falling scores; rows, likeness and coverage are the entry's own."""
    ranking = rank("signing treaties")

    assert ids(ranking)[0] == "treaty"
    assert len(ranking.entries) == 3
    assert (np.diff(ranking.scores) <= 0).all()
    assert ranking.rows[0] == 1
    assert ranking.similarity[0] == pytest.approx(1)
    assert ranking.coverage[0] == pytest.approx(1)


def test_a_matching_answer_raises_its_entry() -> None:
    """An entry whose answer has the words is ranked above entries without them."""
    entries = (
        Entry("a", "one", ""),
        Entry("b", "two", "Bring a passport."),
        Entry("c", "three", ""),
    )

    assert ids(rank("passport", entries), entries)[0] == "b"


def test_a_not_for_text_lowers_its_entry() -> None:
    """The score falls below its value without the text, and below other entries."""
    text = "where is the embassy for a visa"
    refusing = tuple(replace(entry, id=entry.id[0]) for entry in _ENTRIES)
    sunk = rank(text, refusing)
    free = rank(text, tuple(replace(entry, not_for=()) for entry in refusing))

    assert ids(sunk, refusing)[-1] == "v"
    assert sunk.scores[-1] < free.scores[ids(free, refusing).index("v")] - 0.04
    assert sunk.rows[-1] < 6


def test_of_equal_scores_the_nearest_phrasing_wins_then_the_first_written() -> None:
    """Entries with equal scores keep the order of the file."""
    twins = tuple(Entry(name, "same words", "") for name in "dcba")

    assert ids(rank("same words", twins), twins) == list("dcba")
    assert ids(rank("zebra", twins), twins) == list("dcba")


def test_the_order_of_the_file_does_not_matter() -> None:
    """Entries in another order get the same ranking, unless scores are equal."""
    for text in ("who signs at the embassy", "visa address", "treaty visa", "get parties"):
        there, back = rank(text), rank(text, _ENTRIES[::-1])
        assert ids(there) == ids(back, _ENTRIES[::-1])
        assert there.scores == pytest.approx(back.scores)


def test_entries_not_allowed_are_absent() -> None:
    """Hidden entries are absent, however similar."""
    ranking = rank("who signs a treaty", allowed=np.array([False, True, True]))

    assert set(ids(ranking)) == {"embassy", "visa"}
    assert ids(rank("visa", allowed=np.zeros(3, np.bool_))) == []


def test_hidden_entries_do_not_vote() -> None:
    """Scores are those of an index without the hidden entries' phrasings."""
    hidden = rank("signing at the embassy", allowed=np.array([False, True, True]))

    assert len(hidden.entries) == 2
    assert hidden.scores[0] >= rank("signing at the embassy").scores[1]


def test_a_row_can_be_ignored() -> None:
    """The entry is ranked by its other phrasings, or is absent without any."""
    assert rank("signing treaties", without=1).rows[0] != 1
    assert "visa" not in ids(rank("how do I get a visa", without=5))


def test_only_the_nearest_phrasings_are_considered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the nearest rows are used, and the rows to include."""
    many = tuple(Entry(f"e{n}", f"word{n} thing", "") for n in range(100))

    assert len(rank("word7 thing", many).entries) == module.NEIGHBORS
    monkeypatch.setattr(module, "NEIGHBORS", 2)
    far = rank("word7 thing", many, include=np.array([93]))
    assert ids(far, many)[0] == "e7"
    assert "e93" in ids(far, many)


def test_coverage_is_computed_for_the_first_entries() -> None:
    """In an unsolved index the number of entries with coverage is bounded."""
    many = tuple(Entry(f"e{n}", f"apple word{n}", "") for n in range(40))

    assert np.count_nonzero(rank("apple", many).coverage) == 12


def test_nothing_to_rank_is_an_empty_ranking() -> None:
    """No entries, or only `not_for` rows, give an empty ranking."""
    wall = (Entry("a", "zebra", "", not_for=tuple(f"what is number {n}" for n in range(99))),)

    for ranking in (rank("what is number", ()), rank("what is number", wall)):
        assert len(ranking.entries) == len(ranking.scores) == len(ranking.rows) == 0
        assert len(ranking.similarity) == len(ranking.coverage) == 0


@given(
    st.lists(st.sampled_from(["who", "signs", "a", "treaty", "visa", "zebra", "is"]), max_size=8)
)
def test_any_words_give_a_ranking(words: list[str]) -> None:
    """Each entry occurs once, scores fall, and coverage lies in 0 to 1."""
    ranking = rank(" ".join(words))

    assert sorted(ranking.entries.tolist()) == [0, 1, 2]
    assert (np.diff(ranking.scores) <= 1e-9).all()
    assert ((ranking.coverage >= 0) & (ranking.coverage <= 1 + 1e-6)).all()
    assert np.isfinite(ranking.scores).all()


def test_an_answer_adds_an_entry_with_dissimilar_phrasings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Entries with matching answers are ranked beside those of the nearest rows."""
    monkeypatch.setattr(module, "NEIGHBORS", 2)
    many = tuple(Entry(f"e{n}", f"word{n}", "passport" if n == 93 else "") for n in range(100))

    assert "e93" in ids(rank("passport word7", many), many)


@pytest.mark.parametrize("text", ["signing treaties", "where is the visa embassy", "zebra", "hall"])
def test_both_rankings_agree_on_few_rows(text: str) -> None:
    """With few rows, the solved regression and the one per query agree."""
    limits: list[dict[str, np.ndarray | int]] = [
        {},
        {"allowed": np.array([True, False, True])},
        {"without": 1},
        {"without": 3},
    ]
    for limit in limits:
        near, whole = rank(text, **limit), rank_whole(text, **limit)
        assert ids(near) == ids(whole)
        assert whole.scores == pytest.approx(near.scores, abs=1e-5)
        assert whole.similarity == pytest.approx(near.similarity, abs=1e-5)
        assert whole.coverage == pytest.approx(near.coverage, abs=1e-5)
        assert whole.rows.tolist() == near.rows.tolist()


def test_a_solved_index_ranks_all_entries() -> None:
    """All entries have a rank and a coverage; an empty index gives an empty ranking."""
    many = tuple(Entry(f"e{n}", f"apple word{n}", "") for n in range(100))
    ranking = rank_whole("apple word7", many)

    assert ids(ranking, many)[0] == "e7"
    assert len(ranking.entries) == 100
    assert np.count_nonzero(ranking.coverage) == 100
    assert not len(rank_whole("what", ()).entries)


def test_an_id_phrasing_finds_its_entry() -> None:
    """Words of the id alone find the entry, whose row is its question."""
    entries = (Entry("lost-card", "it is gone", ""), Entry("q2", "who are you", ""))

    for ranking in (rank("lost card", entries), rank_whole("lost card", entries)):
        assert ids(ranking, entries)[0] == "lost-card"
        assert ranking.rows[0] == 0
