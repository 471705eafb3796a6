"""Repairing slips of the finger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval import spelling
from faqbot.retrieval.spelling import Speller
from faqbot.retrieval.words import english_words

_RARITY = {
    "treaty": 2.0,
    "treats": 1.0,
    "embassy": 1.5,
    "ambassador": 1.5,
    "visa": 1.0,
}


@pytest.fixture(scope="module")
def small() -> Speller:
    """Return a speller that knows five words."""
    return Speller(_RARITY, english=False)


@pytest.fixture(scope="module")
def english() -> Speller:
    """Return a speller that knows five words and common English."""
    return Speller(_RARITY)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("trety", "treaty"),
        ("treatyy", "treaty"),
        ("traety", "treaty"),
        ("tready", "treaty"),
        ("rteaty", "treaty"),
        ("mebassy", "embassy"),
        ("ambasador", "ambassador"),
        ("ambassdro", "ambassador"),
        ("ambasadur", "ambassador"),
        ("vias", "visa"),
    ],
)
def test_a_slip_is_repaired(small: Speller, typed: str, read: str) -> None:
    """One edit in any word, a swap counting as one, and two in a long one."""
    assert small.repair(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "trey",
        "tratie",
        "breaty",
        "xmbassador",
        "ambasdr",
        "embezzles",
        "vsa",
        "is",
        "",
        "treat1",
        "tr\u00e9aty",
        "\u6761\u7ea6\u6761\u7ea6",
    ],
)
def test_what_is_no_slip_is_left_alone(small: Speller, typed: str) -> None:
    """Too many edits, another first letter, fewer than four letters, or not plain letters."""
    assert small.repair(typed) == typed


@given(st.sampled_from(sorted(_RARITY)))
def test_known_words_are_never_changed(word: str) -> None:
    """A word of the knowledge base stays, however like another it is."""
    assert Speller(_RARITY, english=False).repair(word) == word


def test_english_words_are_never_changed(english: Speller) -> None:
    """A common word stays, even an edit away from one of the knowledge base."""
    sample = sorted(english_words())[::97]

    assert "treat" in english_words()
    assert english.repair("treat") == "treat"
    assert [word for word in sample if english.repair(word) != word] == []


def test_the_nearest_word_wins_then_the_base_then_the_commoner(
    english: Speller, small: Speller
) -> None:
    """Fewer edits go before the knowledge base, which goes before English, rare before rarer."""
    assert small.repair("treatz") == "treats"
    assert small.repair("treatyx") == "treaty"
    assert english.repair("embasy") == "embassy"
    assert Speller({"lawn": 1.0}).repair("lawm") == "lawn"
    assert Speller({"laws": 3.0, "lawn": 1.0, "lawk": 2.0}, english=False).repair("lawm") == "lawn"
    assert (
        Speller({"abcdefgh": 1.0, "abcdexyh": 9.0}, english=False).repair("abcdexzh") == "abcdexyh"
    )


def test_names_are_left_alone(english: Speller) -> None:
    """A word that is near nothing is somebody's name, and stays."""
    assert english.repair("zxqvwkjh") == "zxqvwkjh"
    assert english.repair("krzyzewski") == "krzyzewski"


@given(st.text(st.characters(exclude_categories=()), max_size=30) | st.text("aetrsy", max_size=30))
def test_any_word_has_a_reading(word: str) -> None:
    """What comes out is known, or what went in, and reading it again changes nothing."""
    speller = Speller(_RARITY, english=False)
    read = speller.repair(word)

    assert read == word or read in _RARITY
    assert speller.repair(read) == read


def test_a_speller_without_words_repairs_nothing() -> None:
    """An empty knowledge base leaves every word as it is."""
    assert Speller({}, english=False).repair("treaty") == "treaty"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strange words without end do not fill the memory, and are read the same after forgetting."""
    monkeypatch.setattr(spelling, "_MOST_CACHED", 5)
    speller = Speller(_RARITY, english=False)

    assert [speller.repair("trety") for n in range(30) if speller.repair("x" * (n + 4))] == [
        "treaty"
    ] * 30
    assert len(speller._repaired) <= 5


def test_threads_share_a_speller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight at once, forgetting all the time, read what one reads."""
    monkeypatch.setattr(spelling, "_MOST_CACHED", 3)
    words = ["trety", "embasy", "vias", "nothing", "ambasador", "treatz", "xxxx"] * 40
    alone = [Speller(_RARITY, english=False).repair(word) for word in words]
    shared = Speller(_RARITY, english=False)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: [shared.repair(word) for word in words], range(8)))

    assert results == [alone] * 8
