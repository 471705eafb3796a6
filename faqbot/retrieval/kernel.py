"""How alike a question and every phrasing are, and what that says for each entry.

The kernel of two texts is exp(SHARPNESS * (alike - 1)), where *alike*, at most 1, mixes the encoder's
cosine with a lexical one. Entries are scored by ridge regression on the phrasings nearest to the
question: each phrasing is an example whose label is its entry, so that ten phrasings which say the
same thing do not outvote one that says another. Constants were chosen on the `dev` splits of public
question sets; benchmarks/README.md has the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.index import Index, damped

__all__ = ["Scores", "likeness", "score_entries"]

SHARPNESS = 2.0
RIDGE = 0.2
MEANING_SHARE = 0.6
PAIR_SHARE = 0.15
ANSWER_WORDS = 0.15
ANSWER_MEANING = 0.15
NEIGHBOURS = 100
_ANSWERS_CONSIDERED = 5

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scores:
    """The entries a question may mean, best first; all arrays have one element an entry.

    *entries* are entry numbers, *scores* order them, *rows* are their nearest phrasings and *alike*
    how alike those are to the question (1 is equal).
    """

    entries: NDArray[np.intp]
    scores: NDArray[np.float64]
    rows: NDArray[np.intp]
    alike: Floats


def likeness(index: Index, words: Sequence[str], vector: Floats | None) -> Floats:
    """Return how alike each row is to a question of *words* and encoder *vector*: float32 (rows,), at most 1."""
    lexical = _word_cosine(index, words) * (1 - PAIR_SHARE)
    lexical += _pair_cosine(index, words) * PAIR_SHARE
    if vector is None or not index.vectors.shape[1]:
        return lexical
    return MEANING_SHARE * (index.vectors @ vector) + (1 - MEANING_SHARE) * lexical


def _word_cosine(index: Index, words: Sequence[str]) -> Floats:
    """Cosine of rarity-weighted words, where a known word also answers to its look-alikes."""
    lexicon = index.lexicon
    activation = np.zeros(len(lexicon.words), np.float32)
    length = 0.0
    for word, count in Counter(words).items():
        weight = damped(count) * lexicon.rarity_of(word)
        length += weight * weight
        near = lexicon.resembling(word)
        activation[near.ids] += weight * near.likeness
    if not length:
        return np.zeros(len(index.entry_of), np.float32)
    cosine = index.words.dot(activation)
    cosine /= np.float32(np.sqrt(length))
    return np.minimum(cosine, 1, out=cosine)


def _pair_cosine(index: Index, words: Sequence[str]) -> Floats:
    weights = index.pairs.weigh(words, index.lexicon)
    activation = np.zeros(len(index.pairs.keys), np.float32)
    for pair, weight in weights.items():
        activation[pair] = weight
    length = float(np.linalg.norm(activation))
    return index.word_pairs.dot(activation) / np.float32(length or 1)


def score_entries(
    index: Index,
    words: Sequence[str],
    vector: Floats | None,
    allowed: NDArray[np.bool_] | None = None,
    include: NDArray[np.intp] | None = None,
) -> Scores:
    """Score the entries that a question of *words* and encoder *vector* may mean.

    *allowed*, bool (entries,), leaves out the entries that may not be shown; *include* are rows to
    consider however unlike the question they are.
    """
    alike = likeness(index, words, vector)
    if allowed is not None:
        alike = np.where(allowed[index.entry_of], alike, np.float32(-1))
    support = _answer_support(index, words, vector)
    rows = _candidates(index, alike, support)
    if include is not None:
        rows = np.union1d(rows, include)
    if allowed is not None:
        rows = rows[allowed[index.entry_of[rows]]]
    return _rank(index, rows, alike[rows], _weights(index, rows, alike[rows]), support)


def _candidates(index: Index, alike: Floats, support: Floats) -> NDArray[np.intp]:
    """Return the rows nearest to the question, and the questions of the entries whose answers are nearest."""
    nearest = np.arange(len(alike))
    if len(alike) > NEIGHBOURS:
        nearest = np.argpartition(-alike, NEIGHBOURS)[:NEIGHBOURS]
    by_answer = np.argsort(-support, kind="stable")[:_ANSWERS_CONSIDERED]
    questions = np.searchsorted(index.entry_of, by_answer[support[by_answer] > 0])
    return np.union1d(nearest, questions)


def _weights(index: Index, rows: NDArray[np.intp], alike: Floats) -> NDArray[np.float64]:
    """Solve the ridge regression on *rows* for the question: how much each row's label counts."""
    mutual = index.words.gram(rows)
    if index.vectors.shape[1]:
        vectors = index.vectors[rows]
        mutual = MEANING_SHARE * (vectors @ vectors.T) + (1 - MEANING_SHARE) * mutual
    gram = np.exp(SHARPNESS * (mutual - 1)).astype(np.float64)
    gram[np.diag_indices_from(gram)] = 1 + RIDGE
    return np.linalg.solve(gram, np.exp(SHARPNESS * (alike - 1)).astype(np.float64))


def _answer_support(index: Index, words: Sequence[str], vector: Floats | None) -> Floats:
    """Return what the answers' own words say for each entry: weak evidence, float32 (entries,)."""
    lexicon = index.answer_lexicon
    activation = np.zeros(len(lexicon.words), np.float32)
    for word, count in Counter(words).items():
        number = lexicon.id_of.get(word)
        if number is not None:
            activation[number] = damped(count) * lexicon.rarity[number]
    length = float(np.linalg.norm(activation))
    support = index.answers.dot(activation) * np.float32(ANSWER_WORDS / length if length else 0)
    if vector is not None and index.answer_vectors.shape[1]:
        support = support + ANSWER_MEANING * (index.answer_vectors @ vector)
    return support


def _rank(
    index: Index,
    rows: NDArray[np.intp],
    alike: Floats,
    weights: NDArray[np.float64],
    support: Floats,
) -> Scores:
    entries, owner = np.unique(index.entry_of[rows], return_inverse=True)
    sign = index.sign[rows]
    votes = np.bincount(owner, weights * sign, len(entries))
    others = (weights * (sign > 0)).sum() - votes
    scores = votes - others / max(index.entry_count - 1, 1) + support[entries]
    shown = np.where(sign > 0, alike, np.float32(-2))
    order = np.lexsort((rows, -shown, owner))
    first = order[np.searchsorted(owner[order], np.arange(len(entries)))]
    best = np.lexsort((entries, -shown[first], -np.round(scores, 9)))
    return Scores(
        entries[best].astype(np.intp), scores[best], rows[first[best]], shown[first[best]]
    )
