"""Query analysis: from a typed question to the words and vectors that are compared."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry
from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.index.bigrams import BigramModel
from faqbot.retrieval.index.bounded_cache import BoundedCache
from faqbot.retrieval.index.index import Index, Query
from faqbot.retrieval.index.subject import shrink_subject
from faqbot.retrieval.languages import bases
from faqbot.retrieval.languages.detection import MIN_QUESTION_WORDS, foreign_language
from faqbot.retrieval.spelling import MAX_CORRECTED, Compounds, SpellingCorrector
from faqbot.retrieval.text import Synonyms, normalize, tokenize

# Texts whose vectors wait to be asked: the parts and pairs of a few messages. Chosen by hand.
MAX_CACHED_VECTORS = 64

# Letters from which a correction is no guess. Chosen by hand: "ping" is one letter from many words.
MIN_LETTERS_OF_TYPO = 5

# Phrasings, and share of all phrasings, from which a word of theirs tells nothing. Chosen by hand: the
# subject of a knowledge base, such as "diplomacy".
MIN_WIDESPREAD_ROWS = 8
MIN_WIDESPREAD_SHARE = 0.15

# Base forms of words that are cached for entries that are shown: about 5 MB. Chosen by hand.
MAX_CACHED_FORMS = 50_000


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
        self._spellings = index.language.spellings
        self._encodes_typed: bool = getattr(encoder, "reads_typed_text", False)
        self._covers_all_words: bool = getattr(encoder, "covers_all_words", False)
        self._vectors = BoundedCache[str, NDArray[np.float32]](MAX_CACHED_VECTORS)
        self._entry_forms = BoundedCache[str, frozenset[str]](MAX_CACHED_FORMS, len)
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
        typed = tokenize(rewritten, self._spellings)
        joined: list[tuple[str, str]] = []
        if self.language.corrects_spelling:
            typed, joined = self._compounds.rewrite(typed)
        words, synonyms = tuple(typed), tuple(dict.fromkeys(used))
        known = all(map(self._idf.__contains__, typed[:MAX_CORRECTED]))
        if not known and self.language.corrects_spelling:
            unknown = [word for word in typed if word not in self._idf]
            several = len({*unknown}) >= MIN_QUESTION_WORDS
            if several and (foreign := foreign_language(rewritten, unknown, self.language)):
                return Reading(rewritten, words, synonyms=synonyms, language=foreign)
            words = self._corrector.correct_all(typed, rewritten)
        if not joined and words == tuple(typed):
            return Reading(rewritten, words, synonyms=synonyms)
        changed = (pair for pair in zip(typed, words, strict=True) if pair[0] != pair[1])
        corrections = tuple(dict.fromkeys([*joined, *changed]))
        return Reading(" ".join(words), words, corrections, synonyms, rewritten)

    def shares_subject(self, reading: Reading, entries: Iterable[Entry]) -> bool:
        """Return True if one of *entries* has a key term of *reading*, in any regular form.

        Key terms that stand in very many phrasings tell nothing; True as well if there is no other. Short
        words count as they were typed, as their corrections are guesses.
        """
        language = self.language
        guesses = {
            right: typed for typed, right in reading.corrections if len(typed) < MIN_LETTERS_OF_TYPO
        }
        telling = [
            guesses.get(word, word)
            for word in dict.fromkeys(reading.words)
            if language.is_key_term(word) and not self._is_widespread(word)
        ]
        forms = set().union(*(bases(language, word) for word in telling))
        return not telling or not all(map(forms.isdisjoint, map(self._forms_in, entries)))

    def _forms_in(self, entry: Entry) -> frozenset[str]:
        """Return the base forms of all words of *entry*."""
        found = self._entry_forms.get(entry.id)
        if found is None:
            texts = (*entry.phrasings, *entry.keywords, entry.answer)
            words = {word for text in texts for word in self.tokenize(text)}
            forms = frozenset().union(*(bases(self.language, word) for word in words))
            found = self._entry_forms.store(entry.id, forms)
        return found

    def _is_widespread(self, word: str) -> bool:
        vocabulary = self.index.vocabulary
        rows = self.index.phrasing_count
        if word not in vocabulary.id_of:
            return False
        count = (1 + rows) / math.exp(vocabulary.idf_of(word) - 1) - 1
        return count >= MIN_WIDESPREAD_ROWS and count >= MIN_WIDESPREAD_SHARE * rows

    def tokenize(self, text: str) -> list[str]:
        """Return the words of *text*, a phrasing, with synonyms replaced."""
        words = tokenize(self._synonyms.rewrite(normalize(text))[0], self._spellings)
        return self._compounds.rewrite(words)[0] if self.language.corrects_spelling else words

    def prepare(self, texts: Iterable[str]) -> None:
        """Encode *texts*, which will be asked, in one call of the encoder: faster than one by one."""
        if self.encoder is None:
            return
        encoded = dict.fromkeys(map(self._encoded_text, map(self.read, texts)))
        new = [text for text in encoded if text not in self._vectors][:MAX_CACHED_VECTORS]
        if new:
            # A product of one row and of many rows differ in the last bits, so rows are shrunk one by one.
            for text, row in zip(new, self.encoder.encode(new), strict=True):
                self._vectors.store(text, shrink_subject(row[None], self.index.subject)[0])

    def _encoded_text(self, reading: Reading) -> str:
        """Return the text of *reading* that the encoder reads."""
        return (self._encodes_typed and reading.typed) or reading.text

    def query(self, reading: Reading) -> Query:
        """Return the features of *reading* that are compared with the index."""
        terms, distinct = self.index.terms, tuple(dict.fromkeys(reading.words))
        content = distinct
        if not self._covers_all_words:
            content = tuple([word for word in distinct if terms[word].is_content]) or distinct
        encoder, words = self.encoder, self._word_encoder
        vector = None
        if encoder is not None:
            text = self._encoded_text(reading)
            vector = self._vectors.get(text)
            if vector is None:
                vector = shrink_subject(encoder.encode([text]), self.index.subject)[0]
        content_vectors = None if words is None else words.encode_words(content)
        if content_vectors is not None and reading.language:
            content_vectors = np.zeros_like(content_vectors)  # its words have no meaning in English
        return Query(reading.words, content, vector, content_vectors)
