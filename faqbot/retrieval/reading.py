"""Reading a question: synonyms written in full, slips of the finger repaired, words split, text encoded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.index import Index
from faqbot.retrieval.kernel import Query
from faqbot.retrieval.spelling import Speller
from faqbot.retrieval.text import Synonyms, split_words, tidy
from faqbot.retrieval.words import content_words

__all__ = ["Reader", "Reading"]

_MOST_REPAIRED = 40
"""Slips are looked for in as many words: what is full of words that nobody knows would take long."""

_ACRONYM = re.compile(r"\b[A-Z]{3,5}\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was read: the *text* and *words* that are matched, and what was changed.

    *corrections* and *synonyms* are pairs (typed, read as).
    """

    text: str
    words: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()


class Reader:
    """Reads questions for one knowledge base. Safe to share between threads."""

    def __init__(self, index: Index, synonyms: Synonyms, encoder: Encoder | None) -> None:
        """Read with the words of *index*, with *synonyms*, and with the *encoder* it was built with."""
        self._synonyms = synonyms
        self._encoder = encoder
        self._word_encoder = encoder if isinstance(encoder, WordEncoder) else None
        lexicon = index.lexicon
        known = dict.fromkeys(index.answer_lexicon.words, lexicon.rarest)
        known.update(zip(lexicon.words, map(float, lexicon.rarity), strict=True))
        self._known = known
        self._speller = Speller(known)

    def read(self, text: str) -> Reading:
        """Return how *text* is read."""
        rewritten, used = self._synonyms.rewrite(tidy(text))
        typed = split_words(rewritten)
        slips, rest = typed[:_MOST_REPAIRED], typed[_MOST_REPAIRED:]
        meant = self._meant(slips, rewritten)
        synonyms = tuple(dict.fromkeys(used))
        if not meant:
            return Reading(rewritten, tuple(typed), synonyms=synonyms)
        words = (*(meant.get(word, word) for word in slips), *rest)
        corrections = tuple((word, meant[word]) for word in dict.fromkeys(slips) if word in meant)
        return Reading(" ".join(words), words, corrections, synonyms)

    def _meant(self, slips: list[str], text: str) -> dict[str, str]:
        """Return those of *slips*, words of *text*, that are some, each with the word that was meant."""
        unknown = set(slips).difference(self._known)
        if not unknown:
            return {}
        repaired = [(word, self._speller.repair(word)) for word in unknown - _acronyms(text)]
        return {word: meant for word, meant in repaired if meant != word}

    def split(self, text: str) -> list[str]:
        """Return the words of *text*, a phrasing, as those of a question are matched with them."""
        return split_words(self._synonyms.rewrite(tidy(text))[0])

    def query(self, reading: Reading) -> Query:
        """Return what is compared with the knowledge base's phrasings."""
        content = content_words(reading.words)
        encoder, words = self._encoder, self._word_encoder
        vector = None if encoder is None else encoder.encode([reading.text])[0]
        content_vectors = None if words is None else words.encode_words(content)
        return Query(reading.words, content, vector, content_vectors)


def _acronyms(text: str) -> set[str]:
    """Return the words of *text* that are in capitals, folded; none if all of it is."""
    if text.islower() or text.isupper():
        return set()
    return {found.casefold() for found in _ACRONYM.findall(text)}
