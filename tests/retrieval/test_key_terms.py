"""Key terms of words and of entries."""

from __future__ import annotations

import pytest

from faqbot import Entry
from faqbot.retrieval.contradictions import ContradictionCheck
from faqbot.retrieval.index.index import build_index, phrasing_at
from faqbot.retrieval.key_terms import EntryTerms, KeyTerms
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.text import Synonyms

_ENTRIES = (
    Entry("soup", "How do I cook the soup?", "Slowly.", ("cook a soup of lentils",)),
    Entry("tent", "Where do I dry the tent?", "Outside."),
)


@pytest.fixture(scope="module")
def terms() -> KeyTerms:
    """Return a reader of the entries."""
    index = build_index(_ENTRIES, Synonyms([]), None)
    reader = QuestionAnalyzer(index, Synonyms([]), None)
    check = ContradictionCheck(
        index,
        lambda row: reader.tokenize(phrasing_at(index, _ENTRIES, row)),
        lambda number: _ENTRIES[number].answer,
    )
    return KeyTerms(ENGLISH, check)


def test_key_terms_are_distinct_and_no_function_words(terms: KeyTerms) -> None:
    """Each has all its base forms."""
    found = terms.of_words(["how", "do", "i", "cook", "soups", "and", "soups"])

    assert ["cook" in found[0], "soup" in found[1], len(found)] == [True, True, 2]


def test_a_label_is_a_key_term(terms: KeyTerms) -> None:
    """A single letter after a noun names a thing, too."""
    assert frozenset({"d"}) in terms.of_words(["form", "d"])


def test_terms_on_one_side_of_opposites_share_a_form(terms: KeyTerms) -> None:
    """Those of the other side do not."""
    begin, start, end = (terms.of_words([word])[0] for word in ("begin", "start", "end"))

    assert begin & start
    assert not begin & end


def test_phrasings_of_an_entry_cover_their_key_terms(terms: KeyTerms) -> None:
    """The result has the number of each phrasing with all terms."""
    soup = terms.of_entry(0)

    assert set(soup.cover(terms.of_words(["cook", "soup"]))) == {0, 1}
    assert set(soup.cover(terms.of_words(["soup", "lentils"]))) == {1}
    assert not soup.cover(terms.of_words(["soup", "tent"]))


_THREE = EntryTerms([[frozenset("a")], [frozenset("a"), frozenset("b"), frozenset("c")]])


def test_missing_terms_are_in_no_phrasing() -> None:
    """One form of a term is enough."""
    assert _THREE.missing([frozenset("ax"), frozenset("x")]) == [frozenset("x")]


def test_fewest_others_are_counted_in_the_shortest_phrasing() -> None:
    """Only the given phrasings count."""
    assert _THREE.fewest_others([0, 1], [frozenset("a")]) == 0
    assert _THREE.fewest_others([1], [frozenset("a")]) == 2


def test_each_phrasing_covers_no_terms() -> None:
    """A question without key terms excludes nothing."""
    assert [*_THREE.cover([])] == [0, 1]
