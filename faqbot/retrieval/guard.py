"""The guard: what turns an answer into choices, however high its confidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from faqbot.retrieval.index import Index
from faqbot.retrieval.negation import affirmed, affirms, denies, negated
from faqbot.retrieval.numerals import Numeral, numerals, other_number
from faqbot.retrieval.opposites import Sides, alike, opposite, share_a_side, sides_of
from faqbot.retrieval.reading import Reading
from faqbot.retrieval.telling import core, difference, is_slot
from faqbot.retrieval.text import split_words, tidy

__all__ = ["Guard"]

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]\s*$")
_LOOKS_ALIKE = 0.5
_MOST_CACHED = 2000
_STORY = 20
"""Who uses more words than these tells a story, in which a "not" is seldom what is asked about."""


@dataclass(frozen=True)
class _Spoken:
    """What an entry's phrasings say. Most questions need little of it, so that each thing is read when needed.

    *rows* are the entry's phrasings, *split* gives the words of one, in order.
    """

    index: Index
    rows: range
    split: Callable[[int], tuple[str, ...]]

    @cached_property
    def words(self) -> frozenset[str]:
        starts, known = self.index.words.starts, self.index.lexicon.words
        ids = self.index.words.ids[starts[self.rows.start] : starts[self.rows.stop]]
        return frozenset([known[number] for number in ids.tolist()])

    @cached_property
    def phrasings(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(self.split, self.rows))

    @cached_property
    def cores(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(core, self.phrasings))

    @cached_property
    def sides(self) -> Sides:
        return {side: word for words in self.phrasings for side, word in sides_of(words).items()}

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        return tuple(numeral for words in self.phrasings for numeral in numerals(words))

    @cached_property
    def negated(self) -> frozenset[str]:
        return frozenset(word for words in self.phrasings for word in negated(words))


class Guard:
    """Holds a question against the entry that matches it best, and names what is amiss.

    Safe to share between threads: what it caches is the same whoever computes it.
    """

    def __init__(self, index: Index, split: Callable[[int], Sequence[str]]) -> None:
        """Guard the entries of *index*; *split* gives the words of a row, as a question's are read."""
        self._index = index
        self._split = lru_cache(_MOST_CACHED)(lambda row: tuple(split(row)))
        self._spoken = lru_cache(_MOST_CACHED)(self._speaks)

    def doubt(self, reading: Reading, row: int) -> str:
        """Return a sentence on why the entry of *row* should not answer *reading* outright, else "".

        *row* is the phrasing of that entry which is nearest to the question.
        """
        name = _unknown_name(self._index, reading.text)
        if name:
            return f"The knowledge base does not speak of \u201c{name}\u201d."
        entry = int(self._index.entry_of[row])
        spoken, nearest = self._spoken(entry), self._split(row)
        return (
            _opposed(reading.words, nearest, spoken)
            or _denied(reading.words, nearest, spoken)
            or _numbered(reading.words, nearest, spoken)
            or self._uncovered(reading.words, nearest, spoken, entry)
        )

    def _speaks(self, entry: int) -> _Spoken:
        first, end = self._index.first_row[entry : entry + 2].tolist()
        return _Spoken(self._index, range(first, end), self._split)

    def _uncovered(
        self, words: Sequence[str], nearest: Sequence[str], spoken: _Spoken, entry: int
    ) -> str:
        """Doubt a question that differs from the nearest phrasing in a word that the entry lacks."""
        found = difference(words, nearest, lambda word: self._has(word, spoken, entry))
        if found is None:
            return ""
        word, instead = found
        if share_a_side(word, instead) or is_slot(word, words, spoken.cores):
            return ""
        if instead:
            return f"The question says \u201c{word}\u201d where the best match says \u201c{instead}\u201d."
        return f"The best match does not speak of \u201c{word}\u201d."

    def _has(self, word: str, spoken: _Spoken, entry: int) -> bool:
        """Tell whether the entry speaks of *word*: in its answer it does so only if no phrasing does."""
        if _resembles(self._index, word, spoken.words):
            return True
        number = self._index.answer_lexicon.id_of.get(word)
        if number is None or word in self._index.lexicon.id_of:
            return False
        return number in self._index.answers.row(entry)


def _resembles(index: Index, word: str, words: Container[str]) -> bool:
    """Tell whether *word*, or a known word that looks like it, is among *words*."""
    near = index.lexicon.resembling(word)
    numbers = near.ids[near.likeness > _LOOKS_ALIKE].tolist()
    return word in words or any(index.lexicon.words[number] in words for number in numbers)


def _opposed(words: Sequence[str], nearest: Sequence[str], spoken: _Spoken) -> str:
    found = opposite(words, nearest, lambda: spoken.sides, lambda: spoken.words)
    if found is None:
        return ""
    return f"The question says \u201c{found[0]}\u201d, but the best match only the opposite, \u201c{found[1]}\u201d."


def _denied(words: Sequence[str], nearest: Sequence[str], spoken: _Spoken) -> str:
    """Doubt a question that denies what the entry only affirms, or affirms what it only denies."""
    if not affirms(words):
        return "" if denies(nearest) or len(words) > _STORY else _only_affirmed(words, spoken)
    if affirms(nearest) or affirmed(words) != affirmed(nearest):
        return ""
    for word in negated(nearest):
        if all(map(denies, (other for other in spoken.phrasings if word in other))):
            return f"The best match negates \u201c{word}\u201d, the question does not."
    return ""


def _only_affirmed(words: Sequence[str], spoken: _Spoken) -> str:
    for word in negated(words):
        if _is_among(word, spoken.words) and not _is_among(word, spoken.negated):
            return f"The question negates \u201c{word}\u201d, the best match does not."
    return ""


def _is_among(word: str, words: Collection[str]) -> bool:
    return word in words or any(alike(word, other) for other in words)


def _numbered(words: Sequence[str], nearest: Sequence[str], spoken: _Spoken) -> str:
    found = other_number(words, nearest, lambda: spoken.numerals)
    if found is None:
        return ""
    return f"The question says \u201c{found[0]}\u201d, but the best match \u201c{found[1]}\u201d."


def _unknown_name(index: Index, text: str) -> str:
    """Return the first name in *text* that the knowledge base does not speak of, else ""."""
    if text.islower():
        return ""
    for name in _names(text):
        if not all(_is_known(index, word) for word in split_words(tidy(name))):
            return name
    return ""


def _names(text: str) -> Iterator[str]:
    """Yield the names in *text*: words in capitals, and capitalised words inside a sentence."""
    tokens = list(_TOKEN.finditer(text))
    if 2 * sum(token[0][0].isupper() for token in tokens) > len(tokens) + 1:
        return  # a heading, or somebody who shouts: capitals say nothing there
    for token in tokens:
        word, before = token[0], text[: token.start()].rstrip()
        starts_sentence = not before or _SENTENCE_END.search(before)
        if len(word) > 1 and (word.isupper() or (word[0].isupper() and not starts_sentence)):
            yield word


def _is_known(index: Index, word: str) -> bool:
    """Tell whether an answer has *word*, or a phrasing that asks has a word that looks like it."""
    if word in index.answer_lexicon.id_of:
        return True
    near = index.lexicon.resembling(word)
    return bool((near.likeness[index.asked[near.ids]] > _LOOKS_ALIKE).any())
