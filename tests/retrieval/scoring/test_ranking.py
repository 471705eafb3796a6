"""From phrasings to a ranking of entries."""

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


def test_the_entry_that_says_it_comes_first() -> None:
    """All entries are ranked, with falling scores; rows, likeness and coverage are the entry's own."""
    ranking = rank("signing treaties")

    assert ids(ranking)[0] == "treaty"
    assert len(ranking.entries) == 3
    assert (np.diff(ranking.scores) <= 0).all()
    assert ranking.rows[0] == 1
    assert ranking.alike[0] == pytest.approx(1)
    assert ranking.covered[0] == pytest.approx(1)


def test_an_answer_alone_brings_its_entry_in() -> None:
    """An entry whose answer says the words is ahead of one that nowhere does."""
    entries = (
        Entry("a", "one", ""),
        Entry("b", "two", "Bring a passport."),
        Entry("c", "three", ""),
    )

    assert ids(rank("passport", entries), entries)[0] == "b"


def test_what_an_entry_is_not_for_sinks_it() -> None:
    """Its score falls below what it would be, and below the others."""
    text = "where is the embassy for a visa"
    refusing = tuple(replace(entry, id=entry.id[0]) for entry in _ENTRIES)
    sunk = rank(text, refusing)
    free = rank(text, tuple(replace(entry, not_for=()) for entry in refusing))

    assert ids(sunk, refusing)[-1] == "v"
    assert sunk.scores[-1] < free.scores[ids(free, refusing).index("v")] - 0.04
    assert sunk.rows[-1] < 6


def test_of_equal_scores_the_nearest_phrasing_wins_then_the_first_written() -> None:
    """Entries that nothing tells apart keep the order of the file."""
    twins = tuple(Entry(name, "same words", "") for name in "dcba")

    assert ids(rank("same words", twins), twins) == list("dcba")
    assert ids(rank("zebra", twins), twins) == list("dcba")


def test_the_order_of_the_file_does_not_matter() -> None:
    """Unless scores are equal, entries in another order are ranked the same."""
    for text in ("who signs at the embassy", "visa address", "treaty visa", "get parties"):
        there, back = rank(text), rank(text, _ENTRIES[::-1])
        assert ids(there) == ids(back, _ENTRIES[::-1])
        assert there.scores == pytest.approx(back.scores)


def test_only_what_is_allowed_is_ranked() -> None:
    """The others are not there, however near."""
    ranking = rank("who signs a treaty", allowed=np.array([False, True, True]))

    assert set(ids(ranking)) == {"embassy", "visa"}
    assert ids(rank("visa", allowed=np.zeros(3, np.bool_))) == []


def test_what_is_not_allowed_does_not_count() -> None:
    """Scores are as if the hidden entries asked nothing."""
    hidden = rank("signing at the embassy", allowed=np.array([False, True, True]))

    assert len(hidden.entries) == 2
    assert hidden.scores[0] >= rank("signing at the embassy").scores[1]


def test_a_row_can_be_left_out() -> None:
    """The entry is then ranked by its other phrasings, or not at all without any."""
    assert rank("signing treaties", without=1).rows[0] != 1
    assert "visa" not in ids(rank("how do I get a visa", without=5))


def test_only_the_nearest_phrasings_are_considered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many, the most alike are, and those asked for."""
    many = tuple(Entry(f"e{n}", f"word{n} thing", "") for n in range(100))

    assert len(rank("word7 thing", many).entries) == module.NEIGHBOURS
    monkeypatch.setattr(module, "NEIGHBOURS", 2)
    far = rank("word7 thing", many, include=np.array([93]))
    assert ids(far, many)[0] == "e7"
    assert "e93" in ids(far, many)


def test_coverage_is_reckoned_for_the_first_dozen() -> None:
    """A wide field costs no more; coverage lifts an entry's score by a fifth of its share."""
    many = tuple(Entry(f"e{n}", f"apple word{n}", "") for n in range(40))

    assert np.count_nonzero(rank("apple", many).covered) == 12


def test_nothing_to_rank_is_an_empty_ranking() -> None:
    """No entries, or only rows that entries are not for, are no fault."""
    wall = (Entry("a", "zebra", "", not_for=tuple(f"what is number {n}" for n in range(99))),)

    for ranking in (rank("what is number", ()), rank("what is number", wall)):
        assert len(ranking.entries) == len(ranking.scores) == len(ranking.rows) == 0
        assert len(ranking.alike) == len(ranking.covered) == 0


@given(
    st.lists(st.sampled_from(["who", "signs", "a", "treaty", "visa", "zebra", "is"]), max_size=8)
)
def test_any_words_give_a_ranking(words: list[str]) -> None:
    """Each entry is there once, scores fall, and shares are shares."""
    ranking = rank(" ".join(words))

    assert sorted(ranking.entries.tolist()) == [0, 1, 2]
    assert (np.diff(ranking.scores) <= 1e-9).all()
    assert ((ranking.covered >= 0) & (ranking.covered <= 1 + 1e-6)).all()
    assert np.isfinite(ranking.scores).all()


def test_an_answer_brings_in_an_entry_whose_phrasings_are_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beyond the nearest phrasings, entries whose answers say the words are considered."""
    monkeypatch.setattr(module, "NEIGHBOURS", 2)
    many = tuple(Entry(f"e{n}", f"word{n}", "passport" if n == 93 else "") for n in range(100))

    assert "e93" in ids(rank("passport word7", many), many)


@pytest.mark.parametrize("text", ["signing treaties", "where is the visa embassy", "zebra", "hall"])
def test_all_rows_rank_as_the_nearest_do(text: str) -> None:
    """Solved once or for the question, with few rows the ranking is the same."""
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
        assert whole.alike == pytest.approx(near.alike, abs=1e-5)
        assert whole.covered == pytest.approx(near.covered, abs=1e-5)
        assert whole.rows.tolist() == near.rows.tolist()


def test_all_entries_are_ranked_by_all_rows() -> None:
    """However many there are, with the coverage of each; nothing to rank is an empty ranking."""
    many = tuple(Entry(f"e{n}", f"apple word{n}", "") for n in range(100))
    ranking = rank_whole("apple word7", many)

    assert ids(ranking, many)[0] == "e7"
    assert len(ranking.entries) == 100
    assert np.count_nonzero(ranking.covered) == 100
    assert not len(rank_whole("what", ()).entries)


def test_an_id_in_words_finds_its_entry() -> None:
    """What only the id says is found, and shown by the entry's question."""
    entries = (Entry("lost-card", "it is gone", ""), Entry("q2", "who are you", ""))

    for ranking in (rank("lost card", entries), rank_whole("lost card", entries)):
        assert ids(ranking, entries)[0] == "lost-card"
        assert ranking.rows[0] == 0
