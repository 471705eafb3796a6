"""What the ids of entries say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Entry
from faqbot.retrieval.index.exact import labels


def label(name: str, *words: str) -> str:
    """Return what an id says in a knowledge base of *words*."""
    return labels([Entry(name, "", "")], set(words))[0]


@pytest.mark.parametrize("name", ["lost-card", "lost_card", "lostCard", "LOST-CARD-2", "Lost card"])
def test_an_id_in_words_says_them(name: str) -> None:
    """However they are put together; a number only numbers."""
    assert label(name) == "lost card"


@pytest.mark.parametrize("name", ["q12", "a4f9", "c1", "t000", "xkcd", "a", "7", "", "--"])
def test_an_id_of_no_known_word_says_nothing(name: str) -> None:
    """Codes and numbers are no words."""
    assert label(name, "a") == ""


def test_words_of_the_knowledge_base_are_known() -> None:
    """Names, and words of other languages, where they stand in it."""
    assert label("öffnungszeiten") == ""
    assert label("öffnungszeiten", "offnungszeiten") == "offnungszeiten"
    assert label("emi-xyzzy", "emi") == "emi xyzzy"
    assert label("emi-xyzzy-plugh", "emi") == ""


def test_ids_that_only_number_say_nothing() -> None:
    """What most ids say is no name for any of them."""
    numbered = [Entry(f"question-{number}", "", "") for number in range(4)]

    assert labels(numbered, ()) == [""] * 4
    assert labels([*numbered[:1], Entry("lost-card", "", "")], ()) == ["question", "lost card"]


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
def test_an_id_made_of_a_phrasing_says_nothing_more(name: str, phrasing: str, said: str) -> None:
    """Imports make ids of questions, and cut them; an id of one's own says it in other words."""
    assert labels([Entry(name, "another", "", (phrasing,))], ()) == [said]


@given(st.lists(st.text()))
def test_any_ids_will_do(names: list[str]) -> None:
    """There is one label an entry, in lower case."""
    found = labels([Entry(name, "", "") for name in names], ())

    assert len(found) == len(names)
    assert all(one == " ".join(one.split()) for one in found)
