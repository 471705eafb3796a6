"""Several questions in one message: where one ends and the next begins."""

from __future__ import annotations

import re

__all__ = ["is_asked", "split_message"]

_MOST_FRAGMENTS = 12
_MOST_CHARS = 2_000
_QUESTIONING = r"what|who|whom|whose|which|when|where|why|how"
_AUXILIARY = (
    r"is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had"
)
# A sentence's end before a blank, a line's end, and an "and" before a word that asks.
_ENDS = re.compile(
    rf"(?<=[?!])\s+|(?<=[^\W\d_]{{2}}[.;])\s+|(?<!\s)\s*\n\s*|(?:[,;]|(?<!\s))\s++and\s++(?:also\s++)?(?=(?:{_QUESTIONING})\b)",
    re.IGNORECASE,
)
_MARKS = frozenset(".;?!\n")
_ASKS = re.compile(
    rf"(?:(?:and|but|also|so|ok|okay|then)[,\s]+)*(?:{_QUESTIONING}|{_AUXILIARY}|tell me|explain)\b",
    re.IGNORECASE,
)


def split_message(text: str) -> tuple[str, ...]:
    """Return the sentences of *text* and the questions joined by "and", in order.

    Of a long message the first 2,000 characters count, and the first dozen.
    """
    text = text[:_MOST_CHARS]
    found = _ENDS.split(text) if _may_go_on(text) else [text]
    return tuple(filter(None, [fragment.strip(" ,;") for fragment in found]))[:_MOST_FRAGMENTS]


def _may_go_on(text: str) -> bool:
    """Tell whether anything in *text* may be an end before its own, as nothing is in most messages."""
    return not _MARKS.isdisjoint(text[:-1]) or text.endswith("\n") or "and" in text.lower()


def is_asked(fragment: str) -> bool:
    """Tell whether *fragment* looks like a question: by its mark, or by how it begins."""
    return fragment.endswith("?") or _ASKS.match(fragment) is not None
