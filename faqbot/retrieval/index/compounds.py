"""Compounds of phrasings: words that are written together, apart or with a hyphen, as in "check-in"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from faqbot.retrieval.languages import Language

_HYPHENATED = re.compile(r"(?<![\w-])([^\W_]+)-([^\W_]+)(?![\w-])")


def hyphenated(texts: Iterable[str], language: Language) -> dict[str, tuple[str, str]]:
    """Return the words that *texts* write with one hyphen, each under its letters without it."""
    found: dict[str, tuple[str, str]] = {}
    for text in texts:
        if "-" in text:
            for pair in _HYPHENATED.finditer(text):
                words = language.tokenize(pair.group())
                if len(words) == 2 and is_compound(language, *words):  # noqa: PLR2004 - a pair
                    found["".join(words)] = (words[0], words[1])
    return found


def split_known(words: Sequence[str], pairs: dict[str, tuple[str, str]]) -> list[str]:
    """Return *words* with each key of *pairs* replaced by its two words."""
    if pairs.keys().isdisjoint(words):
        return [*words]
    return [part for word in words for part in pairs.get(word, (word,))]


def is_compound(language: Language, first: str, second: str) -> bool:
    """Return True if two words may be one: neither two numbers, nor function words, nor an article's noun."""
    if first in language.articles or (first[-1].isdigit() and second[0].isdigit()):
        return False
    return language.is_content(first) or language.is_content(second)
