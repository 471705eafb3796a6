"""Exact lookup of phrasings, and phrasings derived from entry ids.

A question equals a phrasing if both have the same key, whatever their case, spacing, punctuation or
character width. An id in words, such as `lost-or-stolen-card`, is scored like one more phrasing of its
entry. It is never shown, and never an exact match.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from faqbot.models import Entry
from faqbot.retrieval.languages import Language
from faqbot.retrieval.text import exact_keys, fold_case, loose_key

_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_PART = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile("['\u2019`]")
# Words of a phrasing's beginning that show an id to be derived from it. Chosen by hand.
MIN_REPEATED_WORDS = 4

# Share, 0 to 1, of distinct id phrasings in a knowledge base. Below it ids only number the entries.
# Chosen by hand.
MIN_DISTINCT_SHARE = 0.5

# Last key of `exact_keys`: the key that ignores the most differences.
LOOSEST = 3


def id_phrasings(entries: Sequence[Entry], words: Collection[str], language: Language) -> list[str]:
    """Return the phrasing derived from each entry's id.

    The result is "" for an opaque id. `lostCard`, `lost_card` and `LOST-CARD-2` give "lost card".
    An id gives "" if fewer than half of its words are known (`q12`), if most ids differ only in
    a number (`question-1`), or if it repeats a phrasing. Known words are the folded *words* of the
    knowledge base, and the words of *language*.
    """
    found = [id_phrasing(entry, words, language) for entry in entries]
    distinct = {text for text in found if text}
    numbering = len(distinct) < MIN_DISTINCT_SHARE * sum(map(bool, found))
    return [""] * len(found) if numbering else found


def repeats_phrasing(said: Sequence[str], phrasing: str) -> bool:
    """Return True if *phrasing* begins with the words *said*."""
    bare = _APOSTROPHE.sub("", phrasing)
    if said[0] not in fold_case(bare):  # cheaper than splitting it
        return False
    asked = _parts(bare)
    return asked[: len(said)] == said and len(said) >= min(MIN_REPEATED_WORDS, len(asked))


def _parts(text: str) -> list[str]:
    return [fold_case(part) for part in _PART.findall(text) if not part.isdigit()]


def id_phrasing(entry: Entry, words: Collection[str], language: Language) -> str:
    """Return the phrasing derived from the id of *entry*.

    The result is "" for an opaque id; see `id_phrasings`.
    """
    parts = _parts(_HUMP.sub(" ", entry.id))
    known = sum(len(part) > 1 and (part in words or part in language.words) for part in parts)
    if (
        not known
        or 2 * known < len(parts)
        or any(repeats_phrasing(parts, text) for text in entry.phrasings)
    ):
        return ""
    return " ".join(parts)


class ExactKeys:
    """Sorted hashes of the loose keys of all phrasings: 12 bytes each, found by bisection."""

    def __init__(self, hashes: NDArray[np.uint64], rows: NDArray[np.int32]) -> None:
        """Take sorted *hashes*, uint64 (phrasings,), and their *rows*, int32 (phrasings,)."""
        self.hashes = hashes
        self._sorted = np.ascontiguousarray(hashes).data
        self.rows = rows

    @classmethod
    def of(cls, phrasings: Iterable[tuple[int, str]]) -> ExactKeys:
        """Build the keys of *phrasings*, pairs of row and text."""
        found = [(_hash(text), row) for row, text in phrasings]
        hashes = np.array([key for key, _ in found], np.uint64)
        order = np.argsort(hashes, kind="stable")
        return cls(hashes[order], np.array([row for _, row in found], np.int32)[order])

    def find(self, text: str, phrasing_at: Callable[[int], str]) -> dict[int, int]:
        """Return the rows whose phrasing equals *text*, each with the first equal key.

        The key is 0 (verbatim) to LOOSEST. *phrasing_at* returns a row's phrasing, to tell equal texts
        from equal hashes.
        """
        key, hashes = _hash(text), self._sorted  # Python's bisection is faster for one key
        low = bisect_left(hashes, key)
        if low == len(hashes) or hashes[low] != key:
            return {}
        typed = exact_keys(text)
        if not typed[-1]:  # a text without words equals no other
            return {}
        high = bisect_right(hashes, key)
        stored = {
            int(row): exact_keys(phrasing_at(int(row))) for row in np.sort(self.rows[low:high])
        }
        return {
            row: [ours == theirs for ours, theirs in zip(typed, keys, strict=True)].index(True)
            for row, keys in stored.items()
            if keys[-1] == typed[-1]
        }


def _hash(text: str) -> int:
    """Return the 64-bit hash of the loose key of *text*."""
    return int.from_bytes(blake2b(loose_key(text).encode(), digest_size=8).digest())
