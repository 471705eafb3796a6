"""Protocols of encoders, which any object can satisfy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@runtime_checkable
class Encoder(Protocol):
    """Protocol of encoders.

    Any object with these members can be passed as `encoder`.
    """

    @property
    def name(self) -> str:
        """Name that changes with the vectors: an index is used with its own encoder only."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row per text, float32 (len(texts), dimensions), of length 1.

        A text without words is a row of zeros.
        """


@runtime_checkable
class WordEncoder(Encoder, Protocol):
    """Protocol of encoders that also have a vector per word, which coverage compares."""

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit row per word, float32 (len(words), dimensions)."""


# Length of a vector without direction, at most: shorter than the vector of any text.
MIN_LENGTH = np.float32(1e-9)


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return *rows*, float32 (rows, dimensions), each with length 1.

    Rows of zeros stay zeros.
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: NDArray[np.float32] = rows / np.maximum(lengths, MIN_LENGTH)
    return found
