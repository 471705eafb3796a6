"""Exact lookup of phrasings, and phrasings derived from ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Entry
from faqbot.retrieval.index import exact
from faqbot.retrieval.index.exact import LOOSEST, ExactKeys
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.text import exact_keys

_STORED = [
    "What is C?",
    "What is C++?",
    "what is c#",
    "What is IT?",
    "What is it?",
    "\U0001f600",
    " ",
]


def phrasings_of_ids(entries: Sequence[Entry], words: Collection[str]) -> list[str]:
    """Return the phrasing of each entry's id, with *words* and English known."""
    return exact.id_phrasings(entries, words, ENGLISH)


def label(name: str, *words: str) -> str:
    """Return the id phrasing of *name* in a knowledge base of *words*."""
    return phrasings_of_ids([Entry(name, "", "")], set(words))[0]


@pytest.mark.parametrize("name", ["lost-card", "lost_card", "lostCard", "LOST-CARD-2", "Lost card"])
def test_an_id_in_words_gives_a_phrasing(name: str) -> None:
    """Words may be joined in any way, and numbers are dropped."""
    assert label(name) == "lost card"


@pytest.mark.parametrize("name", ["q12", "a4f9", "c1", "t000", "xkcd", "a", "7", "", "--"])
def test_an_opaque_id_gives_no_phrasing(name: str) -> None:
    """Codes and numbers are not words."""
    assert label(name, "a") == ""


def test_words_of_the_knowledge_base_are_known() -> None:
    """Names, and words of other languages, count if the knowledge base has them."""
    assert label("öffnungszeiten") == ""
    assert label("öffnungszeiten", "offnungszeiten") == "offnungszeiten"
    assert label("emi-xyzzy", "emi") == "emi xyzzy"
    assert label("emi-xyzzy-plugh", "emi") == ""


def test_ids_that_differ_by_number_give_no_phrasing() -> None:
    """Words that most ids share describe no single entry."""
    numbered = [Entry(f"question-{number}", "", "") for number in range(4)]

    assert phrasings_of_ids(numbered, ()) == [""] * 4
    assert phrasings_of_ids([*numbered[:1], Entry("lost-card", "", "")], ()) == [
        "question",
        "lost card",
    ]


@pytest.mark.parametrize(
    ("name", "phrasing", "said"),
    [
        ("how-do-i-get-a", "How do I get a refund?", ""),
        ("whats-an-embassy", "What's an embassy?", ""),
        ("refund", "Refund", ""),
        ("refund", "refund of a ticket", "refund"),
        ("card-lost", "lost card", "card lost"),
    ],
)
def test_an_id_derived_from_a_phrasing_is_not_repeated(name: str, phrasing: str, said: str) -> None:
    """Imports derive ids from questions, and cut them; an author's id has its own words."""
    assert phrasings_of_ids([Entry(name, "another", "", (phrasing,))], ()) == [said]


@given(st.lists(st.text()))
def test_any_ids_will_do(names: list[str]) -> None:
    """There is one id phrasing per entry, in lower case."""
    found = phrasings_of_ids([Entry(name, "", "") for name in names], ())

    assert len(found) == len(names)
    assert all(one == " ".join(one.split()) for one in found)


def find(text: str, stored: list[str] = _STORED) -> dict[str, int]:
    """Return the *stored* phrasings equal to *text*, each with its first equal key."""
    keys = ExactKeys.of(enumerate(stored))
    return {stored[row]: loosely for row, loosely in keys.find(text, stored.__getitem__).items()}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("What is C?", {"What is C?": 0}),
        ("what is c++", {"What is C++?": 2}),
        ("WHAT IS C#", {"what is c#": 1}),
        ("whatisc##", {"what is c#": 3}),
        ("what is it?", {"What is IT?": 1, "What is it?": 1}),
        ("What is it?", {"What is IT?": 1, "What is it?": 0}),
        ("\U0001f600", {"\U0001f600": 0}),
        ("what is d", {}),
        ("", {}),
        ("\u200b \x00", {}),
    ],
)
def test_find(typed: str, found: dict[str, int]) -> None:
    """Phrasings that differ in case, accents, spacing or punctuation are found."""
    assert find(typed) == found


def test_the_last_key_is_the_loosest() -> None:
    """LOOSEST is the key by which phrasings are looked up."""
    assert len(exact_keys("")) == LOOSEST + 1


@given(st.lists(st.text("ab +.", min_size=1), max_size=12), st.text("ab +.", max_size=6))
def test_find_equals_a_comparison_with_all_phrasings(stored: list[str], typed: str) -> None:
    """Bisection finds the rows with an equal loosest key, in order, and no others."""
    keys = ExactKeys.of(enumerate(stored))
    wanted = exact_keys(typed)[-1]

    rows = list(keys.find(typed, stored.__getitem__))

    assert rows == [
        row for row, text in enumerate(stored) if wanted and exact_keys(text)[-1] == wanted
    ]


def test_hash_collisions_are_no_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    """With equal hashes, the phrasings themselves decide."""
    monkeypatch.setattr(exact, "_hash", lambda _: 7)

    assert find("what is it?") == {"What is IT?": 1, "What is it?": 1}


def test_hashes_are_sorted_and_small() -> None:
    """Hashes are sorted for bisection, and take 12 bytes per phrasing."""
    keys = ExactKeys.of(enumerate(_STORED))

    assert (keys.hashes.dtype, keys.rows.dtype) == (np.uint64, np.int32)
    assert (np.diff(keys.hashes.astype(object)) >= 0).all()
    assert len(ExactKeys.of([]).hashes) == 0
