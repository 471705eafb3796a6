"""Completion index: entries whose phrasings complete a beginning."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import islice

from faqbot.models import Entry
from faqbot.retrieval.languages import tokenize
from faqbot.retrieval.text import normalize

# Words of the vocabulary that a beginning of a word stands for, at most. Chosen by hand: one letter
# begins thousands of words of a large knowledge base, and people type on.
MAX_WORDS_PER_PREFIX = 500
# Phrasings that are compared for one completion, at most. Chosen by hand: about a millisecond.
MAX_COMPARED = 2_000
# Longest beginning that is read, in characters: as many as a question may have in a file.
MAX_BEGINNING_CHARS = 500


@dataclass(frozen=True, order=True, slots=True)
class PhrasingKey:
    """Words of a phrasing, with the place of its entry and its own place in the entry, from 0."""

    words: str
    entry: int
    phrasing: int


class CompletionIndex:
    """Completions of beginnings, from the phrasings of *entries*.

    Built on first use. Thread-safe: concurrent builders store equal values.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Index the phrasings of *entries* at the first completion."""
        self._entries = entries

    def complete(self, beginning: str, limit: int, audience: frozenset[str]) -> list[Entry]:
        """Return at most *limit* entries that *audience* may see and whose phrasings complete *beginning*.

        Phrasings that begin with it come first, then those that hold all of its words, the last one as
        the beginning of a word. The list is empty for a text without words.
        """
        typed = beginning[:MAX_BEGINNING_CHARS]
        words = tokenize(normalize(typed))
        if not words:
            return []
        is_whole = typed[-1:].isspace()
        found = dict.fromkeys(self._visible(self._starting(words, is_whole=is_whole), audience))
        if len(found) < limit:
            found |= dict.fromkeys(self._visible(self._holding(words, is_whole=is_whole), audience))
        return [self._entries[number] for number in islice(found, limit)]

    def _visible(self, keys: Iterable[PhrasingKey], audience: frozenset[str]) -> list[int]:
        """Return the numbers of visible entries of *keys*: by question, then by alternate."""
        shown = (key for key in keys if self._entries[key.entry].is_for(audience))
        order = nsmallest(MAX_COMPARED, shown, key=lambda key: (key.phrasing > 0, key.entry))
        return [key.entry for key in order]

    def _starting(self, words: Sequence[str], *, is_whole: bool) -> Iterator[PhrasingKey]:
        """Yield the keys that begin with *words*, the last one whole if *is_whole*."""
        prefix = " ".join(words)
        first = bisect_left(self._keys, PhrasingKey(prefix, 0, 0))
        for key in islice(self._keys, first, first + MAX_COMPARED):
            if not key.words.startswith(prefix):
                return
            if not is_whole or f"{key.words} ".startswith(f"{prefix} "):
                yield key

    def _holding(self, words: Sequence[str], *, is_whole: bool) -> Iterator[PhrasingKey]:
        """Yield keys that hold all *words*, in any order, the last one as a beginning."""
        *whole, last = words
        sets = [self._postings.get(word, frozenset()) for word in whole]
        ends = [last] if is_whole else self._words_beginning(last)
        sets.append(frozenset().union(*(self._postings.get(word, frozenset()) for word in ends)))
        rows = sorted(frozenset.intersection(*sets))
        return (self._keys[row] for row in rows[:MAX_COMPARED])

    def _words_beginning(self, prefix: str) -> list[str]:
        first = bisect_left(self._vocabulary, prefix)
        words = islice(self._vocabulary, first, first + MAX_WORDS_PER_PREFIX)
        return [word for word in words if word.startswith(prefix)]

    @cached_property
    def _keys(self) -> Sequence[PhrasingKey]:
        """Keys of all phrasings, sorted by their words."""
        return sorted(
            PhrasingKey(" ".join(tokenize(normalize(text))), number, place)
            for number, entry in enumerate(self._entries)
            for place, text in enumerate(entry.phrasings)
        )

    @cached_property
    def _postings(self) -> dict[str, frozenset[int]]:
        """Rows of `_keys` that hold each word."""
        rows: dict[str, set[int]] = {}
        for row, key in enumerate(self._keys):
            for word in key.words.split():
                rows.setdefault(word, set()).add(row)
        return {word: frozenset(found) for word, found in rows.items()}

    @cached_property
    def _vocabulary(self) -> Sequence[str]:
        return sorted(self._postings)
