"""Two encoders in one: the vectors of words beside those of sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from faqbot.retrieval.encoders import Encoder, WordEncoder

__all__ = ["CombinedEncoder"]

# Share of each encoder in the cosine. Equal shares are as good as learned ones (benchmarks/README.md, "Encoders").
_HALF = np.float32(0.5**0.5)


class CombinedEncoder:
    """Half an encoder of words, half an encoder of sentences: their cosines are averaged.

    The first columns are the word encoder's, of length sqrt(1/2), and the others the sentence encoder's. A
    text that has no vector in one of them has only the other's, of length 1.
    """

    def __init__(self, words: WordEncoder, sentences: Encoder) -> None:
        """Combine the vectors of *words* and *sentences*; words alone have those of *words*."""
        self._words = words
        self._sentences = sentences
        self.name = f"{words.name}+{sentences.name}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, float32 (len(texts), dimensions of both)."""
        parts = [self._words.encode(texts), self._sentences.encode(texts)]
        rows: NDArray[np.float32] = _HALF * np.concatenate(parts, axis=1)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
        return rows

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row a word, float32 (len(words), dimensions of the word encoder)."""
        return self._words.encode_words(words)
