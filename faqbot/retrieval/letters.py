"""Which letters words have, as bits: what two words do not share is seen without comparing them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

__all__ = ["letter_bits"]


def letter_bits(words: Collection[str]) -> NDArray[np.uint32]:
    """Return which letters each of *words* has, a bit for each: uint32 (len(words),).

    Letters other than a to z share their bits with others: words with unlike bits have unlike letters,
    but not the other way round. No word may have a line end in it.
    """
    if not words:
        return np.zeros(0, np.uint32)
    text = np.frombuffer("\n".join(["", *words]).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = text == ord("\n")
    bits = np.where(ends, np.uint32(0), np.uint32(1) << (text & 31))
    found: NDArray[np.uint32] = np.bitwise_or.reduceat(bits, ends.nonzero()[0])
    return found
