"""Which words a question is about, and which only say how it is put.

The words of English: the common ones, names that are nobody's slip, and words that mostly are slips.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

_TIERS = 3


@lru_cache(maxsize=1)
def english_words() -> Mapping[str, int]:
    """Return some 46,000 English words of three letters or more, in lower case, with how rare each is.

    That is 0 for the 4,000 commonest, 1 for the next 7,000, and 2 for the rest.
    """
    return {word: tier for tier, part in enumerate(_parts()[:_TIERS]) for word in part.split()}


@lru_cache(maxsize=1)
def english_names() -> frozenset[str]:
    """Return some 9,000 names and abbreviations, in lower case, that are no English words."""
    return frozenset(_parts()[_TIERS].split())


@lru_cache(maxsize=1)
def english_doubtful() -> frozenset[str]:
    """Return some 300 words and names that are neither of the others, in lower case.

    They have five letters at most, hardly anyone writes them, and they are a slip away from words that
    everyone does: who types "wot" or "pleas" seldom means that.
    """
    return frozenset(_parts()[_TIERS + 1].split())


def _parts() -> list[str]:
    text = (
        files("faqbot.retrieval.languages.english")
        .joinpath("english.txt")
        .read_text(encoding="ascii")
    )
    return text.split("\n\n")


@lru_cache(maxsize=1)
def out_of_scope_questions() -> tuple[str, ...]:
    """Return the shipped questions about everyday matters that no knowledge base answers."""
    text = files("faqbot.retrieval.languages.english").joinpath("elsewhere.txt")
    return tuple(text.read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return _listed("function_words.txt")


@lru_cache(maxsize=1)
def _idle_words() -> frozenset[str]:
    return _function_words().union(listed("light"))


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, tuple[str, ...]]:
    text = (
        files("faqbot.retrieval.languages.english")
        .joinpath("guard_words.txt")
        .read_text(encoding="ascii")
    )
    named = (part.partition("]") for part in text.split("[")[1:])
    return {name: tuple(words.split()) for name, _, words in named}


def listed(name: str) -> tuple[str, ...]:
    """Return the guard's list of words called *name*, in the order they are written."""
    return _lists()[name]


ARTICLES = frozenset(listed("articles"))
ASKING = ARTICLES | frozenset(listed("asking"))
"""What two ways to ask the same differ in: "how do I cancel my order", "how can we cancel an order"."""


def _listed(name: str) -> frozenset[str]:
    text = files("faqbot.retrieval.languages.english").joinpath(name).read_text(encoding="ascii")
    return frozenset(text.split())


def content_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct content words of *words*, in order; all distinct words when there is none."""
    distinct = tuple(dict.fromkeys(words))
    functional = _function_words()
    return tuple([word for word in distinct if word not in functional]) or distinct


def is_content(word: str) -> bool:
    """Tell whether *word* is about something, and holds no sentence together: no "the"."""
    return word not in _function_words()


def is_key_term(word: str) -> bool:
    """Tell whether *word* says what a question is about, rather than that somebody asks: no "explain"."""
    return word not in _idle_words()


def count_key_terms(words: Iterable[str]) -> int:
    """Return how many of *words* are telling."""
    idle = _idle_words()
    return sum([word not in idle for word in words])
