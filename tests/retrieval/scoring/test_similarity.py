"""How much of what a question is about an entry speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.models import Entry
from faqbot.retrieval.index.index import Index, Query, build_index
from faqbot.retrieval.languages import content_words, tokenize
from faqbot.retrieval.scoring.similarity import Comparison, coverage
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

_PHRASINGS = ("who signs a treaty", "where is the embassy", "dog bites man", "man bites dog", "???")
_ENTRIES = (
    Entry("a", "who signs a treaty", "", ("parties to a treaty",)),
    Entry("b", "where is the embassy", "", not_for=("treaty",)),
    Entry("c", "???", ""),
)


def index_of(*phrasings: str, answer: str = "") -> Index:
    """Return an index of entries of one phrasing each."""
    entries = [Entry(f"e{n}", text, answer) for n, text in enumerate(phrasings)]
    return build_index(entries, Synonyms([]), None)


def query(text: str) -> Query:
    """Return *text* as it is compared without an encoder."""
    words = tuple(tokenize(text))
    return Query(words, content_words(words))


def likeness(index: Index, query: Query) -> np.ndarray:
    """Return how alike all rows are to *query*."""
    return Comparison(index, query).similarity(np.arange(len(index.row_terms)))


def answer_support(index: Index, query: Query) -> np.ndarray:
    """Return what answers say for all entries."""
    return Comparison(index, query).support(np.arange(index.entry_count))


def alike(text: str) -> dict[str, float]:
    """Return how alike *text* is to each phrasing."""
    values = likeness(index_of(*_PHRASINGS), query(text))
    return dict(zip(_PHRASINGS, map(float, values), strict=True))


def test_the_same_text_is_wholly_alike() -> None:
    """Likeness to itself is 1, to what shares no word 0, and never beyond."""
    for text in _PHRASINGS[:4]:
        values = alike(text)
        assert values[text] == pytest.approx(1, abs=1e-5)
        assert max(values.values()) <= 1 + 1e-5
    assert alike("who signs a treaty")["dog bites man"] == 0
    assert alike("zebra crossing")["???"] == alike("???")["???"] == 0


def test_the_order_of_words_counts_a_little() -> None:
    """The same words in the same order are nearer than in another."""
    values = alike("dog bites man")

    assert 0.8 < values["man bites dog"] < 0.95 < values["dog bites man"]


def test_look_alikes_count_in_part() -> None:
    """An inflection is nearer than another word, and farther than the word itself."""
    inflected, other = (alike(f"where is the {word}") for word in ("embassies", "zebra"))
    phrasing = "where is the embassy"

    assert other[phrasing] < inflected[phrasing] < 1


def test_rare_words_weigh_more() -> None:
    """What few phrasings say tells more than what many say."""
    index = index_of("how do I pay", "how do I leave", "how do I go", "pay rise")
    values = likeness(index, query("pay leave"))

    assert values[1] > values[0] > values[2]


def test_words_and_meaning_are_mixed(letters: Letters) -> None:
    """With an encoder, the weights's share of likeness is the cosine of vectors."""
    entries = [Entry("a", "silent", ""), Entry("b", "zoo", "")]
    index = build_index(entries, Synonyms([]), letters)
    vector = letters.encode(["listen"])[0]
    meaning = index.weights.meaning

    values = likeness(index, Query(("listen",), ("listen",), vector))

    words = likeness(index, Query(("listen",), ("listen",)))
    assert values[0] == pytest.approx((1 - meaning) * words[0] + meaning, abs=1e-5)
    assert values[1] == pytest.approx((1 - meaning) * words[1], abs=1e-5)


def test_answers_support_their_entries() -> None:
    """An answer that says the question's words counts, little, and one that says none not at all."""
    entries = [
        Entry("a", "one", "Bring a passport."),
        Entry("b", "two", "Nothing."),
        Entry("c", "x", ""),
    ]
    index = build_index(entries, Synonyms([]), None)

    support = answer_support(index, query("passport"))

    assert 0 < support[0] <= index.weights.answer_words
    assert support[1] == support[2] == 0
    assert not answer_support(index, query("zebra")).any()


def test_answers_support_by_meaning(letters: Letters) -> None:
    """With an encoder, the vectors of answers count too."""
    entries = [Entry("a", "one", "silent"), Entry("b", "two", "zzz")]
    index = build_index(entries, Synonyms([]), letters)

    support = answer_support(index, Query(("listen",), ("listen",), letters.encode(["listen"])[0]))

    assert support.tolist() == pytest.approx([index.weights.answer_meaning, 0])


def test_some_rows_are_as_alike_as_among_all(word_letters: WordLetters) -> None:
    """To compare a few rows, or entries, gives what comparing all gives."""
    entries = [Entry(f"e{n}", text, text.upper()) for n, text in enumerate(_PHRASINGS)]
    index = build_index(entries, Synonyms([]), word_letters)
    words = ("who", "bites", "the", "embassies")
    asked = Query(words, words, word_letters.encode([" ".join(words)])[0])

    for some in ([], [3], [0, 2, 4], [1, 2, 3, 4]):
        rows = np.array(some, np.intp)
        compared = Comparison(index, asked)
        assert compared.similarity(rows) == pytest.approx(likeness(index, asked)[rows])
        assert compared.support(rows) == pytest.approx(answer_support(index, asked)[rows])


def covered(
    *content: str, without: int | None = None, encoder: Letters | None = None
) -> list[float]:
    """Return the share of *content* that each entry covers."""
    index = build_index(_ENTRIES, Synonyms([]), encoder)
    vectors = encoder.encode_words(content) if hasattr(encoder, "encode_words") else None
    query = Query(content, content, content_vectors=vectors)
    return [float(share) for share in coverage(index, query, np.arange(3), without)]


def test_known_words_are_covered() -> None:
    """All of it, none of it; what an entry is not for covers nothing."""
    assert covered("treaty", "parties") == pytest.approx([1, 0, 0])
    assert covered("embassy") == pytest.approx([0, 1, 0])
    assert covered("zebra") == [0, 0, 0]


def test_a_share_is_weighed_by_rarity() -> None:
    """The rarer word of two counts more: `treaty` is in three phrasings, `embassy` in one."""
    shares = covered("treaty", "embassy")

    assert 0 < shares[0] < 0.5 < shares[1] < 1
    assert sum(shares) == pytest.approx(1)


def test_look_alikes_cover_in_part() -> None:
    """An inflection covers some of the word."""
    assert 0.2 < covered("embassies")[1] < 0.9


def test_nothing_asked_is_nothing_covered() -> None:
    """A question about nothing gives zeros."""
    assert covered() == [0, 0, 0]


def test_a_row_can_be_left_out() -> None:
    """What no other phrasing of the entry says is not covered then, and other entries are as before."""
    assert covered("treaty", without=0)[0] == pytest.approx(1)
    assert covered("signs", without=0)[0] == 0
    assert covered("embassy", without=0)[1] == pytest.approx(1)
    assert covered("embassy", without=2)[1] == 0


def test_words_cover_by_meaning(letters: Letters, word_letters: WordLetters) -> None:
    """With vectors of words, one that means the same covers fully; without, letters alone decide."""
    assert covered("singes", encoder=word_letters)[0] > covered("singes", encoder=letters)[0]
    assert covered("basseym", encoder=word_letters)[1] == pytest.approx(1)
