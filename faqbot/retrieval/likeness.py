"""How alike texts are to each other: the retrieval kernel between questions that people asked.

A question is compared by its words, those it is about counting twice, and with an encoder by its
meaning. What all questions have in common is taken away, so that 0 is what two unrelated questions reach, and 1 two equal ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry
from faqbot.retrieval.encoders import Encoder
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.index.weights import mixture_for
from faqbot.retrieval.languages.english import content_words
from faqbot.retrieval.scoring.similarity import Comparison, Query
from faqbot.retrieval.text import Synonyms, split_words, tidy

__all__ = ["likeness"]

_ENOUGH = 1_000
"""So many texts tell by themselves which words are rare, and what is common to all."""

_BATCH = 1_024
_LEAST_SPREAD = 1e-6


def likeness(
    texts: Sequence[str],
    synonym_groups: Sequence[Sequence[str]] = (),
    encoder: Encoder | None = None,
    background: Sequence[str] = (),
) -> NDArray[np.float32]:
    """Return how alike *texts* are to each other, float32 (len(texts), len(texts)), symmetric.

    It is 1 for equal texts, about 0 for unrelated ones, and less than that for those further apart.
    *background* are texts of the same kind, such as a knowledge base's phrasings: few texts are
    compared before it, and before questions about everything else, which tell what is common to all.
    Time and memory grow with the square of the number of texts.
    """
    synonyms = Synonyms(synonym_groups)
    more = max(0, _ENOUGH - len(texts))
    known = [*texts, *[*background, *_elsewhere()][:more]]
    read = [synonyms.rewrite(tidy(text))[0] for text in known]
    alike = _by_words(read)
    if encoder is not None:
        _mix_in(alike, _vectors(read, encoder), mixture_for(encoder).meaning)
    _centre(alike)
    return alike[: len(texts), : len(texts)]


def _elsewhere() -> list[str]:
    text = (
        files("faqbot.retrieval.languages.english")
        .joinpath("elsewhere.txt")
        .read_text(encoding="utf-8")
    )
    return text.splitlines()


def _words(text: str) -> tuple[str, ...]:
    """Return the words of *text*, and once more those that it is about."""
    words = split_words(text)
    return (*words, *content_words(words))


def _by_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return how alike *texts* are by their words, and those that look like them."""
    words = [_words(text) for text in texts]
    index = build_index(
        [Entry(str(number), " ".join(row), "") for number, row in enumerate(words)],
        Synonyms(()),
        None,
    )
    rows = np.arange(len(words))
    alike = np.empty((len(words), len(words)), np.float32)
    for number, row in enumerate(words):
        alike[number] = Comparison(index, Query(row, row)).likeness(rows)
    for start in range(0, len(words), _BATCH):  # by parts, for a copy of it all may be too large
        part = slice(start, start + _BATCH)
        mean = (alike[part, start:] + alike[start:, part].T) / 2
        alike[part, start:], alike[start:, part] = mean, mean.T
    return alike


def _vectors(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    parts = [
        np.asarray(encoder.encode(texts[start : start + _BATCH]), np.float32)
        for start in range(0, len(texts), _BATCH)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)


def _mix_in(alike: NDArray[np.float32], vectors: NDArray[np.float32], share: float) -> None:
    """Let the cosine of *vectors* count for *share* of how *alike* their texts are."""
    alike *= 1 - share
    for start in range(0, len(vectors), _BATCH):
        part = slice(start, start + _BATCH)
        alike[part] += share * (vectors[part] @ vectors.T)


def _centre(alike: NDArray[np.float32]) -> None:
    """Measure *alike* from the mean text: what is left when what all have in common is taken away."""
    means = alike.mean(axis=0)
    alike -= means[:, None]
    alike -= means - means.mean()
    spread = np.sqrt(np.maximum(alike.diagonal(), _LEAST_SPREAD))
    alike /= spread[:, None]
    alike /= spread
