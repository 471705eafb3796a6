"""Misspellings made on purpose: real ones, always the same, and never another word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from faqbot.authoring.evaluation.misspellings import known_words, misspellings
from faqbot.models import Entry, KnowledgeBase

_TEXT = "how does diplomacy prevent conflicts"
_KB = KnowledgeBase(
    (
        Entry(
            "a",
            "What is a Zorblat?",
            "An **answerword**.",
            ("alternateword",),
            ("notforword",),
            ("keyword",),
        ),
    ),
    synonyms=(("synonymword", "un"),),
)
_KNOWN = known_words(_KB)


@pytest.mark.parametrize(
    "word",
    [
        "zorblat",
        "answerword",
        "alternateword",
        "notforword",
        "keyword",
        "synonymword",
        "diplomacy",
        "london",
    ],
)
def test_known_words(word: str) -> None:
    """Words of the knowledge base's phrasings, answers and synonyms are known, and those of English."""
    assert word in _KNOWN


def test_each_has_one_slip() -> None:
    """One word differs, by one edit, and still begins with its letter."""
    found = misspellings(_TEXT, _KNOWN, 12)

    assert len(set(found)) == 12
    for typed in found:
        pairs = zip(_TEXT.split(), typed.split(), strict=True)
        ((meant, slipped),) = [pair for pair in pairs if pair[0] != pair[1]]
        assert OSA.distance(meant, slipped) == 1
        assert meant[0] == slipped[0]
        assert slipped[:2] != meant[0] * 2


def test_all_kinds_of_slips_are_made() -> None:
    """Letters are swapped, dropped, doubled, and hit beside."""
    words = {typed.split()[-1] for typed in misspellings("the embassy", _KNOWN, 200)}

    assert {"emabssy", "embasy", "embassyy", "embaszy"} & words
    kinds = {(len(word) - len("embassy"), sorted(word) == sorted("embassy")) for word in words}
    assert kinds == {(0, True), (-1, False), (1, False), (0, False)}


def test_keys_hit_are_neighbours() -> None:
    """A wrong letter is one whose key touches the right one's."""
    near = {typed[1] for typed in misspellings("agag", {"agag"}, 500) if len(typed) == 4}

    assert near == set("agftyhbv")


def test_they_are_always_the_same() -> None:
    """The same text has the same misspellings, and asking for more changes none of the first."""
    five = misspellings(_TEXT, _KNOWN, 5)

    assert five == misspellings(_TEXT, _KNOWN, 5)
    assert five[:2] == misspellings(_TEXT, _KNOWN, 2)
    assert misspellings(_TEXT, _KNOWN, 1) == (five[0],)


def test_no_known_word_is_made() -> None:
    """What is a word already is nobody's slip, neither of English nor of the knowledge base."""
    everything = set(misspellings("post", {"post"}, 500))
    made = set(misspellings("post", {"post", "pots", "psot"}, 500))

    assert everything - made == {"pots", "psot"}
    assert set(misspellings("post", _KNOWN, 500)).isdisjoint(_KNOWN)


def test_a_word_that_says_something_slips() -> None:
    """Of known words those that only hold the sentence together are spared, and so are unknown ones."""
    found = misspellings("what about these diplomcy embassies", _KNOWN, 50)

    assert {typed.rpartition(" ")[0] for typed in found} == {"what about these diplomcy"}


@pytest.mark.parametrize(
    "text", ["", "why", "is it so", "UNESCO", "don't", "a-b-c", "什么是外交关系", "???"]
)
def test_some_texts_have_none(text: str) -> None:
    """Short words, acronyms, contractions and scripts that are not typed by letters are left alone."""
    assert misspellings(text, _KNOWN, 3) == ()


@pytest.mark.parametrize(
    "kept", ["https://example.org/embassy", "me@embassy.org", "embassy2", "ASEAN", "e-mail-embassy"]
)
def test_names_are_kept(kept: str) -> None:
    """No address, number, acronym or compound is misspelled."""
    assert all(kept in typed for typed in misspellings(f"what is {kept} about money", _KNOWN, 30))


def test_case_is_kept() -> None:
    """A wrong letter has the case of the right one, and a question all in capitals is no acronym."""
    assert all(typed.isupper() for typed in misspellings("WHAT IS DIPLOMACY", _KNOWN, 50))
    assert all(
        re.match("What is E[a-z]+$", typed) for typed in misspellings("What is Embassy", _KNOWN, 50)
    )


@given(st.text(max_size=60), st.integers(0, 4))
def test_any_text_can_be_misspelled(text: str, count: int) -> None:
    """Whatever the text, what is made differs from it and is within the count."""
    found = misspellings(text, _KNOWN, count)

    assert len(found) <= count
    assert text not in found
