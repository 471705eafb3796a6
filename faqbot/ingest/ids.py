"""Ids that stay: the slug of a question, numbered where two are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container

__all__ = ["free_id", "slug"]

_LONGEST = 60
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"})
_WORD = re.compile(r"[a-z0-9]+")
_NOTHING = "none"


def slug(question: str) -> str:
    """Return the id of an entry that answers *question*; the same for the same question, ever."""
    folded = unicodedata.normalize("NFKD", question.casefold().translate(_LETTERS))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    made = ""
    for word in _WORD.findall(re.sub(r"['\u2019`]", "", bare)):
        longer = f"{made}-{word}" if made else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        made = longer
    spoken = sum(map(str.isalpha, bare))
    if not made or made == _NOTHING or len(re.findall("[a-z]", made)) * 3 < min(spoken, _LONGEST):
        # Too little of it is written in Latin letters to tell it from another.
        made = f"entry-{hashlib.sha256(question.encode()).hexdigest()[:8]}"
    return made


def free_id(wanted: str, taken: Container[str]) -> str:
    """Return *wanted*, or the first of wanted-2, wanted-3, ... that is not *taken*."""
    made, number = wanted, 1
    while made in taken:
        number += 1
        made = f"{wanted}-{number}"
    return made
