"""Recognising a stored phrasing however it is cased, spaced, punctuated or widened.

Labels: what the id of an entry says about it.

An author who calls an entry `lost-or-stolen-card` has said in a few words what it is about, and with few
phrasings that is worth another one: it is read like a phrasing, but is never shown, nor an exact match.
"""

from __future__ import annotations

import re
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
_BEGINNING = 4
"""As many words of a phrasing in an id, from the first on, are no coincidence."""

_LEAST_DISTINCT = 0.5
"""Share of a base's labels that must differ, for else they only number what many entries are."""
LOOSEST = 3
"""Which of the keys of `exact_keys` is the last."""


def id_phrasings(entries: Sequence[Entry], words: Collection[str], language: Language) -> list[str]:
    """Return for each of *entries* what its id says, "" where that is not half of known words.

    `lostCard`, `lost_card` and `LOST-CARD-2` say "lost card"; `q12` and `a4f9` nothing, and neither do
    `question-1` and `question-2`, or an id that is made of a phrasing, which it would only say again.
    Known are the *words* of the knowledge base, folded, and those of English.
    """
    found = [_label(entry, words, language) for entry in entries]
    distinct = {label for label in found if label}
    numbering = len(distinct) < _LEAST_DISTINCT * sum(map(bool, found))
    return [""] * len(found) if numbering else found


def _repeats(said: Sequence[str], phrasing: str) -> bool:
    """Tell whether what is *said* is how *phrasing* begins, or all of it."""
    bare = _APOSTROPHE.sub("", phrasing)
    if said[0] not in fold_case(bare):  # which is sooner told than all its words are
        return False
    asked = _parts(bare)
    return asked[: len(said)] == said and len(said) >= min(_BEGINNING, len(asked))


def _parts(text: str) -> list[str]:
    return [fold_case(part) for part in _PART.findall(text) if not part.isdigit()]


def _label(entry: Entry, words: Collection[str], language: Language) -> str:
    parts = _parts(_HUMP.sub(" ", entry.id))
    known = sum(len(part) > 1 and (part in words or part in language.words) for part in parts)
    if not known or 2 * known < len(parts) or any(_repeats(parts, one) for one in entry.phrasings):
        return ""
    return " ".join(parts)


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
