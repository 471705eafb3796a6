"""Reading a question: synonyms written in full, slips of the finger repaired, words split, text encoded."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.index.bigram_model import BOUNDARY, BigramModel
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.languages.english import content_words
from faqbot.retrieval.spelling import Speller
from faqbot.retrieval.text import Synonyms, normalize, tokenize

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
        self.index = index
        self.encoder = encoder
        self._word_encoder = encoder if isinstance(encoder, WordEncoder) else None
        vocabulary = index.vocabulary
        known = dict.fromkeys(index.answer_vocabulary.words, vocabulary.max_idf)
        known.update(zip(vocabulary.words, map(float, vocabulary.idf), strict=True))
        self._known = known
        self._speller = Speller(known, BigramModel(vocabulary, index.bigrams))

    def read(self, text: str) -> Reading:
        """Return how *text* is read."""
        rewritten, used = self._synonyms.rewrite(normalize(text))
        typed = tokenize(rewritten)
        synonyms = tuple(dict.fromkeys(used))
        if self._known.keys() >= set(typed[:_MOST_REPAIRED]):
            return Reading(rewritten, tuple(typed), synonyms=synonyms)
        words = tuple(self._repaired(typed, _acronyms(rewritten)))
        corrections = tuple(pair for pair in zip(typed, words, strict=True) if pair[0] != pair[1])
        read = " ".join(words) if corrections else rewritten
        return Reading(read, words, tuple(dict.fromkeys(corrections)), synonyms)

    def _repaired(self, typed: Sequence[str], spared: Container[str]) -> Iterator[str]:
        """Yield the words *typed*, of which none in *spared* is repaired."""
        before = BOUNDARY
        for place, (word, after) in enumerate(zip(typed, [*typed, BOUNDARY][1:], strict=True)):
            left_alone = word in spared or place >= _MOST_REPAIRED
            before = word if left_alone else self._speller.repair(word, before, after)
            yield before

    def split(self, text: str) -> list[str]:
        """Return the words of *text*, a phrasing, as those of a question are matched with them."""
        return tokenize(self._synonyms.rewrite(normalize(text))[0])

    def query(self, reading: Reading) -> Query:
        """Return what is compared with the knowledge base's phrasings."""
        content = content_words(reading.words)
        encoder, words = self.encoder, self._word_encoder
        vector = None if encoder is None else encoder.encode([reading.text])[0]
        content_vectors = None if words is None else words.encode_words(content)
        return Query(reading.words, content, vector, content_vectors)


def _acronyms(text: str) -> set[str]:
    """Return the words of *text* that are in capitals, folded; none if all of it is."""
    if text.islower() or text.isupper():
        return set()
    return {found.casefold() for found in _ACRONYM.findall(text)}
