"""Recognising a stored phrasing however it is cased, spaced, punctuated or widened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.text import exact_keys, loose_key

__all__ = ["LOOSEST", "ExactKeys"]

LOOSEST = 3
"""Which of the keys of `exact_keys` is the last."""


class ExactKeys:
    """The loose keys of all phrasings as sorted hashes: 12 bytes a phrasing, looked up by bisection."""

    def __init__(self, hashes: NDArray[np.uint64], rows: NDArray[np.int32]) -> None:
        """Take sorted *hashes*, uint64 (phrasings,), and the row of each, int32 (phrasings,)."""
        self.hashes = hashes
        self.rows = rows

    @classmethod
    def of(cls, phrasings: Iterable[tuple[int, str]]) -> ExactKeys:
        """Make the keys of *phrasings*, each with its row."""
        found = [(_hash(loose_key(text)), row) for row, text in phrasings]
        hashes = np.array([key for key, _ in found], np.uint64)
        order = np.argsort(hashes, kind="stable")
        return cls(hashes[order], np.array([row for _, row in found], np.int32)[order])

    def find(self, text: str, phrasing_at: Callable[[int], str]) -> dict[int, int]:
        """Return the rows whose phrasing is *text*, each with how loosely: 0 (verbatim) to LOOSEST.

        *phrasing_at* gives a row's phrasing, which settles chance collisions of hashes.
        """
        loose = loose_key(text)
        if not loose:
            return {}
        key = np.uint64(_hash(loose))
        low = int(self.hashes.searchsorted(key))
        if low == len(self.hashes) or self.hashes[low] != key:
            return {}
        typed = exact_keys(text)
        high = int(self.hashes.searchsorted(key, side="right"))
        stored = {
            int(row): exact_keys(phrasing_at(int(row))) for row in np.sort(self.rows[low:high])
        }
        return {
            row: [ours == theirs for ours, theirs in zip(typed, keys, strict=True)].index(True)
            for row, keys in stored.items()
            if keys[-1] == typed[-1]
        }


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest())
