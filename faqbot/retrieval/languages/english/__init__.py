"""Which words a question is about, and which only say how it is put."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

__all__ = [
    "ARTICLES",
    "ASKING",
    "content_words",
    "count_telling",
    "is_content",
    "is_telling",
    "listed",
]


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


def is_telling(word: str) -> bool:
    """Tell whether *word* says what a question is about, rather than that somebody asks: no "explain"."""
    return word not in _idle_words()


def count_telling(words: Iterable[str]) -> int:
    """Return how many of *words* are telling."""
    idle = _idle_words()
    return sum([word not in idle for word in words])
