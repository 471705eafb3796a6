"""Compounds: words that are written together, apart or with a hyphen, as in "check-in".

Texts are split at hyphens. A word of a question is then split, or two words are joined, as the knowledge
base writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from faqbot.retrieval.index.bigrams import Bigrams
from faqbot.retrieval.index.vocabulary import Vocabulary
from faqbot.retrieval.languages import Language, same_base

# Fewest letters of a compound. Chosen by hand: "an" is not "a" and "n".
MIN_LETTERS = 4

_HYPHENATED = re.compile(r"(?<![\w-])([^\W_]+)-([^\W_]+)(?![\w-])")


def hyphenated(texts: Iterable[str], language: Language) -> dict[str, tuple[str, str]]:
    """Return the words that *texts* write with one hyphen, each under its letters without it."""
    found: dict[str, tuple[str, str]] = {}
    for text in texts:
        if "-" in text:
            for pair in _HYPHENATED.finditer(text):
                words = language.tokenize(pair.group())
                if len(words) == 2 and _is_compound(language, *words):  # noqa: PLR2004 - a pair
                    found["".join(words)] = (words[0], words[1])
    return found


def split_known(words: Sequence[str], pairs: dict[str, tuple[str, str]]) -> list[str]:
    """Return *words* with each key of *pairs* replaced by its two words."""
    if pairs.keys().isdisjoint(words):
        return [*words]
    return [part for word in words for part in pairs.get(word, (word,))]


class Compounds:
    """Compounds of a knowledge base, known by its *vocabulary* and *bigrams*."""

    def __init__(self, language: Language, vocabulary: Vocabulary, bigrams: Bigrams) -> None:
        """Know the words and the neighbors of a knowledge base's phrasings."""
        self._language = language
        self._vocabulary = vocabulary
        self._keys = bigrams.keys

    def rewrite(self, words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return *words* as the knowledge base writes them, and the pairs (typed, replacement)."""
        known = self._vocabulary.id_of
        written: list[str] = []
        changed: list[tuple[str, str]] = []
        place = 0
        while place < len(words):
            word, after = words[place], words[place + 1 : place + 2]
            place += 1
            if after and self._is_joined(word, after[0]):
                written.append(word + after[0])
                changed.append((f"{word} {after[0]}", word + after[0]))
                place += 1
            elif word not in known and (parts := self._parts(word)):
                written += parts
                changed.append((word, " ".join(parts)))
            else:
                written.append(word)
        return written, changed

    def _is_joined(self, first: str, second: str) -> bool:
        """Return True if the knowledge base writes two words together, and never apart.

        A second word that has a meaning of its own there stays: "corona virus" beside "virus".
        """
        known = self._vocabulary.id_of
        if first + second not in known or not _is_compound(self._language, first, second):
            return False
        if second not in known:
            return True
        apart = first in known and self._follow(first, second)
        return not apart and not self._language.is_content(second)

    def _parts(self, word: str) -> tuple[str, str] | None:
        """Return the two neighbors in phrasings whose letters are those of *word*."""
        known = self._vocabulary.id_of
        if len(word) < MIN_LETTERS - any(map(str.isdigit, word)) - ("-" in word):
            return None
        for end in range(1, len(word)):
            first, second = word[:end], word[end:]
            if first in known and _is_compound(self._language, first, second):
                if second in known and self._follow(first, second):
                    return first, second
                for follower in self._followers(first):
                    if len(second) >= MIN_LETTERS and same_base(self._language, second, follower):
                        return first, follower
        return None

    def _follow(self, first: str, second: str) -> bool:
        id_of = self._vocabulary.id_of
        key = (id_of[first] << 32) | id_of[second]
        place = int(self._keys.searchsorted(key))
        return place < len(self._keys) and int(self._keys[place]) == key

    def _followers(self, first: str) -> Iterator[str]:
        words = self._vocabulary.words
        left = self._vocabulary.id_of[first] << 32
        low, high = self._keys.searchsorted([left, left + len(words)])
        for key in self._keys[low:high].tolist():
            yield words[key & 0xFFFFFFFF]


def _is_compound(language: Language, first: str, second: str) -> bool:
    """Return True if two words may be one: neither two numbers, nor function words, nor an article's noun."""
    if first in language.articles or (first[-1].isdigit() and second[0].isdigit()):
        return False
    return language.is_content(first) or language.is_content(second)
