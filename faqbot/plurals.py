"""Numbers with their nouns, for messages."""

from __future__ import annotations


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return *count* with *noun*, such as "1 entry" or "2,000 entries".

    *plural* is by default *noun* with an "s".
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
