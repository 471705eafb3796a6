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
from faqbot.retrieval.index.bigrams import Pairs, damped, pair_keys
from faqbot.retrieval.index.columns import Columns, Meanings, Readings
from faqbot.retrieval.index.csr import Sparse
from faqbot.retrieval.index.exact import ExactKeys, labels
from faqbot.retrieval.index.ridge import NOT_FOR, Ridge, other_label
from faqbot.retrieval.index.vocabulary import Lexicon
from faqbot.retrieval.index.weights import Mixture, mixture_for
from faqbot.retrieval.languages.english import content_words
from faqbot.retrieval.text import Synonyms, split_words, tidy

__all__ = ["Index", "Pairs", "build_index", "damped", "pair_keys", "phrasing_at", "solved"]

_BATCH = 4096

_FEW_ROWS, _MOST_SOLVED = 2_000, 500_000
"""So many rows, and entries times rows, are solved once. More take longer to add up than to solve in part."""


@dataclass(frozen=True)
class Index:
    """What a question is compared with. A row is a phrasing; entries are numbered as they are served.

    *mixture* are the weights of a score. *entry_of* int32 (rows,) is each row's entry. The first
    *asking* rows are phrasings that ask for their entry, entry by entry. Up to *speaking* stand labels, what
    entries' ids say; the rest are phrasings that entries are not for, also entry by entry. *vectors*
    float32 (rows, dimensions) and *answer_vectors* float32
    (entries, dimensions) are the encoder's; without an encoder they have no columns. *answers* are the
    entries' answers, sections and keywords as sparse rows over *answer_lexicon*. *postings* and
    *answer_postings* are *words* and *answers* by word: the rows and entries that have it. *content* are each
    entry's content words, and *word_vectors* float32 (words, dimensions) are those of the lexicon's
    words, if the encoder has vectors of words. *dual* float32 (entries, rows) is what a row's kernel counts
    for each entry, where the index is small enough to have solved that once for all (`faqbot.retrieval.index.ridge`);
    elsewhere it has no columns.
    """

    mixture: Mixture
    entry_count: int
    asking: int
    speaking: int
    entry_of: NDArray[np.int32]
    exact: ExactKeys
    lexicon: Lexicon
    words: Sparse
    postings: Sparse
    content: Sparse
    word_vectors: NDArray[np.float32]
    pairs: Pairs
    word_pairs: Sparse
    vectors: NDArray[np.float32]
    answer_lexicon: Lexicon
    answers: Sparse
    answer_postings: Sparse
    answer_vectors: NDArray[np.float32]
    dual: NDArray[np.float32]

    @cached_property
    def pair_postings(self) -> Sparse:
        """The rows that have each pair of words. Only a small index makes use of it."""
        return self.word_pairs.transposed(len(self.pairs.keys))

    @cached_property
    def row_columns(self) -> Columns:
        """What each typed word adds to how alike each row is."""
        return Columns(self.postings, len(self.words))

    @cached_property
    def answer_columns(self) -> Columns:
        """What each typed word adds to what each answer says for its entry."""
        return Columns(self.answer_postings, self.entry_count)

    @cached_property
    def cover_columns(self) -> Columns:
        """How well each entry covers each typed word."""
        having = self.content.transposed(len(self.lexicon.words))
        fully = replace(having, weights=np.ones_like(having.weights))
        return Columns(fully, self.entry_count, best=True)

    @cached_property
    def ridge(self) -> Ridge:
        """The regression on all rows. Only a small index makes use of it."""
        return Ridge(self.words, self.vectors, self.mixture, self._labels())

    def _labels(self) -> NDArray[np.float64]:
        """Return each row's label, float64 (rows, entries).

        It is 1 for the entry that a row speaks for and `other_label` for every other; the label of one
        that its entry is not for is NOT_FOR for that entry.
        """
        labels = np.zeros((len(self.words), self.entry_count))
        labels[: self.speaking] = other_label(self.entry_count)
        labels[np.arange(self.speaking), self.entry_of[: self.speaking]] = 1
        refusing = np.arange(self.speaking, len(labels))
        labels[refusing, self.entry_of[self.speaking :]] = NOT_FOR
        return labels

    @cached_property
    def meanings(self) -> Meanings:
        """Which words of the lexicon mean nearly what another word does."""
        return Meanings(self.word_vectors)

    @cached_property
    def readings(self) -> Readings:
        """The rows that have something of each typed word. Only a large index makes use of them."""
        meaning = self.mixture.meaning if self.word_vectors.shape[1] else 0.0
        return Readings(self.postings, self.lexicon, self.meanings, meaning, len(self.words))

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """Whether each word of the lexicon stands in a phrasing that asks: bool (words,)."""
        asked = np.zeros(len(self.lexicon.words), np.bool_)
        asked[self.words.ids[: self.words.starts[self.asking]]] = True
        return asked

    @cached_property
    def first_row(self) -> NDArray[np.intp]:
        """The row where each entry's phrasings begin, and where the last one's end: int (entries + 1,)."""
        return np.searchsorted(self.entry_of[: self.asking], np.arange(self.entry_count + 1))

    @cached_property
    def first_not_for(self) -> NDArray[np.intp]:
        """The same for the phrasings that entries are not for."""
        places = np.searchsorted(self.entry_of[self.speaking :], np.arange(self.entry_count + 1))
        return places + self.speaking


def solved(index: Index) -> Index:
    """Return *index* with its regression solved, if it is so small that this pays."""
    if len(index.words) > _FEW_ROWS or index.dual.shape[0] * len(index.words) > _MOST_SOLVED:
        return index
    found = replace(index, dual=index.ridge.dual)
    found.__dict__["ridge"] = index.ridge  # a rehearsal needs what took long to invert
    return found


def phrasing_at(index: Index, entries: Sequence[Entry], row: int) -> str:
    """Return the text of *row*, which is no label's, given the *entries* that *index* was built from."""
    number = int(index.entry_of[row])
    if row < index.asking:
        return entries[number].phrasings[row - int(index.first_row[number])]
    return entries[number].not_for[row - int(index.first_not_for[number])]


def build_index(entries: Sequence[Entry], synonyms: Synonyms, encoder: Encoder | None) -> Index:
    """Index *entries*, rewriting every text by *synonyms* first."""
    asking = [(number, text) for number, entry in enumerate(entries) for text in entry.phrasings]
    naming = _naming(entries, asking)
    not_for = [(number, text) for number, entry in enumerate(entries) for text in entry.not_for]
    rows = asking + naming + not_for
    speaking = len(asking) + len(naming)
    texts = [synonyms.rewrite(tidy(text))[0] for _, text in rows]
    split = [split_words(text) for text in texts]
    lexicon = Lexicon.of(split)
    starts, keys = _pair_uses(*_uses(split, lexicon), len(lexicon.words))
    pairs = Pairs.of(starts, keys)
    support = [split_words(synonyms.rewrite(tidy(_support(entry)))[0]) for entry in entries]
    answer_lexicon = Lexicon.of(support)
    words, answers = _counted(split, lexicon), _counted(support, answer_lexicon)
    return Index(
        mixture=mixture_for(encoder),
        entry_count=len(entries),
        asking=len(asking),
        speaking=speaking,
        entry_of=np.array([number for number, _ in rows], np.int32),
        exact=ExactKeys.of(
            (row, text) for row, (_, text) in enumerate(rows) if not len(asking) <= row < speaking
        ),
        lexicon=lexicon,
        words=words,
        postings=words.transposed(len(lexicon.words)),
        content=_counted(_content(split[:speaking], asking + naming, len(entries)), lexicon),
        word_vectors=_encode_words(lexicon.words, encoder),
        pairs=pairs,
        word_pairs=Sparse.counted(starts, np.searchsorted(pairs.keys, keys), pairs.rarity),
        vectors=_encode(texts, encoder),
        answer_lexicon=answer_lexicon,
        answers=answers,
        answer_postings=answers.transposed(len(answer_lexicon.words)),
        answer_vectors=_encode(
            [synonyms.rewrite(tidy(entry.answer))[0] for entry in entries], encoder
        ),
        dual=np.zeros((len(entries), 0), np.float32),
    )


def _naming(entries: Sequence[Entry], asking: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the number and label of each entry whose id says something."""
    words = {word for _, text in asking for word in split_words(tidy(text))}
    return [(number, label) for number, label in enumerate(labels(entries, words)) if label]


def _counted(texts: Sequence[Sequence[str]], lexicon: Lexicon) -> Sparse:
    return Sparse.counted(*_uses(texts, lexicon), lexicon.rarity)


def _uses(
    texts: Sequence[Sequence[str]], lexicon: Lexicon
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of the words of *texts* end to end, and before them where each text starts."""
    starts = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    words = chain.from_iterable(texts)
    return starts, np.fromiter(map(lexicon.id_of.__getitem__, words), np.int64, int(starts[-1]))


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
    split: Sequence[Sequence[str]], asking: Sequence[tuple[int, str]], entry_count: int
) -> list[list[str]]:
    """Return the content words of what each entry's rows say, *asking* being their entries."""
    found: list[dict[str, None]] = [{} for _ in range(entry_count)]
    for (number, _), words in zip(asking, split, strict=True):
        found[number] |= dict.fromkeys(content_words(words))
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
