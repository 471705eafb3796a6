"""Facts that a question asks for, and that an entry holds or lacks."""

from __future__ import annotations

import pytest

from faqbot.retrieval.contradictions.facts import (
    FactKind,
    FactSource,
    asked_fact,
    is_subjectless,
)
from faqbot.retrieval.languages import ENGLISH, has_form, language_of, tokenize
from faqbot.retrieval.text import normalize


def words_of(text: str) -> list[str]:
    """Return the words of *text*."""
    return tokenize(normalize(text))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("when does the ferry leave", FactKind.TIME),
        ("when I board the ferry, where do I sit", None),
        ("when boarding, may I sit", None),
        ("when the ferry is full, where do I wait", None),
        ("when the ferry leaves", FactKind.TIME),
        ("who steers the ferry", FactKind.PERSON),
        ("how long is the crossing", FactKind.DURATION),
        ("how many minutes is the crossing", FactKind.DURATION),
        ("how much longer must we wait", FactKind.DURATION),
        ("how many cabins are there", FactKind.NUMBER),
        ("how much luggage may I take", FactKind.NUMBER),
        ("how much may I take", FactKind.NUMBER),
        ("how old is the ferry", FactKind.NUMBER),
        ("how fast is the ferry", FactKind.NUMBER),
        ("how much is a cabin", FactKind.PRICE),
        ("in which year was the pier built", FactKind.YEAR),
        ("what year did the line open", FactKind.YEAR),
        ("what fees does a cabin have", FactKind.PRICE),
        ("what is the monthly fee", FactKind.PRICE),
        ("what does a cabin with a window cost", FactKind.PRICE),
        ("what happens when fees rise", None),
        ("how do I pay the fee", None),
        ("where is the pier", FactKind.PLACE),
        ("where is my suitcase", None),
        ("where do I buy a ticket", None),
        ("what happens when it rains", None),
        ("", None),
    ],
)
def test_a_question_asks_for_a_kind_of_fact(question: str, kind: FactKind | None) -> None:
    """Question words at the beginning, and pairs of words anywhere."""
    fact = asked_fact(ENGLISH, words_of(question))

    assert (fact.kind if fact else None) == kind
    assert not fact or not ENGLISH.fact_marks.isdisjoint(words_of(question))


@pytest.mark.parametrize(
    ("question", "subjectless"),
    [
        ("where do I find", True),
        ("how long is", True),
        ("how many", True),
        ("where do I find my cabin", False),
        ("check in", False),
        ("", False),
    ],
)
def test_a_question_may_name_no_subject(
    question: str,
    subjectless: bool,  # noqa: FBT001 - a parameter
) -> None:
    """It has words of asking only."""
    assert is_subjectless(ENGLISH, words_of(question)) is subjectless


@pytest.mark.parametrize(
    ("code", "question", "kind"),
    [
        ("de", "in welchem Jahr wurde der Steg gebaut", FactKind.YEAR),
        ("de", "welche Gebühren hat eine Kabine", FactKind.PRICE),
        ("fr", "quel est le prix de la cabine", FactKind.PRICE),
        ("es", "en que año se construyó el muelle", FactKind.YEAR),
        ("it", "quali costi ha la cabina", FactKind.PRICE),
        ("pt", "qual é o preço da cabine", FactKind.PRICE),
        ("nl", "wat zijn de kosten van de hut", FactKind.PRICE),
    ],
)
def test_other_languages_ask_for_years_and_prices(
    code: str, question: str, kind: FactKind | None
) -> None:
    """Each language has its own words for them."""
    language = language_of(code)
    words = language.tokenize(normalize(question))
    fact = asked_fact(language, words)

    assert (fact.kind if fact else None) == kind
    assert not language.fact_marks.isdisjoint(words)


def holds(question: str, phrasings: str, answer: str) -> bool:
    """Return True if an entry may hold the fact that *question* asks for."""
    asked, split = words_of(question), [words_of(text) for text in phrasings.split("|")]
    fact = asked_fact(ENGLISH, asked)
    assert fact is not None
    said = frozenset(words_of(answer))
    known = said.union(*split)
    source = FactSource(ENGLISH, split, said, answer)
    return source.holds(fact, asked, lambda word: has_form(ENGLISH, word, known))


@pytest.mark.parametrize(
    ("question", "phrasings", "answer"),
    [
        ("when does the ferry leave", "when does the boat go", "See the board."),
        ("when does the ferry leave", "ferry times", "See the board."),
        ("when does the ferry leave", "the ferry", "It leaves on Mondays."),
        ("when was the pier built", "the pier", "It was built in 1911."),
        ("when will it arrive", "how long does it take", "Two days."),
        ("who steers the ferry", "crew of the ferry", "Captain Ode steers the ferry."),
        ("how many cabins are there", "how many cabins has the ferry", "See the plan."),
        ("how many days of paid leave", "how much paid leave do I get", "A month."),
        ("how old is the ferry", "the ferry", "It was built in 1970."),
        ("how old must a steward be", "how old do sailors have to be", "Eighteen."),
        ("who steers the ferry", "who can steer ferries", "People with a licence."),
        ("how fast is the ferry", "speed of the ferry", "See the card."),
        ("how quickly is luggage sent", "how long does luggage take", "See the card."),
        ("how fast is luggage sent", "sending luggage", "It leaves within two days."),
        ("how much is a cabin", "price of a cabin", "See the list."),
        ("how much is a cabin", "a cabin", "\u00a340 each night."),
        ("what does a cabin cost", "a cabin", "\u00a340 each night."),
        ("what fees does a cabin have", "charges for a cabin", "See the list."),
        ("what year was the pier built", "when was the pier built", "Work ended in 1911."),
        ("what year was the pier built", "the pier", "It was built in 1911."),
        ("what does a cabin cost per week", "price of a cabin", "See the list."),
        ("how much is a cabin", "cabin prices", "See the list."),
        ("how much is a cabin for 2 nights", "cabin prices", "See the list."),
        ("how much do I pay for a berth", "what does a cabin cost", "See the list."),
        ("where is the pier", "the pier", "Behind the market."),
        ("where is the pier", "way to the pier", "Follow the signs."),
        ("where is the pier", "where can I find the pier", "Follow the signs."),
        ("when should I board", "i would like to know when should i board", "Early."),
        ("how old are you in winter", "tell me how old are you today", "Young."),
    ],
)
def test_an_entry_that_asks_for_or_tells_the_fact_holds_it(
    question: str, phrasings: str, answer: str
) -> None:
    """A phrasing asks for the same or names it, or the answer tells it."""
    assert holds(question, phrasings, answer)


@pytest.mark.parametrize(
    ("question", "phrasings", "answer"),
    [
        ("when was the pier built", "what is the pier", "It is made of wood."),
        ("when was the captain born", "who is the captain", "Ode has been captain since 2014."),
        (
            "who designed the ferry",
            "what is the ferry|who are you",
            "It sails at nine and at five.",
        ),
        ("how fast is the ferry", "how do I board the ferry", "Walk over the bridge."),
        ("when was the mural painted", "who painted the mural", "Ode did."),
        ("how long is the crossing", "when is the crossing", "At 9 am and 5 pm."),
        ("who founded the line", "what is the line", "A firm that runs ferries."),
        ("how many decks are there", "how many cabins are there", "There are 40."),
        ("how old is the captain", "who is the captain", "Ode has been captain since 2014."),
        ("how old is the pier", "how old do sailors have to be", "Eighteen."),
        ("how far is the museum", "how far does the ferry sail", "To the isle."),
        ("how big is the mural", "who painted the mural", "Ode painted it in 3 weeks."),
        ("how much is the crossing", "when is the crossing", "At 9 am."),
        ("what fees does a cabin have", "how long may I keep a cabin", "Two days."),
        ("what does a cabin cost", "do I need a cabin", "Only at night."),
        ("what does a deckchair cost", "what does a cabin cost", "Nine euros."),
        ("how much is the towel rental", "how much is the cabin", "Nine euros."),
        ("how much is a harp", "how much is a harp lesson", "Nine euros."),
        ("when do I get the ticket", "may I board later", "Yes, with a ticket."),
        ("what year did the bar open", "when does the bar open", "At 6 pm."),
        ("where is the library", "when is the library open", "From 8 to 10."),
        ("where is the ferry", "is there a bar on the ferry", "Yes, beside the stairs."),
    ],
)
def test_another_fact_is_not_the_one_asked_for(question: str, phrasings: str, answer: str) -> None:
    """A number or a place in the answer tells something else, and another thing has another price."""
    assert not holds(question, phrasings, answer)
