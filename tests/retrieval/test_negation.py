"""What a text denies."""

from __future__ import annotations

import pytest

from faqbot.retrieval.contradictions.polarity import affirmed, affirms, denies, negated
from faqbot.retrieval.text import split_words


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
    assert list(negated(split_words(text))) == [target]
    assert denies(split_words(text))


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
    assert list(negated(split_words(text))) == []
    assert not denies(split_words(text))


def test_a_denial_needs_no_negator() -> None:
    """A text that says "failed" denies; one that has a "not" of any kind does not quite affirm."""
    assert denies(["it", "failed"])
    assert not affirms(["it", "failed"])
    assert not affirms(["why", "not"])
    assert affirms(["it", "works"])


def test_what_is_affirmed_leaves_the_negators_out() -> None:
    """Two texts that differ in a negation alone affirm the same, but not if one asks why, one when."""
    assert affirmed(split_words("I never cancel the order")) == ("cancel", "order")
    assert affirmed(split_words("do cancel an order")) == ("cancel", "order")
    assert affirmed(["why", "cancel"]) != affirmed(["when", "cancel"])
