"""The words of English: the common ones, names that are nobody's slip, and words that mostly are slips."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

__all__ = ["english_doubtful", "english_names", "english_words"]

_TIERS = 3


@lru_cache(maxsize=1)
def english_words() -> Mapping[str, int]:
    """Return some 46,000 English words of three letters or more, in lower case, with how rare each is.

    That is 0 for the 4,000 commonest, 1 for the next 7,000, and 2 for the rest.
    """
    return {word: tier for tier, part in enumerate(_parts()[:_TIERS]) for word in part.split()}


@lru_cache(maxsize=1)
def english_names() -> frozenset[str]:
    """Return some 9,000 names and abbreviations, in lower case, that are no English words."""
    return frozenset(_parts()[_TIERS].split())


@lru_cache(maxsize=1)
def english_doubtful() -> frozenset[str]:
    """Return some 300 words and names that are neither of the others, in lower case.

    They have five letters at most, hardly anyone writes them, and they are a slip away from words that
    everyone does: who types "wot" or "pleas" seldom means that.
    """
    return frozenset(_parts()[_TIERS + 1].split())


def _parts() -> list[str]:
    text = (
        files("faqbot.retrieval.languages.english")
        .joinpath("english.txt")
        .read_text(encoding="ascii")
    )
    return text.split("\n\n")
