"""What turns an answer into choices: names that the knowledge base does not speak of."""

from __future__ import annotations

import pytest

from faqbot.models import Entry
from faqbot.retrieval.guard import doubt
from faqbot.retrieval.index import Index, build_index
from faqbot.retrieval.reading import Reader
from faqbot.retrieval.text import Synonyms


@pytest.fixture(scope="module")
def index() -> Index:
    """Return an index that speaks of the UN, of Vienna and of Ottawa."""
    entries = [
        Entry("un", "How many members has the UN?", "193", not_for=("Who leads FIFA?",)),
        Entry("vienna", "What happened in Vienna?", "A congress. Ottawa had no part in it."),
    ]
    return build_index(entries, Synonyms([]), None)


def doubted(index: Index, question: str) -> str:
    """Return why *question* must not be answered outright."""
    return doubt(index, Reader(index, Synonyms([]), None).read(question))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("how many members has NATO", "NATO"),
        ("NATO members?", "NATO"),
        ("how many members has FIFA", "FIFA"),
        ("what happened in Lisbon then", "Lisbon"),
        ("Hello. what happened in Lisbon", "Lisbon"),
    ],
)
def test_an_unknown_name_is_doubted(index: Index, question: str, name: str) -> None:
    """A word in capitals, or a capital inside a sentence, must be known; the doubt names it."""
    assert name in doubted(index, question)


@pytest.mark.parametrize(
    "question",
    [
        "how many members has the UN",
        "what happened in Vienna",
        "what happened in Vienne",
        "was Ottawa in it",
        "how many members has nato",
        "Lisbon",
        "What happened? Perhaps nothing",
        "WHAT HAPPENED IN LISBON",
        "What Happened In Lisbon",
        "",
    ],
)
def test_known_names_and_plain_words_are_not(index: Index, question: str) -> None:
    """Names of phrasings and answers are known, slips of them too; shouting and titles say nothing."""
    assert doubted(index, question) == ""
