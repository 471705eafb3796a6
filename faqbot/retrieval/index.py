"""The index: a knowledge base's phrasings and answers as arrays that a question is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry
from faqbot.retrieval.encoders import Encoder, WordEncoder
from faqbot.retrieval.exact import ExactKeys
from faqbot.retrieval.lexicon import Lexicon
from faqbot.retrieval.mixture import Mixture, mixture_for
from faqbot.retrieval.sparse import Sparse
from faqbot.retrieval.text import Synonyms, split_words, tidy
from faqbot.retrieval.words import content_words

__all__ = ["Index", "Pairs", "build_index", "damped", "pair_keys", "phrasing_at"]

_BATCH = 4096


class Pairs:
    """The pairs of neighbouring words in a knowledge base's phrasings, its ends included."""

    def __init__(self, keys: NDArray[np.int64], rarity: NDArray[np.float32]) -> None:
        """Take the sorted *keys*, int64 (pairs,), and each pair's *rarity*, float32 (pairs,)."""
        self.keys = keys
        self.rarity = rarity

    @classmethod
    def of(cls, phrasings: Sequence[Sequence[str]], lexicon: Lexicon) -> Pairs:
        """Collect the pairs of *phrasings*, each given as its words."""
        found = [key for words in phrasings for key in set(pair_keys(words, lexicon))]
        keys, df = np.unique(np.array(found, np.int64), return_counts=True)
        rarity = np.log((1 + len(phrasings)) / (1 + df)) + 1
        return cls(keys, rarity.astype(np.float32))

    def weigh(self, words: Sequence[str], lexicon: Lexicon) -> dict[int, float]:
        """Return the known pairs of *words* by number, each with its damped weight."""
        counts = Counter(pair_keys(words, lexicon))
        keys = np.fromiter(counts, np.int64, len(counts))
        places = np.searchsorted(self.keys, keys)
        return {
            int(place): damped(counts[int(key)]) * float(self.rarity[place])
            for key, place in zip(keys, places, strict=True)
            if place < len(self.keys) and self.keys[place] == key
        }


def pair_keys(words: Sequence[str], lexicon: Lexicon) -> list[int]:
    """Return a number for each pair of neighbouring *words* that are all known, ends included."""
    if not words:
        return []
    edge = len(lexicon.words)
    numbers = [edge, *(lexicon.id_of.get(word, -1) for word in words), edge]
    return [(left << 32) | right for left, right in pairwise(numbers) if left >= 0 and right >= 0]


def damped(count: int) -> float:
    """Return how much *count* uses of a feature weigh beside one: 1 + ln(count)."""
    return 1.0 + float(np.log(count)) if count > 1 else 1.0


@dataclass(frozen=True)
class Index:
    """What a question is compared with. A row is a phrasing; entries are numbered as they are served.

    *mixture* are the weights of a score. *entry_of* int32 (rows,) is each row's entry. The first
    *asking* rows are phrasings that ask for their entry, entry by entry; the rest are those that it is
    not for, also entry by entry. *vectors* float32 (rows, dimensions) and *answer_vectors* float32
    (entries, dimensions) are the encoder's; without an encoder they have no columns. *answers* are the
    entries' answers, sections and keywords as sparse rows over *answer_lexicon*. *content* are each
    entry's content words, and *word_vectors* float32 (words, dimensions) are those of the lexicon's
    words, if the encoder has vectors of words.
    """

    mixture: Mixture
    entry_count: int
    asking: int
    entry_of: NDArray[np.int32]
    exact: ExactKeys
    lexicon: Lexicon
    words: Sparse
    content: Sparse
    word_vectors: NDArray[np.float32]
    pairs: Pairs
    word_pairs: Sparse
    vectors: NDArray[np.float32]
    answer_lexicon: Lexicon
    answers: Sparse
    answer_vectors: NDArray[np.float32]

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
        places = np.searchsorted(self.entry_of[self.asking :], np.arange(self.entry_count + 1))
        return places + self.asking


def phrasing_at(index: Index, entries: Sequence[Entry], row: int) -> str:
    """Return the text of *row*, given the *entries* that *index* was built from."""
    number = int(index.entry_of[row])
    if row < index.asking:
        return entries[number].phrasings[row - int(index.first_row[number])]
    return entries[number].not_for[row - int(index.first_not_for[number])]


def build_index(entries: Sequence[Entry], synonyms: Synonyms, encoder: Encoder | None) -> Index:
    """Index *entries*, rewriting every text by *synonyms* first."""
    asking = [(number, text) for number, entry in enumerate(entries) for text in entry.phrasings]
    not_for = [(number, text) for number, entry in enumerate(entries) for text in entry.not_for]
    rows = asking + not_for
    texts = [synonyms.rewrite(tidy(text))[0] for _, text in rows]
    split = [split_words(text) for text in texts]
    lexicon = Lexicon.of(split)
    pairs = Pairs.of(split, lexicon)
    support = [synonyms.rewrite(tidy(_support(entry)))[0] for entry in entries]
    support_words = [split_words(text) for text in support]
    answer_lexicon = Lexicon.of(support_words)
    return Index(
        mixture=mixture_for(encoder),
        entry_count=len(entries),
        asking=len(asking),
        entry_of=np.array([number for number, _ in rows], np.int32),
        exact=ExactKeys.of((row, text) for row, (_, text) in enumerate(rows)),
        lexicon=lexicon,
        words=Sparse.of(_weigh(words, lexicon) for words in split),
        content=Sparse.of(_content(split[: len(asking)], asking, len(entries), lexicon)),
        word_vectors=_encode_words(lexicon.words, encoder),
        pairs=pairs,
        word_pairs=Sparse.of(pairs.weigh(words, lexicon) for words in split),
        vectors=_encode(texts, encoder),
        answer_lexicon=answer_lexicon,
        answers=Sparse.of(_weigh(words, answer_lexicon) for words in support_words),
        answer_vectors=_encode(
            [synonyms.rewrite(tidy(entry.answer))[0] for entry in entries], encoder
        ),
    )


def _content(
    split: Sequence[Sequence[str]],
    asking: Sequence[tuple[int, str]],
    entry_count: int,
    lexicon: Lexicon,
) -> list[dict[int, float]]:
    """Return the content words of each entry's phrasings, by number, each with its rarity."""
    found: list[dict[int, float]] = [{} for _ in range(entry_count)]
    for (number, _), words in zip(asking, split, strict=True):
        found[number] |= {
            lexicon.id_of[word]: lexicon.rarity_of(word) for word in content_words(words)
        }
    return found


def _support(entry: Entry) -> str:
    return " ".join([*entry.keywords, *entry.keywords, entry.section, entry.answer])


def _weigh(words: Iterable[str], lexicon: Lexicon) -> dict[int, float]:
    return {
        lexicon.id_of[word]: damped(count) * lexicon.rarity_of(word)
        for word, count in Counter(words).items()
    }


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
