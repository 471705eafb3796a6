"""What the tests of retrieval share: an encoder small enough to reckon by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Letters:
    """Encodes a text by how often it uses each letter of the alphabet; notes what it was given."""

    def __init__(self, name: str = "letters") -> None:
        """Take the *name* that an index is kept under."""
        self.name = name
        self.batches: list[int] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows of 26 counts, zeros for a text without letters."""
        self.batches.append(len(texts))
        rows = np.array(
            [[text.lower().count(chr(97 + i)) for i in range(26)] for text in texts], np.float32
        ).reshape(len(texts), 26)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)


class WordLetters(Letters):
    """The same, with vectors of words."""

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row a word."""
        return self.encode(words)


@pytest.fixture
def letters() -> Letters:
    """Return an encoder of texts."""
    return Letters()


@pytest.fixture
def word_letters() -> WordLetters:
    """Return an encoder of texts and of words."""
    return WordLetters("word-letters")
