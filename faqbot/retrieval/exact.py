"""Recognising a stored phrasing however it is cased, spaced, punctuated or widened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.text import exact_keys

__all__ = ["ExactKeys"]


class ExactKeys:
    """The loose keys of all phrasings as sorted hashes: 12 bytes a phrasing, looked up by bisection."""

    def __init__(self, hashes: NDArray[np.uint64], rows: NDArray[np.int32]) -> None:
        """Take sorted *hashes*, uint64 (phrasings,), and the row of each, int32 (phrasings,)."""
        self.hashes = hashes
        self.rows = rows

    @classmethod
    def of(cls, phrasings: Iterable[tuple[int, str]]) -> ExactKeys:
        """Make the keys of *phrasings*, each with its row."""
        found = [(_hash(exact_keys(text)[1]), row) for row, text in phrasings]
        hashes = np.array([key for key, _ in found], np.uint64)
        order = np.argsort(hashes, kind="stable")
        return cls(hashes[order], np.array([row for _, row in found], np.int32)[order])

    def find(self, text: str, phrasing_at: Callable[[int], str]) -> list[int]:
        """Return the rows whose phrasing is *text*, by the strict key if one has it, else by the loose.

        *phrasing_at* gives a row's phrasing, which settles chance collisions of hashes.
        """
        strict, loose = exact_keys(text)
        if not loose:
            return []
        key = np.uint64(_hash(loose))
        low, high = (np.searchsorted(self.hashes, key, side=side) for side in ("left", "right"))
        keys = {int(row): exact_keys(phrasing_at(int(row))) for row in self.rows[low:high]}
        same = [row for row, (_, stored) in keys.items() if stored == loose]
        return sorted([row for row in same if keys[row][0] == strict] or same)


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest())
