"""Directions and exchanges that word order or a small word reverses."""

from __future__ import annotations

import pytest

from faqbot.retrieval.contradictions.order import (
    comparable_connectors,
    other_direction,
    other_particle,
    relations,
)
from faqbot.retrieval.languages import ENGLISH, Language, language_of, tokenize
from faqbot.retrieval.text import normalize


def reversed_relation(question: str, *phrasings: str, language: Language = ENGLISH) -> bool:
    """Return True if *question* reverses a relation of *phrasings*."""
    asked, *known = (language.tokenize(normalize(text)) for text in (question, *phrasings))
    related = [(words, relations(language, words)) for words in known]
    return other_direction(language, asked, related) is not None


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        ("how do I turn a slide into a page", "how do I turn a page into a slide"),
        ("how do I turn word into excel", "how do I turn excel into word"),
        ("may I trade apples for pears", "may I trade pears for apples"),
        ("swapping yen for won", "can we swap won for yen"),
        ("how do I go from release 7 to release 6", "how do I go from release 6 to release 7"),
        ("how do I change back from you", "how do I change to you"),
        ("is tea better than juice", "is juice better than tea"),
    ],
)
def test_an_exchange_of_two_ends_is_a_reversal(question: str, phrasing: str) -> None:
    """The ends are words, numbered words or the person addressed."""
    assert reversed_relation(question, phrasing)


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        ("may I trade apples for pears", "can I trade an apple for a pear"),
        ("how do I go from release 6 to release 7", "go from release 6 to 7"),
        ("can I trade a voucher for a refund", "I need a refund for my voucher"),
        ("how do I turn a page into a slide", "turn pages into slides"),
        ("can I go from Bern to Basel", "can I go from Basel to Chur"),
        ("whom do I talk to about the machine", "take it from the machine"),
    ],
)
def test_the_same_order_and_another_subject_are_no_reversal(question: str, phrasing: str) -> None:
    """An exchange counts only in texts with equal words."""
    assert not reversed_relation(question, phrasing)


@pytest.mark.parametrize(
    ("code", "question", "phrasing"),
    [
        ("fr", "la barque a coul\u00e9", "signal de coul\u00e9e"),
        ("fr", "on nous a vendu \u00e7a", "acte de vendu"),
        ("de", "Zettel zum Garten", "der Preis von dem Garten"),
        ("nl", "naar de tuin", "de prijs van de tuin"),
        ("pt", "para o jardim", "o pre\u00e7o do jardim"),
    ],
)
def test_a_genitive_is_no_origin(code: str, question: str, phrasing: str) -> None:
    """The word for "of" is that for "from", so that it needs a destination beside it."""
    assert not reversed_relation(question, phrasing, language=language_of(code))


@pytest.mark.parametrize(
    ("code", "question", "phrasing"),
    [
        ("fr", "de Berne \u00e0 B\u00e2le", "train de B\u00e2le \u00e0 Berne"),
        ("de", "Zug von Bern nach Basel", "von Basel nach Bern"),
        ("nl", "trein van Bern naar Bazel", "van Bazel naar Bern"),
        ("pt", "trem de Berna para Basileia", "de Basileia para Berna"),
    ],
)
def test_an_origin_with_a_destination_is_reversed_in_any_language(
    code: str, question: str, phrasing: str
) -> None:
    """Both ends are named, so that the word is no genitive."""
    assert reversed_relation(question, phrasing, language=language_of(code))


@pytest.mark.parametrize(
    ("code", "question", "phrasing"),
    [
        ("en", "how does a kayak differ from a canoe", "is a kayak close to a canoe"),
        ("en", "can you tell a kayak apart from a canoe", "is a kayak close to a canoe"),
        ("it", "il kayak \u00e8 diverso dal canotto", "il kayak \u00e8 vicino a canotto"),
    ],
)
def test_a_comparison_is_no_journey(code: str, question: str, phrasing: str) -> None:
    """After a word of difference, "from" names the other thing and no origin."""
    assert not reversed_relation(question, phrasing, language=language_of(code))


def test_a_relation_that_a_phrasing_has_is_no_reversal() -> None:
    """An entry for both directions answers either."""
    phrasings = ("trains from Bern to Basel", "trains from Basel to Bern")

    assert not reversed_relation("trains from Basel to Bern", *phrasings)


@pytest.mark.parametrize(
    ("question", "phrasing", "pair"),
    [
        ("I walk out of the camp", "I walk into the camp", ("out", "into")),
        ("a room with balcony", "a room without balcony", ("with", "without")),
        ("walk into the camp", "walk into the camp", None),
    ],
)
def test_particles_oppose_each_other_in_the_same_place(
    question: str, phrasing: str, pair: tuple[str, str] | None
) -> None:
    """Beside the same word, "into" and "out" are opposites."""
    words, nearest = tokenize(question), tokenize(phrasing)
    new = [word for word in words if word not in nearest]

    assert other_particle(ENGLISH, words, nearest, new) == pair


def test_ends_of_journeys_are_comparable_with_each_other() -> None:
    """A question with "to" may reverse an entry with "from"; one with "before" may not."""
    assert {"from", "to"} <= comparable_connectors(ENGLISH, ["from"])
    assert comparable_connectors(ENGLISH, ["before"]) == {"before"}
