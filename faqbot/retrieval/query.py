"""Query analysis: from a typed question to the words and vectors that are compared."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.encoders import CombinedEncoder, Encoder, WordEncoder
from faqbot.retrieval.index.bigrams import BOUNDARY, BigramModel
from faqbot.retrieval.index.compounds import Compounds
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.subject import shrink_subject
from faqbot.retrieval.languages.detection import foreign_language
from faqbot.retrieval.spelling import SpellingCorrector
from faqbot.retrieval.text import Synonyms, normalize

# Words of a question that are corrected. A text full of unknown words would take too long. Chosen by
# hand.
MAX_CORRECTED = 40

_ACRONYM = re.compile(r"\b[A-Z]{3,5}\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """Question as it is matched: its *text* and *words*, and the changes made to them.

    *corrections* and *synonyms* are pairs (typed, replacement). *typed* is the text before the corrections,
    if there are any. *language* is the ISO 639-1 code of a question in another language than the
    knowledge base, which is not corrected; "" for any other question.
    """

    text: str
    words: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    language: str = ""


class QuestionAnalyzer:
    """Analyzer of the questions to one knowledge base. Thread-safe."""

    def __init__(self, index: Index, synonyms: Synonyms, encoder: Encoder | None) -> None:
        """Read questions for *index*, which was built with *synonyms* and *encoder*."""
        self.language = index.language
        self.index = index
        self.encoder = encoder
        self._synonyms = synonyms
        self._word_encoder = encoder if isinstance(encoder, WordEncoder) else None
        vocabulary = index.vocabulary
        idf = dict.fromkeys(index.answer_vocabulary.words, vocabulary.max_idf)
        idf.update(zip(vocabulary.words, map(float, vocabulary.idf), strict=True))
        self._idf = idf
        self._compounds = Compounds(index.language, vocabulary, index.bigrams)
        model = BigramModel(vocabulary, index.bigrams)
        self._corrector = SpellingCorrector(index.language, idf, model)

    def read(self, text: str) -> Reading:
        """Return *text* normalized, with synonyms replaced and typos corrected."""
        rewritten, used = self._synonyms.rewrite(normalize(text))
        typed, joined = self._written(self.language.tokenize(rewritten))
        synonyms = tuple(dict.fromkeys(used))
        words = tuple(typed)
        known = self._idf.keys() >= set(typed[:MAX_CORRECTED])
        if not known and self.language.corrects_spelling:
            unknown = [word for word in typed if word not in self._idf]
            if foreign := foreign_language(rewritten, unknown, self.language):
                return Reading(rewritten, words, synonyms=synonyms, language=foreign)
            words = tuple(self._corrected(typed, _acronyms(rewritten)))
        changed = (pair for pair in zip(typed, words, strict=True) if pair[0] != pair[1])
        corrections = tuple(dict.fromkeys([*joined, *changed]))
        read = " ".join(words) if corrections else rewritten
        return Reading(read, words, corrections, synonyms, rewritten if corrections else "")

    def _corrected(self, typed: Sequence[str], spared: Container[str]) -> Iterator[str]:
        """Yield the words *typed*, corrected unless they are in *spared*."""
        before = BOUNDARY
        for place, (word, after) in enumerate(zip(typed, [*typed, BOUNDARY][1:], strict=True)):
            left_alone = word in spared or place >= MAX_CORRECTED
            before = word if left_alone else self._correct(word, before, after)
            yield before

    def _correct(self, word: str, before: str, after: str) -> str:
        return self.language.standard_spelling(self._corrector.correct(word, before, after))

    def tokenize(self, text: str) -> list[str]:
        """Return the words of *text*, a phrasing, with synonyms replaced."""
        words = self.language.tokenize(self._synonyms.rewrite(normalize(text))[0])
        return self._written(words)[0]

    def _written(self, words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return *words* with compounds as the knowledge base writes them, and the changes."""
        if not self.language.corrects_spelling:
            return [*words], []
        return self._compounds.rewrite(words)

    def _encoded(self, reading: Reading, encoder: Encoder) -> NDArray[np.float32]:
        reads_typed = getattr(encoder, "reads_typed_text", False)
        text = (reads_typed and reading.typed) or reading.text
        if reading.language and isinstance(encoder, CombinedEncoder):
            rows = encoder.encode_foreign([text])
        else:
            rows = encoder.encode([text])
        vector: NDArray[np.float32] = shrink_subject(rows, self.index.subject)[0]
        return vector

    def query(self, reading: Reading) -> Query:
        """Return the features of *reading* that are compared with the index."""
        content = self.language.content_words(reading.words)
        encoder, words = self.encoder, self._word_encoder
        vector = None if encoder is None else self._encoded(reading, encoder)
        content_vectors = None if words is None else words.encode_words(content)
        if content_vectors is not None and reading.language:
            content_vectors = np.zeros_like(content_vectors)  # its words have no meaning in English
        return Query(reading.words, content, vector, content_vectors)


def _acronyms(text: str) -> set[str]:
    """Return the words of *text* in capitals, case-folded.

    The result is empty if all of *text* is in capitals.
    """
    if text.islower() or text.isupper():
        return set()
    return {found.casefold() for found in _ACRONYM.findall(text)}
