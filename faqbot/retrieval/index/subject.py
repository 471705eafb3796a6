"""The subject that a knowledge base has in common, and vectors in which it counts less.

Authors and users may name the subject differently: phrasings say "COVID-19", questions
"coronavirus". An encoder then finds questions alike that only name the subject alike. The words for
it stand in many answers and in few phrasings. Their directions are shrunk in every vector
(benchmarks/README.md, "Encoders").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.encoders import Encoder
from faqbot.retrieval.encoders.protocol import unit_rows
from faqbot.retrieval.languages import DEFAULT_LANGUAGE, Language

# A word of the subject stands in at least this share of the answers ...
MIN_ANSWER_SHARE = 0.15
# ... and in this many, so that a few answers alike are no subject; chosen by hand.
MIN_ANSWERS = 4
# ... and in at most this share of the phrasings: more often, authors and users name it alike.
MAX_PHRASING_SHARE = 0.08
# The most words of a subject; more would shrink the differences between entries. Chosen by hand.
_MOST_WORDS = 32
# Share of the subject that is kept in a cosine. Shares of 0 to .2 fared alike on the dev splits.
_KEPT = 0.2
# Directions shorter than this share of the longest are rounding errors.
_LEAST_LENGTH = 1e-3


def subject_words(
    answers: Sequence[Sequence[str]],
    phrasings: Sequence[Sequence[str]],
    language: Language = DEFAULT_LANGUAGE,
) -> tuple[str, ...]:
    """Return the words of the subject, the most frequent first, given the words of all texts."""
    answered = Counter(word for words in answers for word in set(words))
    asked = Counter(word for words in phrasings for word in set(words))
    found = [
        word
        for word in language.content_words(answered)
        if names_subject(
            answered[word] / len(answers), answered[word], asked[word] / len(phrasings)
        )
    ]
    found.sort(key=lambda word: (-answered[word], word))
    return tuple(found[:_MOST_WORDS])


def names_subject(answer_share: float, answer_count: int, phrasing_share: float) -> bool:
    """Return True if a word is one of the subject, by the texts that have it."""
    is_frequent = answer_count >= MIN_ANSWERS and answer_share >= MIN_ANSWER_SHARE
    return is_frequent and phrasing_share <= MAX_PHRASING_SHARE


def subject_axes(words: Sequence[str], encoder: Encoder | None) -> NDArray[np.float32]:
    """Return orthogonal directions that span the vectors of *words*: float32 (k, dimensions)."""
    if encoder is None or not words:
        return np.zeros((0, 0), np.float32)
    rows = np.asarray(encoder.encode(words), np.float32)
    _, lengths, axes = np.linalg.svd(rows, full_matrices=False)
    found: NDArray[np.float32] = axes[lengths > _LEAST_LENGTH * max(lengths.max(initial=0), 1)]
    return found


def shrink_subject(rows: NDArray[np.float32], axes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit *rows*, float32 (rows, dimensions), with the directions *axes* shrunk, of length 1 again."""
    if not len(axes):
        return rows
    share = np.float32(1 - _KEPT**0.5)
    return unit_rows(np.asarray(rows - share * (rows @ axes.T) @ axes, np.float32))


def restore_subject(rows: NDArray[np.float32], axes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return *rows*, of `shrink_subject` with *axes*, as they were before, up to their lengths."""
    if not len(axes):
        return rows
    share = np.float32(1 / _KEPT**0.5 - 1)
    return np.asarray(rows + share * (rows @ axes.T) @ axes, np.float32)
