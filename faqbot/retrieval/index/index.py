"""The index: a knowledge base's phrasings and answers as arrays that a question is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry
from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.index.bigrams import Bigrams, bigram_keys, sublinear_tf
from faqbot.retrieval.index.columns import NearestTerms, PostingsCache, TermScoreCache
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.exact import ExactKeys, id_phrasings
from faqbot.retrieval.index.ridge import NOT_FOR, Ridge, other_label
from faqbot.retrieval.index.vocabulary import Vocabulary
from faqbot.retrieval.index.weights import ScoringWeights, default_weights
from faqbot.retrieval.languages import DEFAULT_LANGUAGE, Language
from faqbot.retrieval.text import Synonyms, normalize

__all__ = [
    "Bigrams",
    "Index",
    "Query",
    "bigram_keys",
    "build_index",
    "phrasing_at",
    "solve_ridge",
    "sublinear_tf",
]

_BATCH = 4096

_FEW_ROWS, _MOST_SOLVED = 2_000, 500_000
"""So many rows, and entries times rows, are solved once. More take longer to add up than to solve in part."""


@dataclass(frozen=True)
class Index:
    """What a question is compared with. A row is a phrasing; entries are numbered as they are served.

    *language* is that of the texts. *weights* are the weights of a score. *entry_of* int32 (rows,) is each row's entry. The first
    *asking* rows are phrasings that ask for their entry, entry by entry. Up to *speaking* stand id_phrasings, what
    entries' ids say; the rest are phrasings that entries are not for, also entry by entry. *vectors*
    float32 (rows, dimensions) and *answer_vectors* float32
    (entries, dimensions) are the encoder's; without an encoder they have no columns. *answers* are the
    entries' answers, sections and keywords as sparse rows over *answer_vocabulary*. *postings* and
    *answer_postings* are *words* and *answers* by word: the rows and entries that have it. *content* are each
    entry's content words, and *word_vectors* float32 (words, dimensions) are those of the vocabulary's
    words, if the encoder has vectors of words. *dual* float32 (entries, rows) is what a row's kernel counts
    for each entry, where the index is small enough to have solved that once for all (`faqbot.retrieval.index.ridge`);
    elsewhere it has no columns.
    """

    language: Language
    weights: ScoringWeights
    entry_count: int
    phrasing_count: int
    positive_count: int
    entry_of: NDArray[np.int32]
    exact: ExactKeys
    vocabulary: Vocabulary
    row_terms: CsrMatrix
    postings: CsrMatrix
    content: CsrMatrix
    word_vectors: NDArray[np.float32]
    bigrams: Bigrams
    row_bigrams: CsrMatrix
    vectors: NDArray[np.float32]
    answer_vocabulary: Vocabulary
    answers: CsrMatrix
    answer_postings: CsrMatrix
    answer_vectors: NDArray[np.float32]
    dual: NDArray[np.float32]

    @cached_property
    def bigram_postings(self) -> CsrMatrix:
        """The rows that have each pair of words. Only a small index makes use of it."""
        return self.row_bigrams.transposed(len(self.bigrams.keys))

    @cached_property
    def row_scores(self) -> TermScoreCache:
        """What each typed word adds to how alike each row is."""
        return TermScoreCache(self.postings, len(self.row_terms))

    @cached_property
    def answer_scores(self) -> TermScoreCache:
        """What each typed word adds to what each answer says for its entry."""
        return TermScoreCache(self.answer_postings, self.entry_count)

    @cached_property
    def coverage_scores(self) -> TermScoreCache:
        """How well each entry covers each typed word."""
        having = self.content.transposed(len(self.vocabulary.words))
        fully = replace(having, weights=np.ones_like(having.weights))
        return TermScoreCache(fully, self.entry_count, best=True)

    @cached_property
    def ridge(self) -> Ridge:
        """The regression on all rows. Only a small index makes use of it."""
        return Ridge(self.row_terms, self.vectors, self.weights, self._labels())

    def _labels(self) -> NDArray[np.float64]:
        """Return each row's label, float64 (rows, entries).

        It is 1 for the entry that a row speaks for and `other_label` for every other; the label of one
        that its entry is not for is NOT_FOR for that entry.
        """
        id_phrasings = np.zeros((len(self.row_terms), self.entry_count))
        id_phrasings[: self.positive_count] = other_label(self.entry_count)
        id_phrasings[np.arange(self.positive_count), self.entry_of[: self.positive_count]] = 1
        refusing = np.arange(self.positive_count, len(id_phrasings))
        id_phrasings[refusing, self.entry_of[self.positive_count :]] = NOT_FOR
        return id_phrasings

    @cached_property
    def nearest_terms(self) -> NearestTerms:
        """Which words of the vocabulary mean nearly what another word does."""
        return NearestTerms(self.word_vectors)

    @cached_property
    def cached_postings(self) -> PostingsCache:
        """The rows that have something of each typed word. Only a large index makes use of them."""
        meaning = self.weights.meaning if self.word_vectors.shape[1] else 0.0
        return PostingsCache(
            self.postings, self.vocabulary, self.nearest_terms, meaning, len(self.row_terms)
        )

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """Whether each word of the vocabulary stands in a phrasing that asks: bool (words,)."""
        asked = np.zeros(len(self.vocabulary.words), np.bool_)
        asked[self.row_terms.ids[: self.row_terms.starts[self.phrasing_count]]] = True
        return asked

    @cached_property
    def first_row(self) -> NDArray[np.intp]:
        """The row where each entry's phrasings begin, and where the last one's end: int (entries + 1,)."""
        return np.searchsorted(
            self.entry_of[: self.phrasing_count], np.arange(self.entry_count + 1)
        )

    @cached_property
    def first_not_for(self) -> NDArray[np.intp]:
        """The same for the phrasings that entries are not for."""
        places = np.searchsorted(
            self.entry_of[self.positive_count :], np.arange(self.entry_count + 1)
        )
        return places + self.positive_count


def solve_ridge(index: Index) -> Index:
    """Return *index* with its regression solved, if it is so small that this pays."""
    if (
        len(index.row_terms) > _FEW_ROWS
        or index.dual.shape[0] * len(index.row_terms) > _MOST_SOLVED
    ):
        return index
    found = replace(index, dual=index.ridge.dual)
    found.__dict__["ridge"] = index.ridge  # a rehearsal needs what took long to invert
    return found


def phrasing_at(index: Index, entries: Sequence[Entry], row: int) -> str:
    """Return the text of *row*, which is no label's, given the *entries* that *index* was built from."""
    number = int(index.entry_of[row])
    if row < index.phrasing_count:
        return entries[number].phrasings[row - int(index.first_row[number])]
    return entries[number].not_for[row - int(index.first_not_for[number])]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is compared: its *words*, and what an encoder makes of it.

    *vector* float32 (dimensions,) has length 1; None without an encoder. *content* are the words it is
    about, and *content_vectors* float32 (len(content), dimensions) their vectors, if the encoder has any.
    """

    words: tuple[str, ...]
    content: tuple[str, ...]
    vector: NDArray[np.float32] | None = None
    content_vectors: NDArray[np.float32] | None = None


def build_index(
    entries: Sequence[Entry],
    synonyms: Synonyms,
    encoder: Encoder | None,
    language: Language = DEFAULT_LANGUAGE,
) -> Index:
    """Index *entries*, rewriting every text by *synonyms* first."""
    asking = [(number, text) for number, entry in enumerate(entries) for text in entry.phrasings]
    naming = _naming(entries, asking, language)
    not_for = [(number, text) for number, entry in enumerate(entries) for text in entry.not_for]
    rows = asking + naming + not_for
    speaking = len(asking) + len(naming)
    texts = [synonyms.rewrite(normalize(text))[0] for _, text in rows]
    split = [language.tokenize(text) for text in texts]
    vocabulary = Vocabulary.of(split)
    starts, keys = _pair_uses(*_uses(split, vocabulary), len(vocabulary.words))
    pairs = Bigrams.of(starts, keys)
    support = [
        language.tokenize(synonyms.rewrite(normalize(_support(entry)))[0]) for entry in entries
    ]
    answer_vocabulary = Vocabulary.of(support)
    words, answers = _counted(split, vocabulary), _counted(support, answer_vocabulary)
    return Index(
        language=language,
        weights=default_weights(encoder),
        entry_count=len(entries),
        phrasing_count=len(asking),
        positive_count=speaking,
        entry_of=np.array([number for number, _ in rows], np.int32),
        exact=ExactKeys.of(
            (row, text) for row, (_, text) in enumerate(rows) if not len(asking) <= row < speaking
        ),
        vocabulary=vocabulary,
        row_terms=words,
        postings=words.transposed(len(vocabulary.words)),
        content=_counted(
            _content(split[:speaking], asking + naming, len(entries), language), vocabulary
        ),
        word_vectors=_encode_words(vocabulary.words, encoder),
        bigrams=pairs,
        row_bigrams=CsrMatrix.counted(starts, np.searchsorted(pairs.keys, keys), pairs.idf),
        vectors=_encode(texts, encoder),
        answer_vocabulary=answer_vocabulary,
        answers=answers,
        answer_postings=answers.transposed(len(answer_vocabulary.words)),
        answer_vectors=_encode(
            [synonyms.rewrite(normalize(entry.answer))[0] for entry in entries], encoder
        ),
        dual=np.zeros((len(entries), 0), np.float32),
    )


def _naming(
    entries: Sequence[Entry], asking: Sequence[tuple[int, str]], language: Language
) -> list[tuple[int, str]]:
    """Return the number and label of each entry whose id says something."""
    words = {word for _, text in asking for word in language.tokenize(normalize(text))}
    return [
        (number, label)
        for number, label in enumerate(id_phrasings(entries, words, language))
        if label
    ]


def _counted(texts: Sequence[Sequence[str]], vocabulary: Vocabulary) -> CsrMatrix:
    return CsrMatrix.counted(*_uses(texts, vocabulary), vocabulary.idf)


def _uses(
    texts: Sequence[Sequence[str]], vocabulary: Vocabulary
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of the words of *texts* end to end, and before them where each text starts."""
    starts = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    words = chain.from_iterable(texts)
    return starts, np.fromiter(map(vocabulary.id_of.__getitem__, words), np.int64, int(starts[-1]))


def _pair_uses(
    starts: NDArray[np.int64], uses: NDArray[np.int64], edge: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys of the pairs in texts that have *uses* of words, and where each text's start."""
    lengths = np.diff(starts)
    before = np.cumsum([0, *(lengths > 0)])
    left = np.full(starts[-1] + before[-1], edge)
    right = left.copy()
    place = np.arange(len(uses)) + np.repeat(before[:-1], lengths)
    right[place], left[place + 1] = uses, uses
    return starts + before, (left << 32) | right


def _content(
    split: Sequence[Sequence[str]],
    asking: Sequence[tuple[int, str]],
    entry_count: int,
    language: Language,
) -> list[list[str]]:
    """Return the content words of what each entry's rows say, *asking* being their entries."""
    found: list[dict[str, None]] = [{} for _ in range(entry_count)]
    for (number, _), words in zip(asking, split, strict=True):
        found[number] |= dict.fromkeys(language.content_words(words))
    return [list(words) for words in found]


def _support(entry: Entry) -> str:
    return " ".join([*entry.keywords, *entry.keywords, entry.section, entry.answer])


def _encode(texts: Sequence[str], encoder: Encoder | None) -> NDArray[np.float32]:
    if encoder is None or not texts:
        return np.zeros((len(texts), 0), np.float32)
    batches = [
        np.asarray(encoder.encode(texts[start : start + _BATCH]), np.float32)
        for start in range(0, len(texts), _BATCH)
    ]
    return np.concatenate(batches)


def _encode_words(words: Sequence[str], encoder: Encoder | None) -> NDArray[np.float32]:
    if not isinstance(encoder, WordEncoder):
        return np.zeros((len(words), 0), np.float32)
    return np.asarray(encoder.encode_words(words), np.float32)
