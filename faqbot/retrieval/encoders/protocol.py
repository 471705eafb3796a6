"""Protocols of encoders, which any object can satisfy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@runtime_checkable
class Encoder(Protocol):
    """Protocol of encoders; any object with these members can be passed as `encoder`."""

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
