"""What a text denies."""

from __future__ import annotations

from collections import Counter
from functools import partial
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval import languages
from faqbot.retrieval.contradictions import polarity
from faqbot.retrieval.languages import ENGLISH, tokenize

denies = partial(polarity.denies, ENGLISH)
has_two_word_term = partial(polarity.has_two_word_term, ENGLISH)
negated = partial(polarity.negated, ENGLISH)
opposite = partial(polarity.opposite, ENGLISH)
prefix_variants = partial(polarity.prefix_variants, ENGLISH)
prefixed = partial(polarity.prefixed, ENGLISH)
same_base = partial(languages.same_base, ENGLISH)
share_side = partial(polarity.share_side, ENGLISH)
sides_of = partial(polarity.sides_of, ENGLISH)
without_framing = partial(polarity.without_framing, ENGLISH)


def told(question: str, *phrasings: str) -> tuple[str, str] | None:
    """Return the opposites in *question* and an entry of *phrasings*, the first the nearest."""
    asked = tokenize(question)
    split = [tokenize(phrasing) for phrasing in phrasings]
    words = [word for phrasing in split for word in phrasing]
    found = opposite(asked, split[0], lambda: sides_of(words))
    return found or prefixed(asked, split[0], set(words))


@pytest.mark.parametrize(
    ("question", "phrasing", "pair"),
    [
        ("selling shares", "where to buy shares", ("selling", "buy")),
        ("the western gate", "the north gate", ("western", "north")),
        ("multilateral talks", "bilateral talks", ("multilateral", "bilateral")),
        ("turn the kitchen lights off", "turn on the lights", ("turn off", "turn on")),
        ("stopped trials", "starting a trial", ("stopped", "starting")),
        ("parties to it", "stories", None),
        ("unpaid leave", "paid leave", ("unpaid", "paid")),
        ("paid leave", "unpaid leave", ("paid", "unpaid")),
        ("regular verbs", "irregular verbs", ("regular", "irregular")),
        ("my voice", "my invoice", None),
        ("buy", "see", None),
    ],
)
def test_opposites_are_told(question: str, phrasing: str, pair: tuple[str, str] | None) -> None:
    """In regular forms and in two words that stand apart; what only looks like a prefix is none."""
    assert told(question, phrasing) == pair


@pytest.mark.parametrize(
    ("question", "phrasings"),
    [
        ("how to sell", ["buy shares", "sell shares"]),
        ("how to buy and sell", ["buy shares"]),
        ("unpaid leave", ["paid leave", "unpaid leave"]),
        ("when to sell", ["what about shares", "buy shares"]),
        ("able", ["unable"]),
    ],
)
def test_both_sides_and_other_phrasings_tell_nothing(question: str, phrasings: list[str]) -> None:
    """An entry or a question with both is about both; only the nearest phrasing is held against it."""
    assert told(question, *phrasings) is None


_WORDS = st.sampled_from(("buy", "sell", "turn", "the", "lights", "on", "off", "sign", "up", "out"))
_PREFIXED = st.sampled_from(("paid", "unpaid", "lock", "unlock", "voice", "invoice", "deactivate"))
_PHRASING = st.lists(_WORDS, max_size=6)


@given(_PHRASING, st.lists(_PHRASING, min_size=1, max_size=2))
def test_a_word_that_is_new_or_a_term_of_two_takes_every_opposite(
    asked: list[str], phrasings: list[list[str]]
) -> None:
    """So opposites need not be looked for where no word of either kind is."""
    words = [word for phrasing in phrasings for word in phrasing]
    found = opposite(asked, phrasings[0], lambda: _sides_of_all(phrasings))

    new = [word for word in asked if word not in words]
    is_new = any(polarity.takes_side(ENGLISH, word) for word in new)
    assert is_new or has_two_word_term(asked) or found is None


def _sides_of_all(phrasings: list[list[str]]) -> dict[tuple[int, int], str]:
    return {side: word for phrasing in phrasings for side, word in sides_of(phrasing).items()}


def test_two_words_of_a_term_take_a_side_together() -> None:
    """One of them alone takes none."""
    assert has_two_word_term(["turn", "it", "off"])
    assert not has_two_word_term(["turn", "my", "back"])
    assert not has_two_word_term(["when", "to", "sell"])


@given(st.lists(_PREFIXED, max_size=3), st.lists(_PREFIXED, max_size=3))
def test_what_a_word_is_prefix_variants_is_all_that_may_be_found(
    asked: list[str], near: list[str]
) -> None:
    """So a prefix need not be looked for where no phrasing has any of it."""
    others = {other for word in asked for other in prefix_variants(word)}

    assert not others.isdisjoint(near) or prefixed(asked, near, set()) is None


def test_a_prefix_is_put_before_a_word_and_taken_off() -> None:
    """What it is taken off must be long enough; what only begins like one has none."""
    assert {"lock", "ununlock"} < {*prefix_variants("unlock")}
    assert {"unlock", "nonlock"} < {*prefix_variants("lock")}
    assert "voice" not in prefix_variants("invoice")


def test_words_of_a_side_mean_the_same() -> None:
    """So one for the other makes no difference."""
    assert share_side("purchase", "bought")
    assert not share_side("purchase", "sell")
    assert not share_side("purchase", "house")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("stop", "stopping", True),
        ("policy", "policies", True),
        ("share", "sharing", True),
        ("buyer", "buys", True),
        ("us", "use", False),
        ("gas", "ga", False),
        ("print", "sprint", False),
    ],
)
def test_regular_endings_make_no_other_word(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a parameter
    """Plurals, tenses and doubled letters; never a stem of two letters."""
    assert same_base(one, other) is same_base(other, one) is same


def test_the_list_is_sound() -> None:
    """Over a hundred groups of two sides or more, in plain words, none of which is on two sides."""
    text = (
        files("faqbot.retrieval.languages.english")
        .joinpath("opposites.txt")
        .read_text(encoding="ascii")
    )
    groups = [line.split(" / ") for line in text.splitlines() if line and line[0] != "#"]

    assert len(groups) > 100
    for group in groups:
        terms = Counter(term for side in group for term in side.split())
        assert len(group) > 1, group
        assert max(terms.values()) == 1, group
        assert all(term.replace("_", "").isalpha() and term.count("_") < 2 for term in terms)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("I don't want to book a room", "book"),
        ("do not cancel it", "cancel"),
        ("how do I not cancel", "cancel"),
        ("how can I pay without a card", "card"),
        ("who may never sign", "sign"),
        ("is there no refund", "refund"),
        ("why can't I log in", "log"),
        ("my card isn't working", "working"),
        ("a non google address", "google"),
    ],
)
def test_what_is_denied(text: str, target: str) -> None:
    """The first word after the negator that is about something."""
    assert list(negated(tokenize(text))) == [target]
    assert denies(tokenize(text))


@pytest.mark.parametrize(
    "text",
    [
        "why not cancel",
        "whether or not it rains",
        "if not please cancel",
        "can't I cancel",
        "isn't there a refund",
        "it is open isn't it",
        "could you not cancel it",
        "don't you cancel orders",
        "I don't know how to cancel",
        "I'm not sure about refunds",
        "I can't find the form",
        "I no longer need euros",
        "not only cats",
        "no I want a refund",
        "if it isn't can you cancel it",
        "cancel",
        "not",
        "",
    ],
)
def test_ways_of_asking_deny_nothing(text: str) -> None:
    """Politeness, tags and doubt about oneself have a "not" all the same."""
    assert list(negated(tokenize(text))) == []
    assert not denies(tokenize(text))


def test_a_denial_needs_no_negator() -> None:
    """A text that says "failed" denies; a polite "not" does not."""
    assert denies(["it", "failed"])
    assert not denies(["why", "not"])


def test_what_is_without_framing_leaves_the_negators_out() -> None:
    """Two texts that differ in a negation alone affirm the same, but not if one asks why, one when."""
    assert without_framing(tokenize("I never cancel the order")) == ("cancel", "order")
    assert without_framing(tokenize("do cancel an order")) == ("cancel", "order")
    assert without_framing(["why", "cancel"]) != without_framing(["when", "cancel"])


@pytest.mark.parametrize(
    ("text", "target"),
    [("shelves that do not have doors", "doors"), ("I did not have lunch", "lunch")],
)
def test_an_auxiliary_after_another_one_is_a_verb(text: str, target: str) -> None:
    """The negation is of the thing that nobody has."""
    assert list(negated(tokenize(text))) == [target]


@pytest.mark.parametrize(
    ("question", "phrasing", "pair"),
    [
        ("do not pair it", "unpair it", None),
        ("do pair it", "unpair it", ("pair", "unpair")),
        ("do not unpair it", "pair it", None),
    ],
)
def test_a_word_with_a_negation_is_no_opposite_of_its_opposite(
    question: str, phrasing: str, pair: tuple[str, str] | None
) -> None:
    """To not pair is to unpair."""
    assert prefixed(question.split(), phrasing.split(), set(phrasing.split())) == pair
