"""Index of a knowledge base: phrasings and answers as arrays that a query is scored against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry
from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.index.bigrams import BigramPostings, Bigrams
from faqbot.retrieval.index.columns import NearestTerms, PostingsCache, TermScoreCache
from faqbot.retrieval.index.compounds import hyphenated, split_known
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.exact import ExactKeys, id_phrasings
from faqbot.retrieval.index.ridge import NOT_FOR, Ridge, other_label
from faqbot.retrieval.index.subject import shrink_subject, subject_axes, subject_words
from faqbot.retrieval.index.vectors import Vectors
from faqbot.retrieval.index.vocabulary import TermTable, Vocabulary
from faqbot.retrieval.index.weights import ScoringWeights, default_weights
from faqbot.retrieval.languages import DEFAULT_LANGUAGE, Language
from faqbot.retrieval.text import Synonyms, normalize

# Texts per call of an encoder. Chosen by hand.
ENCODER_BATCH = 4_096

# Rows of a small index, at most. A small index is scored densely, a larger one by candidates.
# Chosen by hand.
MAX_DENSE_ROWS = 2_000

# Dual coefficients, entries times rows, of an index that is solved once, at most. Adding up more takes
# longer than solving for the nearest rows of each query. Chosen by hand.
MAX_DUAL_COEFFICIENTS = 500_000

# Times that an entry's keywords count in the terms of its answer. Chosen by hand.
KEYWORD_REPEATS = 2

TermUses = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Features used by texts: *starts* (texts + 1,) and ids (uses,), as in `CsrMatrix`."""


@dataclass(frozen=True, slots=True)
class Query:
    """Question as it is scored: its *words*, *content* words and vectors.

    *vector* float32 (dimensions,) has length 1; None without an encoder. *content_vectors* float32
    (len(content), dimensions) are unit vectors of the content words; None without a `WordEncoder`.
    """

    words: tuple[str, ...]
    content: tuple[str, ...]
    vector: NDArray[np.float32] | None = None
    content_vectors: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Index:
    """Arrays of a knowledge base.

    A row is a text; entries are numbered in the order of the file. Rows are ordered by kind, and by
    entry within a kind. The first *phrasing_count* rows are phrasings. Rows up to *positive_count*
    are id phrasings. The rest are `not_for` texts, which count against their entry.

    *language* is the language of all texts. *weights* are the scoring weights. *entry_of* int32
    (rows,) is the entry of each row. *exact* finds phrasings and `not_for` texts by key.

    Terms: *vocabulary* holds the terms of rows. *row_terms* are the tf-idf rows over it, *postings* their
    transpose, and *content* the content words of each entry. *word_vectors* float32 (terms, dimensions)
    are the encoder's. *bigrams* holds the bigrams of rows, and *row_bigrams* the tf-idf rows over them.

    Answers: *answer_vocabulary* holds the terms of answers, sections and keywords. *answers* are the
    entries' tf-idf rows over it, and *answer_postings* their transpose.

    Vectors: *vectors* of the rows and *answer_vectors* of the entries have length 1. The directions
    *subject*, float32 (k, dimensions), are shrunk in them. All have no columns without an encoder.

    *dual* float32 (entries, rows) are the dual coefficients of `ridge`, without columns in an index that
    is not solved. *solved_ridge* is the regression they came from; it is None in an index from the cache.
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
    vectors: Vectors
    answer_vocabulary: Vocabulary
    answers: CsrMatrix
    answer_postings: CsrMatrix
    answer_vectors: Vectors
    subject: NDArray[np.float32]
    dual: NDArray[np.float32]
    solved_ridge: Ridge | None = field(default=None, compare=False, repr=False)

    @cached_property
    def terms(self) -> TermTable:
        """Terms of query words."""
        return TermTable(self.language, self.vocabulary, self.answer_vocabulary)

    @cached_property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.row_terms)

    @cached_property
    def is_small(self) -> bool:
        """Whether the index is scored densely: at most `MAX_DENSE_ROWS` rows."""
        return self.row_count <= MAX_DENSE_ROWS

    @cached_property
    def is_solved(self) -> bool:
        """Whether the regression on all rows is solved."""
        return self.dual.size > 0

    @cached_property
    def bigram_postings(self) -> BigramPostings:
        """Postings of bigrams. Used with small indexes only."""
        return BigramPostings(self.row_bigrams.transposed(len(self.bigrams.keys)), self.row_count)

    @cached_property
    def row_scores(self) -> TermScoreCache:
        """Lexical score of each row, per query term."""
        return TermScoreCache(self.postings, self.row_count)

    @cached_property
    def answer_scores(self) -> TermScoreCache:
        """Lexical score of each entry's answer, per query term."""
        return TermScoreCache(self.answer_postings, self.entry_count)

    @cached_property
    def coverage_scores(self) -> TermScoreCache:
        """Coverage of a content word by each entry, 0 to 1, per query term."""
        postings = self.content.transposed(len(self.vocabulary.words))
        binary = replace(postings, weights=np.ones_like(postings.weights))
        return TermScoreCache(binary, self.entry_count, best=True)

    @cached_property
    def ridge(self) -> Ridge:
        """Regression on all rows. Used with small indexes only."""
        if self.solved_ridge is not None:
            return self.solved_ridge
        return Ridge(self.row_terms, self.vectors.full, self.weights, self.labels)

    @property
    def labels(self) -> NDArray[np.float64]:
        """Labels of the regression, float64 (rows, entries).

        A row's label is 1 for its entry and `other_label` for the others. A `not_for` text has the label
        NOT_FOR for its entry, and 0 for the others.
        """
        labels = np.zeros((self.row_count, self.entry_count))
        labels[: self.positive_count] = other_label(self.entry_count)
        labels[np.arange(self.positive_count), self.entry_of[: self.positive_count]] = 1
        negative = np.arange(self.positive_count, len(labels))
        labels[negative, self.entry_of[self.positive_count :]] = NOT_FOR
        return labels

    @cached_property
    def nearest_terms(self) -> NearestTerms:
        """Nearest terms of query terms, by word vector."""
        return NearestTerms(self.word_vectors)

    @cached_property
    def cached_postings(self) -> PostingsCache:
        """Postings of query terms. Used with large indexes only."""
        meaning = self.weights.meaning if self.word_vectors.shape[1] else 0.0
        return PostingsCache(
            self.postings, self.vocabulary, self.nearest_terms, meaning, self.row_count
        )

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """Whether each term occurs in a phrasing: bool (terms,)."""
        asked = np.zeros(len(self.vocabulary.words), np.bool_)
        asked[self.row_terms.ids[: self.row_terms.starts[self.phrasing_count]]] = True
        return asked

    @cached_property
    def first_row(self) -> NDArray[np.intp]:
        """First phrasing row of each entry, then the end of the last entry's.

        Type and shape: intp (entries + 1,).
        """
        entries = np.arange(self.entry_count + 1)
        return np.searchsorted(self.entry_of[: self.phrasing_count], entries)

    @cached_property
    def phrasing_counts(self) -> NDArray[np.intp]:
        """Number of phrasings of each entry, intp (entries,)."""
        return np.diff(self.first_row)

    @cached_property
    def first_not_for(self) -> NDArray[np.intp]:
        """First `not_for` row of each entry, then the end of the last entry's.

        Type and shape: intp (entries + 1,).
        """
        entries = np.arange(self.entry_count + 1)
        return self.positive_count + np.searchsorted(self.entry_of[self.positive_count :], entries)


def solve_ridge(index: Index) -> Index:
    """Return *index* with its regression solved, unless too large."""
    if not index.is_small or index.entry_count * index.row_count > MAX_DUAL_COEFFICIENTS:
        return index
    return replace(index, dual=index.ridge.dual, solved_ridge=index.ridge)


def phrasing_at(index: Index, entries: Sequence[Entry], row: int) -> str:
    """Return the text of *row*, a phrasing or `not_for` text of *entries*, from which *index* was built."""
    number = int(index.entry_of[row])
    if row < index.phrasing_count:
        return entries[number].phrasings[row - int(index.first_row[number])]
    return entries[number].not_for[row - int(index.first_not_for[number])]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of an index, *all*: number of the entry and text of each, in the order of the index.

    The first *phrasing_count* are phrasings, those up to *positive_count* ids, the rest texts of `not_for`.
    """

    all: list[tuple[int, str]]
    phrasing_count: int
    positive_count: int

    @classmethod
    def of(cls, entries: Sequence[Entry], language: Language) -> Self:
        """Return the rows of *entries*."""
        phrasings = [
            (number, text) for number, entry in enumerate(entries) for text in entry.phrasings
        ]
        named = id_rows(entries, phrasings, language)
        not_for = [(number, text) for number, entry in enumerate(entries) for text in entry.not_for]
        rows = [*phrasings, *named, *not_for]
        return cls(rows, len(phrasings), len(phrasings) + len(named))

    def exact_keys(self) -> ExactKeys:
        """Return the keys of all rows except those of ids."""
        return ExactKeys.of(
            (row, text)
            for row, (_, text) in enumerate(self.all)
            if not self.phrasing_count <= row < self.positive_count
        )


def build_index(
    entries: Sequence[Entry],
    synonyms: Synonyms,
    encoder: Encoder | None,
    language: Language = DEFAULT_LANGUAGE,
) -> Index:
    """Build the index of *entries*, with texts rewritten by *synonyms*.

    The regression is not solved; see `solve_ridge`.
    """

    def rewritten(text: str) -> str:
        return synonyms.rewrite(normalize(text))[0]

    rows = _Rows.of(entries, language)
    texts = [rewritten(text) for _, text in rows.all]
    pairs = hyphenated(texts, language) if language.corrects_spelling else {}
    split = [split_known(language.tokenize(text), pairs) for text in texts]
    vocabulary = Vocabulary.of(split)
    starts, keys = bigram_uses(*term_uses(split, vocabulary), len(vocabulary.words))
    bigrams = Bigrams.of(starts, keys)
    support = [language.tokenize(rewritten(answer_text(entry))) for entry in entries]
    answer_vocabulary = Vocabulary.of(support)
    answer_texts = [rewritten(entry.answer) for entry in entries]
    answered = [language.tokenize(text) for text in answer_texts]
    subject = subject_axes(subject_words(answered, split[: rows.phrasing_count], language), encoder)
    row_terms, answers = _tf_idf(split, vocabulary), _tf_idf(support, answer_vocabulary)
    positive = rows.positive_count
    content = entry_content(split[:positive], rows.all[:positive], len(entries), language)
    return Index(
        language=language,
        weights=default_weights(encoder),
        entry_count=len(entries),
        phrasing_count=rows.phrasing_count,
        positive_count=positive,
        entry_of=np.array([number for number, _ in rows.all], np.int32),
        exact=rows.exact_keys(),
        vocabulary=vocabulary,
        row_terms=row_terms,
        postings=row_terms.transposed(len(vocabulary.words)),
        content=_tf_idf(content, vocabulary),
        word_vectors=word_vectors_of(vocabulary.words, encoder),
        bigrams=bigrams,
        row_bigrams=CsrMatrix.tf_idf(starts, np.searchsorted(bigrams.keys, keys), bigrams.idf),
        vectors=vectors_of(texts, encoder, subject),
        answer_vocabulary=answer_vocabulary,
        answers=answers,
        answer_postings=answers.transposed(len(answer_vocabulary.words)),
        answer_vectors=vectors_of(answer_texts, encoder, subject),
        subject=subject,
        dual=np.zeros((len(entries), 0), np.float32),
    )


def id_rows(
    entries: Sequence[Entry], phrasings: Sequence[tuple[int, str]], language: Language
) -> list[tuple[int, str]]:
    """Return the number and id phrasing of each entry whose id is in words."""
    words = {word for _, text in phrasings for word in language.tokenize(normalize(text))}
    return [
        (number, text) for number, text in enumerate(id_phrasings(entries, words, language)) if text
    ]


def answer_text(entry: Entry) -> str:
    """Return the text of *entry* that is indexed as its answer, with the keywords repeated."""
    return " ".join([*entry.keywords * KEYWORD_REPEATS, entry.section, entry.answer])


def _tf_idf(texts: Sequence[Sequence[str]], vocabulary: Vocabulary) -> CsrMatrix:
    return CsrMatrix.tf_idf(*term_uses(texts, vocabulary), vocabulary.idf)


def term_uses(texts: Sequence[Sequence[str]], vocabulary: Vocabulary) -> TermUses:
    """Return where each text starts, and the term ids of all texts, concatenated."""
    starts = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    words = chain.from_iterable(texts)
    return starts, np.fromiter(map(vocabulary.id_of.__getitem__, words), np.int64, int(starts[-1]))


def bigram_uses(starts: NDArray[np.int64], uses: NDArray[np.int64], boundary: int) -> TermUses:
    """Return the bigram keys of texts with term *uses*: a text of n > 0 terms has n + 1 bigrams."""
    lengths = np.diff(starts)
    before = np.cumsum([0, *(lengths > 0)])
    left = np.full(starts[-1] + before[-1], boundary)
    right = left.copy()
    place = np.arange(len(uses)) + np.repeat(before[:-1], lengths)
    right[place], left[place + 1] = uses, uses
    return starts + before, (left << 32) | right


def entry_content(
    split: Sequence[Sequence[str]],
    rows: Sequence[tuple[int, str]],
    entry_count: int,
    language: Language,
) -> list[list[str]]:
    """Return the distinct content words of each entry's *rows*, whose words are *split*."""
    found: list[dict[str, None]] = [{} for _ in range(entry_count)]
    for (number, _), words in zip(rows, split, strict=True):
        found[number] |= dict.fromkeys(language.content_words(words))
    return [list(words) for words in found]


def vectors_of(
    texts: Sequence[str], encoder: Encoder | None, subject: NDArray[np.float32]
) -> Vectors:
    """Return the vectors of *texts*, in which the *subject* counts less."""
    if encoder is None or not texts:
        return Vectors.of(np.zeros((len(texts), 0), np.float32))
    batches = [
        np.asarray(encoder.encode(texts[start : start + ENCODER_BATCH]), np.float32)
        for start in range(0, len(texts), ENCODER_BATCH)
    ]
    rows = shrink_subject(np.concatenate(batches), subject)
    return Vectors.of(rows, compact=len(texts) > MAX_DENSE_ROWS)


def word_vectors_of(words: Sequence[str], encoder: Encoder | None) -> NDArray[np.float32]:
    """Return the vector of each word: float32 (len(words), dimensions), or (len(words), 0)."""
    if not isinstance(encoder, WordEncoder):
        return np.zeros((len(words), 0), np.float32)
    return np.asarray(encoder.encode_words(words), np.float32)
