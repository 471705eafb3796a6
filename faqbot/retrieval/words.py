"""Which words a question is about, and which only say how it is put."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

__all__ = ["content_words", "english_words"]


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Return some 40,000 common English words of three letters or more, in lower case."""
    return _listed("english.txt")


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return _listed("function_words.txt")


def _listed(name: str) -> frozenset[str]:
    text = files("faqbot.retrieval").joinpath(name).read_text(encoding="ascii")
    return frozenset(text.split())


def content_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct content words of *words*, in order; all distinct words when there is none."""
    distinct = tuple(dict.fromkeys(words))
    return tuple(word for word in distinct if word not in _function_words()) or distinct
